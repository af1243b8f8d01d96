#include "records-service/assessment_creator.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/timestamp.h"
#include "libs/quiz/resource_names.h"
#include "records-service/assessment_check.h"
#include "records-service/assessments.h"
#include "records-service/release/stamp_facts.h"
#include "records-service/request_check.h"
#include "records-service/result_check.h"
#include "records-service/submission.h"

namespace ladder::records {
namespace {

constexpr int kMaxBatch = 256;
// Of a job's work at a time: so many items, and no new one after so long.
constexpr std::size_t kItemsOfATurn = 16;
constexpr std::chrono::milliseconds kTimeOfATurn(2);
// What is checked on the caller's thread, together with kItemsOfATurn.
constexpr std::size_t kMaxBytesAtOnce = 64 << 10;
// By how much the results of a batch, made again with all their texts, may pass what was sent.
constexpr std::size_t kMaxGrowth = 4 << 20;
// Of assessments that were recorded before, in one reply; the first is always told.
constexpr std::size_t kMaxReplayBytes = 4 << 20;

using VersionKey = std::pair<std::string, std::int64_t>;

// What one job may do before others do. It does something in each turn.
class Turn {
 public:
  bool HasRoom() {
    if (items_++ == 0) return true;
    return items_ <= kItemsOfATurn && std::chrono::steady_clock::now() < end_;
  }

 private:
  const std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + kTimeOfATurn;
  std::size_t items_ = 0;
};

}  // namespace

// One request of a job.
struct AssessmentCreator::Item {
  // `path` stands before every path of a fault.
  Item(v1::CreateAssessmentRequest asked, absl::string_view path) : request(std::move(asked)), check(path) {}

  v1::CreateAssessmentRequest request;
  RequestCheck check;
  CheckedNames names;
  absl::Time create_time;
  std::optional<AssessmentRow> row;  // To be written, until it is handed to the writer.
  absl::Status fault;                // What it gets where its request_id was never used.
  bool to_look_up = false;
  v1::Assessment assessment;  // What is written, as it is answered.
  std::optional<Outcome> outcome;
};

// What one call asks for, on its way.
struct AssessmentCreator::Job {
  std::vector<Item> items;
  std::size_t bytes = 0;  // As sent.
  std::function<void(std::vector<Outcome>)> done;

