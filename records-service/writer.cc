#include "records-service/writer.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <utility>

#include "libs/chassis/errors.h"

namespace ladder::records {
namespace {

std::size_t BytesOf(absl::Span<const AssessmentRow> rows) {
  std::size_t bytes = 0;
  for (const AssessmentRow& row : rows) bytes += row.submission.size() + row.result.size();
  return bytes;
}

}  // namespace

Writer::Writer(AssessmentStore& store, Limits limits, Executor& answerers)
    : store_(store), limits_(limits), answerers_(answerers), thread_([this] { Run(); }) {}

Writer::~Writer() { Stop(); }

void Writer::Submit(std::vector<AssessmentRow> rows, Done done) {
  Job job{std::move(rows), 0, std::move(done)};
  job.bytes = BytesOf(job.rows);
  {
    MutexLock lock(&mutex_);
    if (!stopping_) {
      queue_.push_back(std::move(job));
      changed_.NotifyOne();
      return;
    }
  }
  const absl::Status stopped = Unavailable(kClosed, "the service is stopping: nothing was written");
  job.done(std::vector<Outcome>(job.rows.size(), stopped));
}

void Writer::AddTo(Metrics& metrics) const {
  metrics.Add("ladder_write_batch_rows", "Assessments written in one transaction.", batch_rows_);
  metrics.Add("ladder_write_commit_seconds", "Time of such a transaction, from its begin to its commit.",
              commit_seconds_);
}

void Writer::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.NotifyOne();
  }
  if (thread_.joinable()) thread_.join();
}

void Writer::Run() {
  while (true) {
    std::vector<Job> jobs = TakeBatch();
    if (jobs.empty()) return;
    WriteBatch(std::move(jobs));
  }
}

std::vector<Writer::Job> Writer::TakeBatch() {
  std::vector<Job> jobs;
  std::size_t rows = 0;
  std::size_t bytes = 0;
  MutexLock lock(&mutex_);
  while (queue_.empty() && !stopping_) changed_.Wait(lock);
  while (!queue_.empty()) {
    Job& next = queue_.front();
    rows += next.rows.size();
    bytes += next.bytes;
    if (!jobs.empty() && (rows > limits_.batch_rows || bytes > limits_.batch_bytes)) break;
    jobs.push_back(std::move(next));
    queue_.pop_front();
  }
  return jobs;
}

void Writer::WriteBatch(std::vector<Job> jobs) {
  std::vector<AssessmentRow> rows;
  std::vector<std::size_t> counts;
  for (Job& job : jobs) {
    counts.push_back(job.rows.size());
    std::move(job.rows.begin(), job.rows.end(), std::back_inserter(rows));
  }
  std::vector<Outcome> outcomes;
  outcomes.reserve(rows.size());
  WriteRows(rows, outcomes);
  // std::function wants something that can be copied.
  const auto written = std::make_shared<Written>(Written{std::move(jobs), std::move(counts), std::move(outcomes)});
  const auto answer = [written] { Answer(*written); };
  if (!answerers_.TrySubmit(answer)) answer();
}

void Writer::Answer(Written& written) {
  auto next = written.outcomes.begin();
  for (std::size_t i = 0; i < written.jobs.size(); ++i) {
    const auto end = next + static_cast<std::ptrdiff_t>(written.counts[i]);
    written.jobs[i].done(std::vector<Outcome>(std::make_move_iterator(next), std::make_move_iterator(end)));
    next = end;
  }
}

void Writer::WriteRows(absl::Span<const AssessmentRow> rows, std::vector<Outcome>& outcomes) {
  if (rows.empty()) return;
  const auto begin = std::chrono::steady_clock::now();
  absl::StatusOr<std::vector<WriteOutcome>> written = store_.CreateAssessments(rows);
  batch_rows_.Observe(static_cast<double>(rows.size()));
  commit_seconds_.Observe(absl::FromChrono(std::chrono::steady_clock::now() - begin));
  if (written.ok()) {
    std::move(written->begin(), written->end(), std::back_inserter(outcomes));
    return;
  }
  // Unavailability is nobody's fault. Anything else is some row's: halving finds it, and the others are written.
  if (rows.size() == 1 || absl::IsUnavailable(written.status())) {
    outcomes.insert(outcomes.end(), rows.size(), written.status());
    return;
  }
  const std::size_t half = rows.size() / 2;
  WriteRows(rows.subspan(0, half), outcomes);
  WriteRows(rows.subspan(half), outcomes);
}

}  // namespace ladder::records
