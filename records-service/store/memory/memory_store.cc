#include "records-service/store/memory/memory_store.h"

#include <algorithm>
#include <iterator>

#include "libs/chassis/errors.h"

namespace ladder::records {
namespace {

VersionRow WithoutDefinition(VersionRow version) {
  version.definition.clear();
  return version;
}

absl::Status Changed() { return absl::AbortedError("it has changed"); }

}  // namespace

absl::Status MemoryStore::Open() const {
  return closed_ ? Unavailable(kClosed, "the store is closed") : absl::OkStatus();
}

absl::Status MemoryStore::Ready() {
  MutexLock lock(&mutex_);
  return Open();
}

void MemoryStore::Close() {
  MutexLock lock(&mutex_);
  closed_ = true;
}

QuizRow MemoryStore::Whole(const Quiz& quiz) {
  QuizRow row = quiz.row;
  row.generation = static_cast<std::int64_t>(quiz.activations.size());
  row.latest_version = static_cast<std::int64_t>(quiz.versions.size());
  if (!quiz.activations.empty()) row.active_version = quiz.activations.back().version;
  if (row.active_version > 0) row.active_digest = quiz.versions[row.active_version - 1].digest;
  return row;
}

absl::StatusOr<std::optional<QuizRow>> MemoryStore::FindQuiz(absl::string_view quiz) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  const auto found = quizzes_.find(quiz);
  if (found == quizzes_.end()) return std::nullopt;
  return Whole(found->second);
}

absl::StatusOr<std::vector<QuizRow>> MemoryStore::ListQuizzes(absl::string_view after, std::size_t limit) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  std::vector<QuizRow> rows;
  for (auto it = quizzes_.upper_bound(after); it != quizzes_.end() && rows.size() < limit; ++it) {
    rows.push_back(Whole(it->second));
  }
  return rows;
}

absl::StatusOr<std::optional<DraftRow>> MemoryStore::FindDraft(absl::string_view quiz) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  const auto found = quizzes_.find(quiz);
  if (found == quizzes_.end()) return std::nullopt;
  return found->second.draft;
}

absl::Status MemoryStore::PutDraft(const DraftRow& draft, absl::string_view expected_etag) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  const auto found = quizzes_.find(draft.quiz);
  const bool exists = found != quizzes_.end();
  if (exists ? found->second.draft.etag != expected_etag : !expected_etag.empty()) return Changed();
  Quiz& quiz = quizzes_[draft.quiz];
  quiz.draft = draft;
  if (!exists) {
    quiz.row.quiz = draft.quiz;
    quiz.row.create_time = draft.update_time;
    quiz.row.update_time = draft.update_time;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<VersionRow>> MemoryStore::FindVersion(absl::string_view quiz, std::int64_t number,
                                                                   Content content) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  const auto found = quizzes_.find(quiz);
  if (found == quizzes_.end()) return std::nullopt;
  const std::vector<VersionRow>& versions = found->second.versions;
  if (number < 1 || number > static_cast<std::int64_t>(versions.size())) return std::nullopt;
  const VersionRow& version = versions[number - 1];
  return content == Content::kWhole ? version : WithoutDefinition(version);
}

absl::StatusOr<std::optional<VersionRow>> MemoryStore::FindVersionByDigest(absl::string_view quiz,
                                                                           absl::string_view digest) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  const auto found = quizzes_.find(quiz);
  if (found == quizzes_.end()) return std::nullopt;
  for (const VersionRow& version : found->second.versions) {
    if (version.digest == digest) return WithoutDefinition(version);
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<VersionRow>> MemoryStore::ListVersions(absl::string_view quiz, std::int64_t before,
                                                                  std::size_t limit) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  std::vector<VersionRow> rows;
  const auto found = quizzes_.find(quiz);
  if (found == quizzes_.end()) return rows;
  const std::vector<VersionRow>& versions = found->second.versions;
  for (auto it = versions.rbegin(); it != versions.rend() && rows.size() < limit; ++it) {
    if (it->number < before) rows.push_back(WithoutDefinition(*it));
  }
  return rows;
}

absl::StatusOr<std::optional<ActivationRow>> MemoryStore::FindActivation(absl::string_view quiz,
                                                                         std::int64_t generation) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  const auto found = quizzes_.find(quiz);
  if (found == quizzes_.end()) return std::nullopt;
  const std::vector<ActivationRow>& activations = found->second.activations;
  if (generation < 1 || generation > static_cast<std::int64_t>(activations.size())) return std::nullopt;
  return activations[generation - 1];
}