  std::vector<std::size_t> todo;    // Items of the stage that is under way.
  std::size_t next = 0;             // In `todo`.
  std::vector<std::size_t> parked;  // Items whose version is not in memory.
  std::map<VersionKey, std::optional<absl::StatusOr<ScoringVersion>>> versions;
  std::atomic<std::size_t> loads_left = 0;
  std::size_t made_bytes = 0;
  std::vector<std::size_t> written;  // Items whose rows the writer has.
  std::size_t replay_bytes = 0;
};

void AssessmentCreator::Create(v1::CreateAssessmentRequest request, std::function<void(Outcome)> done) {
  const auto job = std::make_shared<Job>();
  job->bytes = request.ByteSizeLong();
  job->items.emplace_back(std::move(request), "");
  job->done = [done = std::move(done)](std::vector<Outcome> outcomes) { done(std::move(outcomes.front())); };
  Start(job);
}

void AssessmentCreator::CreateBatch(v1::BatchCreateAssessmentsRequest request,
                                    std::function<void(absl::StatusOr<std::vector<Outcome>>)> done) {
  if (request.requests().empty() || request.requests_size() > kMaxBatch) {
    RequestCheck check;
    check.Fault("requests", absl::StrCat(request.requests_size(), " requests are not from 1 to ", kMaxBatch));
    return done(check.status());
  }
  const auto job = std::make_shared<Job>();
  job->bytes = request.ByteSizeLong();
  job->items.reserve(static_cast<std::size_t>(request.requests_size()));
  for (int i = 0; i < request.requests_size(); ++i) {
    job->items.emplace_back(std::move(*request.mutable_requests(i)), absl::StrCat("requests[", i, "]."));
  }
  job->done = std::move(done);
  Start(job);
}

void AssessmentCreator::Start(const JobPtr& job) {
  if (const absl::Status accepted = Accept(*job); !accepted.ok()) {
    return job->done(std::vector<Outcome>(job->items.size(), accepted));
  }
  for (std::size_t i = 0; i < job->items.size(); ++i) job->todo.push_back(i);
  if (job->items.size() <= kItemsOfATurn && job->bytes <= kMaxBytesAtOnce) return CheckSome(job);
  Submit(job, &AssessmentCreator::CheckSome);
}

absl::Status AssessmentCreator::Accept(Job& job) {
  MutexLock lock(&mutex_);
  if (closed_) return Unavailable(kClosed, "the service is stopping: nothing was written");
  const bool full = accepted_rows_ + job.items.size() > options_.accepted_rows ||
                    accepted_bytes_ + job.bytes > options_.accepted_bytes;
  // Where nothing waits any job is taken, so that no size is refused for ever.
  if (full && accepted_rows_ > 0)
    return Unavailable(kWriteQueueFull, "too much waits to be written: nothing was written");
  accepted_rows_ += job.items.size();
  accepted_bytes_ += job.bytes;
  return absl::OkStatus();
}

void AssessmentCreator::Close() {
  MutexLock lock(&mutex_);
  closed_ = true;
}

void AssessmentCreator::AddTo(Metrics& metrics) const {
  metrics.AddGauge("ladder_write_queue_rows", "Assessments that were accepted and are not answered yet.", [this] {
    MutexLock lock(&mutex_);
    return static_cast<double>(accepted_rows_);
  });
  metrics.AddGauge("ladder_write_queue_bytes", "Bytes of the assessments that were accepted and are not answered yet.",
                   [this] {
                     MutexLock lock(&mutex_);
                     return static_cast<double>(accepted_bytes_);
                   });
}

void AssessmentCreator::Submit(const JobPtr& job, void (AssessmentCreator::*turn)(const JobPtr&)) {
  // Stopped: what was accepted is done all the same.
  if (!parts_.preparers.TrySubmit([this, job, turn] { (this->*turn)(job); })) (this->*turn)(job);
}

// --- Check -------------------------------------------------------------------------------------------------------

void AssessmentCreator::CheckSome(const JobPtr& job) {
  for (Turn turn; job->next < job->todo.size() && turn.HasRoom(); ++job->next) {
    const std::size_t place = job->todo[job->next];
    if (!CheckItem(*job, job->items[place])) job->parked.push_back(place);
  }
  if (job->next < job->todo.size()) return Submit(job, &AssessmentCreator::CheckSome);
  if (!job->parked.empty()) return LoadVersions(job);
  Write(job);
}

bool AssessmentCreator::CheckItem(Job& job, Item& item) {
  if (item.names.scored.version == 0) {
    item.create_time = parts_.clock.Now();
    item.names = CheckNames(item.request, item.create_time, item.check);
    item.fault = item.check.status();
    // Without these it cannot have been recorded.
    item.to_look_up = !item.names.client.clinic.empty() && quiz::IsRequestId(item.request.request_id());
    if (!item.fault.ok()) return true;
  }
  const absl::StatusOr<ScoringVersion>* version = VersionOf(job, item);
  if (version == nullptr) return false;
  if (version->ok()) {
    MakeRow(**version, job, item);
  } else if (absl::IsNotFound(version->status())) {
    item.check.Fault("result.quiz_version",
                     absl::StrCat("version ", item.names.scored.version, " was never published"));
    item.fault = item.check.status();
  } else {
    item.fault = version->status();
  }
  return true;
}

const absl::StatusOr<ScoringVersion>* AssessmentCreator::VersionOf(Job& job, const Item& item) {
  const auto [at, is_new] = job.versions.try_emplace({item.names.scored.quiz, item.names.scored.version});
  if (is_new) {
    std::optional<ScoringVersion> found = parts_.versions.Find(item.names.scored.quiz, item.names.scored.version);
    if (found.has_value()) at->second = *std::move(found);
  }
  return at->second.has_value() ? &*at->second : nullptr;
}

void AssessmentCreator::MakeRow(const ScoringVersion& version, Job& job, Item& item) {
  std::optional<ScoredAgain> scored = ScoreAgain(*version.program, item.names.scored.ToString(), version.digest,
                                                 item.request.submission(), item.request.result(), item.check);
  job.made_bytes += scored.has_value() ? scored->bytes.size() : 0;
  if (job.made_bytes > job.bytes + kMaxGrowth) {
    item.check.Fault("result", "has to come with its texts, or fewer requests at a time");
  }
  item.fault = item.check.status();
  if (!item.fault.ok()) return;

  AssessmentRow& row = item.row.emplace();
  row.clinic = item.names.client.clinic;
  row.client = item.names.client.client;
  row.id = ids_.Next();
  row.request_id = item.request.request_id();
  row.quiz = item.names.scored.quiz;
  row.version = item.names.scored.version;
  row.campaign = item.request.submission().campaign();
  row.create_time = item.create_time;
  row.assess_time = item.names.assess_time;
  row.submission = StableBytes(item.request.submission());
  row.result = std::move(scored->bytes);
  release::StampFacts(*version.program, version.first_of_series, scored->input, scored->result, options_.longest_wait,
                      row);

  item.assessment.set_name(quiz::AssessmentName{item.names.client, row.id}.ToString());
  item.assessment.set_request_id(row.request_id);
  *item.assessment.mutable_create_time() = ToTimestamp(row.create_time);
  *item.assessment.mutable_assess_time() = ToTimestamp(row.assess_time);
  item.assessment.mutable_result()->Swap(&scored->result);
  item.request.clear_result();
}

void AssessmentCreator::LoadVersions(const JobPtr& job) {
  job->todo = std::exchange(job->parked, {});
  job->next = 0;
  if (!BeginWaitingForVersions(*job)) {
    for (const std::size_t place : job->todo) {
      job->items[place].fault =
          Unavailable(kWriteQueueFull, "too much waits for quiz versions to be loaded: nothing was written");
    }
    return Write(job);
  }
  std::vector<const VersionKey*> missing;
  for (const auto& [key, version] : job->versions) {
    if (!version.has_value()) missing.push_back(&key);
  }
  job->loads_left = missing.size();
  for (const VersionKey* key : missing) {
    // Each load has a place of its own in the job, which nobody else touches until the last one is done.
    auto& place = job->versions.at(*key);
    parts_.versions.Load(key->first, key->second, [this, job, &place](const absl::StatusOr<ScoringVersion>& version) {
      place = version;
      if (--job->loads_left > 0) return;
      EndWaitingForVersions(*job);
      Submit(job, &AssessmentCreator::CheckSome);
    });
  }
}

bool AssessmentCreator::BeginWaitingForVersions(const Job& job) {
  MutexLock lock(&mutex_);
  const bool full = rows_waiting_for_versions_ + job.items.size() > options_.accepted_rows / 2 ||
                    bytes_waiting_for_versions_ + job.bytes > options_.accepted_bytes / 2;
  if (full && rows_waiting_for_versions_ > 0) return false;
  rows_waiting_for_versions_ += job.items.size();
  bytes_waiting_for_versions_ += job.bytes;
  return true;
}

void AssessmentCreator::EndWaitingForVersions(const Job& job) {
  MutexLock lock(&mutex_);
  rows_waiting_for_versions_ -= job.items.size();
  bytes_waiting_for_versions_ -= job.bytes;
}

// --- Write -------------------------------------------------------------------------------------------------------

void AssessmentCreator::Write(const JobPtr& job) {
  std::vector<AssessmentRow> rows;
  for (std::size_t i = 0; i < job->items.size(); ++i) {
    if (!job->items[i].row.has_value()) continue;
    job->written.push_back(i);
    rows.push_back(*std::exchange(job->items[i].row, std::nullopt));
  }
  if (rows.empty()) return TakeOutcomes(job, {});
  parts_.writer.Submit(std::move(rows),
                       [this, job](std::vector<Writer::Outcome> written) { TakeOutcomes(job, std::move(written)); });
}

void AssessmentCreator::TakeOutcomes(const JobPtr& job, std::vector<Writer::Outcome> written) {
  for (std::size_t i = 0; i < job->written.size(); ++i) {
    Item& item = job->items[job->written[i]];
    item.to_look_up = false;
    if (!written[i].ok()) {
      item.fault = written[i].status();
    } else if (written[i]->exists || written[i]->erased) {
      item.fault = ErasedError(item.request.request_id());
      // What was erased may have been set aside, which only a look tells.
      item.to_look_up = true;
    }
  }
  job->todo.clear();
  job->next = 0;
  for (std::size_t i = 0; i < job->items.size(); ++i) {
    if (job->items[i].to_look_up) job->todo.push_back(i);
  }
  if (job->todo.empty()) return Answer(job);
  const auto key_of = [&job](std::size_t place) {
    const Item& item = job->items[place];
    return std::tie(item.names.client.clinic, item.request.request_id());
  };
  std::sort(job->todo.begin(), job->todo.end(),
            [&](std::size_t a, std::size_t b) { return std::pair(key_of(a), a) < std::pair(key_of(b), b); });
  Submit(job, &AssessmentCreator::LookUpSome);
}

// --- Look up -----------------------------------------------------------------------------------------------------

void AssessmentCreator::LookUpSome(const JobPtr& job) {
  for (Turn turn; job->next < job->todo.size() && turn.HasRoom();) job->next = LookUp(*job, job->next);
  if (job->next < job->todo.size()) return Submit(job, &AssessmentCreator::LookUpSome);
  Answer(job);
}

std::size_t AssessmentCreator::LookUp(Job& job, std::size_t begin) {
  const Item& first = job.items[job.todo[begin]];
  const std::string& clinic = first.names.client.clinic;
  const std::string& request_id = first.request.request_id();
  absl::StatusOr<std::optional<EarlierRequest>> earlier = FindEarlier(clinic, request_id);
  std::size_t next = begin;
  for (; next < job.todo.size(); ++next) {
    Item& item = job.items[job.todo[next]];
    if (item.names.client.clinic != clinic || item.request.request_id() != request_id) break;
    if (!earlier.ok()) {
      item.outcome = earlier.status();
    } else if (earlier->has_value()) {
      item.outcome = AnswerAgain(job, item, **earlier);
    }
  }
  return next;
}

absl::StatusOr<std::optional<EarlierRequest>> AssessmentCreator::FindEarlier(const std::string& clinic,
                                                                             const std::string& request_id) {
  absl::StatusOr<std::optional<AssessmentRow>> row = parts_.store.FindRequest(clinic, request_id);
  if (!row.ok()) return row.status();
  if (row->has_value()) return EarlierRequest(**std::move(row), parts_.unusable);
  const absl::StatusOr<bool> erased = parts_.store.WasErased(clinic, request_id, parts_.clock.Now());
  if (!erased.ok()) return erased.status();
  if (*erased) return RefusedRequest(parts_.store, clinic, request_id);
  return std::nullopt;
}

AssessmentCreator::Outcome AssessmentCreator::AnswerAgain(Job& job, const Item& item, EarlierRequest& earlier) {
  if (job.replay_bytes > 0 && job.replay_bytes + earlier.bytes() > kMaxReplayBytes) {
    return ResourceExhausted(kReplyTooLarge, "recorded before; ask for fewer of these at a time");
  }
  absl::StatusOr<v1::Assessment> assessment = earlier.AnswerTo(item.request.submission());
  if (!assessment.ok()) return assessment.status();
  job.replay_bytes += earlier.bytes();
  v1::CreateAssessmentResponse response;
  response.mutable_assessment()->Swap(&*assessment);
  response.set_replayed(true);
  return response;
}

// --- Answer ------------------------------------------------------------------------------------------------------

void AssessmentCreator::Answer(const JobPtr& job) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(job->items.size());
  for (Item& item : job->items) {
    if (item.outcome.has_value()) {
      outcomes.push_back(*std::move(item.outcome));
    } else if (!item.fault.ok()) {
      outcomes.push_back(item.fault);
    } else {
      v1::CreateAssessmentResponse response;
      response.mutable_assessment()->Swap(&item.assessment);
      response.mutable_assessment()->mutable_submission()->Swap(item.request.mutable_submission());
      outcomes.push_back(std::move(response));
    }
  }
  {
    MutexLock lock(&mutex_);
    accepted_rows_ -= job->items.size();
    accepted_bytes_ -= job->bytes;
  }
  job->done(std::move(outcomes));
}

}  // namespace ladder::records
