#include "scoring-service/recorder.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"

namespace ladder::scoring {
namespace {

absl::Status TooMuchWaits() {
  return ResourceExhausted("RECORDER_FULL", "too many results wait to be recorded; nothing was recorded");
}

}  // namespace

void Recorder::Record(records::v1::CreateAssessmentRequest request, Caller caller, Callback done) {
  Waiting waiting{std::move(request), 0, std::move(caller), std::move(done)};
  waiting.bytes = waiting.request.ByteSizeLong();
  if (const absl::Status status = Enqueue(waiting); !status.ok()) return waiting.done(status);
  SendWhatWaits();
}

absl::Status Recorder::Enqueue(Waiting& waiting) {
  MutexLock lock(&mutex_);
  if (waiting_.size() >= kMaxWaitingRecords || waiting_bytes_ + waiting.bytes > kMaxWaitingBytes) {
    return TooMuchWaits();
  }
  waiting_bytes_ += waiting.bytes;
  waiting_.push_back(std::move(waiting));
  return absl::OkStatus();
}

void Recorder::SendWhatWaits() {
  for (;;) {
    Batch batch;
    Batch expired;
    {
      MutexLock lock(&mutex_);
      if (batches_under_way_ >= kMaxBatchesUnderWay || waiting_.empty()) return;
      batch = TakeBatch(expired);
      if (!batch.empty()) ++batches_under_way_;
    }
    for (const Waiting& late : expired) {
      late.done(absl::DeadlineExceededError("the deadline was over before the result was sent to be recorded"));
    }
    if (!batch.empty()) Send(std::move(batch));
  }
}

Recorder::Batch Recorder::TakeBatch(Batch& expired) {
  Batch batch;
  std::size_t bytes = 0;
  const absl::Time now = clock_->SteadyNow();
  while (!waiting_.empty() && batch.size() < kMaxBatchRecords) {
    Waiting& next = waiting_.front();
    const bool is_late = next.caller.deadline <= now;
    if (!is_late && !batch.empty() && bytes + next.bytes > kMaxBatchBytes) break;
    if (!is_late) bytes += next.bytes;
    waiting_bytes_ -= next.bytes;
    (is_late ? expired : batch).push_back(std::move(next));
    waiting_.pop_front();
  }
  return batch;
}

void Recorder::Send(Batch batch) {
  records::v1::BatchCreateAssessmentsRequest request;
  request.mutable_requests()->Reserve(static_cast<int>(batch.size()));
  std::vector<TraceContext> traces;
  for (Waiting& waiting : batch) {
    *request.add_requests() = std::move(waiting.request);
    if (waiting.caller.trace.IsSet()) traces.push_back(waiting.caller.trace);
  }
  batch_rows_.Observe(static_cast<double>(batch.size()));
  auto sent = std::make_shared<const Batch>(std::move(batch));
  records_->BatchCreate(
      std::move(request), traces, [this, sent](absl::StatusOr<std::vector<RecordsAssessments::Outcome>> outcomes) {
        {
          MutexLock lock(&mutex_);
          --batches_under_way_;
        }
        SendWhatWaits();  // First: the next batch need not wait for the callbacks of this one.
        if (outcomes.ok() && outcomes->size() != sent->size()) {
          outcomes = Internal(
              absl::StrCat("records answered ", sent->size(), " requests with ", outcomes->size(), " outcomes"));
        }
        for (std::size_t i = 0; i < sent->size(); ++i) {
          (*sent)[i].done(outcomes.ok() ? std::move((*outcomes)[i]) : outcomes.status());
        }
      });
}

void Recorder::AddTo(Metrics& metrics) const {
  metrics.Add("ladder_recorder_batch_rows", "Results sent to records at once.", batch_rows_);
  metrics.AddGauge("ladder_recorder_waiting_rows", "Results that wait to be sent to records.", [this] {
    MutexLock lock(&mutex_);
    return static_cast<double>(waiting_.size());
  });
}

void Recorder::FindRecorded(records::v1::FindRecordedRequest request, absl::Status why_not, const TraceContext& trace,
                            Callback done) {
  {
    MutexLock lock(&mutex_);
    if (finds_under_way_ < kMaxFindsUnderWay) {
      ++finds_under_way_;
    } else {
      why_not = TooMuchWaits();
    }
  }
  if (ReasonOf(why_not) == "RECORDER_FULL") return done(std::move(why_not));
  records_->FindRecorded(
      std::move(request), trace,
      [this, why_not = std::move(why_not), done = std::move(done)](absl::StatusOr<records::v1::Assessment> found) {
        {
          MutexLock lock(&mutex_);
          --finds_under_way_;
        }
        if (absl::IsNotFound(found.status())) return done(why_not);
        if (!found.ok()) return done(found.status());
        records::v1::CreateAssessmentResponse response;
        *response.mutable_assessment() = *std::move(found);
        response.set_replayed(true);
        done(std::move(response));
      });
}

}  // namespace ladder::scoring