absl::Status MemoryStore::UpdateQuiz(const QuizUpdate& update) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  const auto found = quizzes_.find(update.quiz);
  if (found == quizzes_.end() || found->second.row.revision != update.expected_revision) return Changed();
  // Works on a copy: a change that breaks a rule half way leaves nothing behind.
  Quiz quiz = found->second;
  if (update.publish.has_value()) {
    if (update.publish->number != static_cast<std::int64_t>(quiz.versions.size()) + 1) {
      return absl::InternalError("a version is not the next one");
    }
    const auto same = [&update](const VersionRow& version) { return version.digest == update.publish->digest; };
    if (std::any_of(quiz.versions.begin(), quiz.versions.end(), same)) {
      return absl::InternalError("a digest is there already");
    }
    quiz.versions.push_back(*update.publish);
    quiz.versions.back().retire_time.reset();
  }
  if (update.retire.has_value()) {
    const std::int64_t number = *update.retire;
    if (number < 1 || number > static_cast<std::int64_t>(quiz.versions.size()) ||
        quiz.versions[number - 1].retire_time.has_value()) {
      return absl::InternalError("a version to retire is not there");
    }
    quiz.versions[number - 1].retire_time = update.time;
  }
  if (update.activate.has_value()) {
    if (update.activate->generation != static_cast<std::int64_t>(quiz.activations.size()) + 1) {
      return absl::InternalError("a generation is not the next one");
    }
    quiz.activations.push_back(*update.activate);
    quiz.row.update_time = update.time;
  }
  ++quiz.row.revision;
  found->second = std::move(quiz);
  return absl::OkStatus();
}

bool MemoryStore::HoldsRequest(const RequestKey& key, absl::Time now) const {
  const auto found = erased_requests_.find(key);
  return found != erased_requests_.end() && found->second > now;
}

bool MemoryStore::IsErased(const AssessmentRow& row) const {
  if (HoldsRequest({row.clinic, row.request_id}, row.create_time)) return true;
  const auto client = erased_clients_.find({row.clinic, row.client});
  return client != erased_clients_.end() && std::min(row.assess_time, row.create_time) < client->second;
}

absl::StatusOr<std::vector<WriteOutcome>> MemoryStore::CreateAssessments(absl::Span<const AssessmentRow> rows) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  std::vector<WriteOutcome> outcomes(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const AssessmentRow& row = rows[i];
    clinics_.insert(row.clinic);
    outcomes[i].erased = IsErased(row);
    if (outcomes[i].erased) continue;
    const auto [at, written] = assessments_.try_emplace({row.clinic, row.request_id}, row);
    if (written) {
      by_client_.emplace(ClientKey(row.clinic, row.client, row.assess_time, row.id), &at->second);
    } else {
      outcomes[i].exists = true;
    }
  }
  return outcomes;
}

absl::StatusOr<std::optional<AssessmentRow>> MemoryStore::FindRequest(absl::string_view clinic,
                                                                      absl::string_view request_id) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  const auto found = assessments_.find({std::string(clinic), std::string(request_id)});
  if (found == assessments_.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<std::optional<AssessmentRow>> MemoryStore::FindAssessment(absl::string_view clinic,
                                                                         absl::string_view client,
                                                                         absl::string_view id) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  const ClientKey first(std::string(clinic), std::string(client), absl::InfinitePast(), "");
  for (auto it = by_client_.lower_bound(first); it != by_client_.end(); ++it) {
    const AssessmentRow& row = *it->second;
    if (row.clinic != clinic || row.client != client) break;
    if (row.id == id) return row;
  }
  return std::nullopt;
}

absl::StatusOr<AssessmentPage> MemoryStore::ListAssessments(const AssessmentQuery& query) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  ClientKey below(query.clinic, query.client, query.before, "");
  if (query.after.has_value()) {
    below = std::min(below, ClientKey(query.clinic, query.client, query.after->assess_time, query.after->id));
  }
  AssessmentPage page;
  std::size_t bytes = 0;
  auto it = by_client_.lower_bound(below);
  while (it != by_client_.begin()) {
    const AssessmentRow& row = *(--it)->second;
    if (row.clinic != query.clinic || row.client != query.client || row.assess_time < query.from) break;
    if (!query.quiz.empty() && row.quiz != query.quiz) continue;
    page.more = page.rows.size() >= query.limit || (!page.rows.empty() && bytes >= query.max_bytes);
    if (page.more) break;
    page.rows.push_back(row);
    bytes += row.submission.size() + row.result.size();
  }
  return page;
}

absl::StatusOr<QuizAssessmentPage> MemoryStore::ListQuizAssessments(const QuizAssessmentQuery& query) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  std::map<absl::string_view, const AssessmentRow*> by_id;
  for (auto it = assessments_.lower_bound({query.clinic, ""}); it != assessments_.end(); ++it) {
    if (it->second.clinic != query.clinic) break;
    if (it->second.id > query.after_id) by_id.emplace(it->second.id, &it->second);
  }
  QuizAssessmentPage page;
  std::size_t looked_at = 0;
  std::size_t bytes = 0;
  for (const auto& [id, row] : by_id) {
    page.more = looked_at >= query.limit || (looked_at > 0 && bytes >= query.max_bytes);
    if (page.more) break;
    ++looked_at;
    page.last_id = row->id;
    if (row->quiz != query.quiz) continue;
    page.rows.push_back(*row);
    bytes += row->submission.size() + row->result.size();
  }
  return page;
}

absl::StatusOr<bool> MemoryStore::WasErased(absl::string_view clinic, absl::string_view request_id, absl::Time now) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  return HoldsRequest({std::string(clinic), std::string(request_id)}, now);
}

absl::StatusOr<absl::Time> MemoryStore::MarkErased(absl::string_view clinic, absl::string_view client, absl::Time now) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  absl::Time newest = absl::InfinitePast();
  for (const auto& [key, row] : assessments_) {
    if (row.clinic == clinic && row.client == client) newest = std::max(newest, row.create_time);
  }
  const auto [at, is_first] = erased_clients_.try_emplace({std::string(clinic), std::string(client)}, now);
  if (is_first || newest > at->second) at->second = std::max({now, at->second, newest});
  return at->second;
}

MemoryStore::Rows::iterator MemoryStore::Remove(Rows::iterator row, absl::Time expire_time) {
  const AssessmentRow& gone = row->second;
  by_client_.erase(ClientKey(gone.clinic, gone.client, gone.assess_time, gone.id));
  erased_requests_[row->first] = expire_time;
  return assessments_.erase(row);
}

absl::StatusOr<std::size_t> MemoryStore::RemoveErased(absl::string_view clinic, absl::string_view client,
                                                      std::size_t limit) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  const auto erased = erased_clients_.find({std::string(clinic), std::string(client)});
  if (erased == erased_clients_.end()) return 0;
  std::size_t removed = 0;
  for (auto it = assessments_.begin(); it != assessments_.end() && removed < limit;) {
    const AssessmentRow& row = it->second;
    const bool goes = row.clinic == clinic && row.client == client && row.create_time <= erased->second;
    it = goes ? Remove(it, absl::InfiniteFuture()) : std::next(it);
    if (goes) ++removed;
  }
  return removed;
}

absl::Status MemoryStore::Scrub() {
  MutexLock lock(&mutex_);
  return Open();
}

absl::StatusOr<std::optional<absl::Time>> MemoryStore::FindErasure(absl::string_view clinic, absl::string_view client) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  const auto found = erased_clients_.find({std::string(clinic), std::string(client)});
  if (found == erased_clients_.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<std::vector<ClientStanding>> MemoryStore::ListStandings(absl::string_view, absl::string_view) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  return std::vector<ClientStanding>();
}

absl::StatusOr<bool> MemoryStore::WasSetAside(absl::string_view, absl::string_view) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  return false;
}

absl::StatusOr<SetAsidePage> MemoryStore::ListSetAside(const SetAsideQuery&) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  return SetAsidePage();
}

absl::StatusOr<std::vector<std::string>> MemoryStore::ListClinics(absl::string_view after, std::size_t limit) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  std::vector<std::string> clinics;
  for (auto it = clinics_.upper_bound(after); it != clinics_.end() && clinics.size() < limit; ++it) {
    clinics.push_back(*it);
  }
  return clinics;
}

absl::StatusOr<std::size_t> MemoryStore::RemoveOlder(absl::string_view clinic, absl::Time before,
                                                     absl::Time expire_time, std::size_t limit) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  std::size_t removed = 0;
  for (auto it = assessments_.begin(); it != assessments_.end() && removed < limit;) {
    const bool goes = it->second.clinic == clinic && it->second.assess_time < before;
    it = goes ? Remove(it, expire_time) : std::next(it);
    if (goes) ++removed;
  }
  return removed;
}

absl::StatusOr<std::size_t> MemoryStore::ForgetExpired(absl::string_view clinic, absl::Time now, std::size_t limit) {
  MutexLock lock(&mutex_);
  if (const absl::Status open = Open(); !open.ok()) return open;
  std::size_t forgotten = 0;
  for (auto it = erased_requests_.begin(); it != erased_requests_.end() && forgotten < limit;) {
    const bool goes = it->first.first == clinic && it->second <= now;
    it = goes ? erased_requests_.erase(it) : std::next(it);
    if (goes) ++forgotten;
  }
  return forgotten;
}

}  // namespace ladder::records
