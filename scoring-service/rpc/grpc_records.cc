#include "scoring-service/rpc/grpc_records.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ladder/records/v1/assessment_service.grpc.pb.h"
#include "ladder/records/v1/quiz_service.grpc.pb.h"
#include "libs/chassis/channel.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/grpc_status.h"
#include "libs/chassis/mutex.h"

namespace ladder::scoring {
namespace {

constexpr int kQuizPageSize = 1000;

absl::Status NotReached() {
  return Unavailable("RECORDS_UNAVAILABLE", "the records service did not answer in time; try again");
}

// An error that records itself explains is passed on. What the way to it caused is told in our own words, and what
// has no explanation at all, for example a method that an older records lacks, is a fault of ours.
absl::Status FromRecords(const grpc::Status& status) {
  absl::Status error = FromGrpcStatus(status);
  if (!ReasonOf(error).empty()) return error;
  const bool may_pass = absl::IsUnavailable(error) || absl::IsDeadlineExceeded(error) || absl::IsCancelled(error);
  return may_pass ? NotReached()
                  : Internal(absl::StrCat("records: ", status.error_code(), " ", status.error_message()));
}

// Paths as the caller of Score knows them: a record's fields have other names on the way to records.
std::string CallersPath(absl::string_view path) {
  absl::ConsumePrefix(&path, "submission.");
  if (absl::StartsWith(path, "parent") || absl::StartsWith(path, "campaign") || absl::StartsWith(path, "assessed_at") ||
      absl::StartsWith(path, "request_id")) {
    return absl::StrCat("record.", path);
  }
  return std::string(path);
}

// What records finds wrong with one request of a batch.
absl::Status FromBatchError(const google::rpc::Status& rpc, int index) {
  absl::Status error = FromRpcStatus(rpc);
  if (error.ok()) return Internal("records answered with an error that is none");
  if (!absl::IsInvalidArgument(error)) return error;
  std::vector<FieldViolation> violations = ViolationsOf(error);
  for (FieldViolation& violation : violations) {
    absl::string_view path = violation.field;
    absl::ConsumePrefix(&path, absl::StrCat("requests[", index, "]."));
    // What was scored here is not what records scores: nothing that the caller could mend. The description may hold the
    // person's score, so it stays out of the log.
    if (absl::StartsWith(path, "result"))
      return Internal(absl::StrCat("records does not take what was scored: ", path));
    violation.field = CallersPath(path);
  }
  return InvalidArgument(std::move(violations));
}

RecordsAssessments::Outcome FromBatchOutcome(records::v1::BatchCreateOutcome& outcome, int index) {
  switch (outcome.outcome_case()) {
    case records::v1::BatchCreateOutcome::kResponse:
      return std::move(*outcome.mutable_response());
    case records::v1::BatchCreateOutcome::kError:
      return FromBatchError(outcome.error(), index);
    case records::v1::BatchCreateOutcome::OUTCOME_NOT_SET:
      break;
  }
  return Internal("records answered with neither response nor error");
}

}  // namespace

class GrpcRecords::Impl {
 public:
  Impl(const std::shared_ptr<grpc::Channel>& channel, const Clock* clock, Tracer* tracer)
      : clock_(clock),
        tracer_(tracer),
        quizzes_(records::v1::QuizService::NewStub(channel)),
        assessments_(records::v1::AssessmentService::NewStub(channel)) {}

  records::v1::QuizService::Stub::async_interface* quizzes() { return quizzes_->async(); }
  records::v1::AssessmentService::Stub::async_interface* assessments() { return assessments_->async(); }

  // Makes one call: `start(context, request, response, callback)` starts it, `done` gets the response or why not. Its
  // span goes under the first of `traces` and is linked to the others.
  template <typename Response, typename Request, typename Start>
  void Call(const char* method, Request request, const Start& start, const std::vector<TraceContext>& traces,
            std::function<void(absl::StatusOr<Response>)> done) {
    struct UnderWay {
      Request request;
      Response response;
    };
    auto call = std::make_shared<UnderWay>();
    call->request = std::move(request);
    std::uint64_t id = 0;
    grpc::ClientContext* const context = Begin(id);
    if (context == nullptr) return done(NotReached());
    Span span = BeginSpan(method, traces);
    if (span.context.IsSet()) context->AddMetadata(kTraceparent, ToTraceparent(span.context));
    start(context, &call->request, &call->response,
          [this, id, call, span = std::move(span), done = std::move(done)](const grpc::Status& status) {
            reachable_ = status.error_code() != grpc::StatusCode::UNAVAILABLE &&
                         status.error_code() != grpc::StatusCode::DEADLINE_EXCEEDED;
            EndSpan(span, status);
            status.ok() ? done(std::move(call->response)) : done(FromRecords(status));
            End(id);
          });
  }

  bool IsReachable() const { return reachable_; }

  void Stop() {
    std::vector<std::shared_ptr<grpc::ClientContext>> cancelled;
    {
      MutexLock lock(&mutex_);
      stopped_ = true;
      for (const auto& [id, context] : under_way_) cancelled.push_back(context);
    }
    // Without the lock, because a callback may run before this returns.
    for (const auto& context : cancelled) {
      if (context != nullptr) context->TryCancel();
    }
    cancelled.clear();
    MutexLock lock(&mutex_);
    while (!under_way_.empty()) changed_.Wait(lock);
  }

 private:
  Span BeginSpan(const char* method, const std::vector<TraceContext>& traces) {
    Span span;
    span.name = method;
    span.kind = Span::Kind::kClient;
    span.begin = clock_->Now();
    if (!traces.empty()) span.parent_span_id = traces.front().span_id;
    span.context = tracer_->Begin(traces.empty() ? TraceContext() : traces.front());
    if (traces.size() > 1) span.links.assign(traces.begin() + 1, traces.end());
    return span;
  }

  void EndSpan(Span span, const grpc::Status& status) {
    span.end = clock_->Now();
    span.code = static_cast<absl::StatusCode>(status.error_code());
    tracer_->End(std::move(span));
  }

  // Null once stopped. Valid until End.
  grpc::ClientContext* Begin(std::uint64_t& id) {
    auto context = std::make_shared<grpc::ClientContext>();
    SetTimeout(*context, kRecordsTimeout);
    MutexLock lock(&mutex_);
    if (stopped_) return nullptr;
    id = next_id_++;
    return under_way_.emplace(id, std::move(context)).first->second.get();
  }

  // Frees the context before Stop can see that the call has ended: a context keeps the channel, and where the last
  // channel goes in a callback, gRPC joins the thread that runs it.
  void End(std::uint64_t id) {
    std::shared_ptr<grpc::ClientContext> ended;
    {
      MutexLock lock(&mutex_);
      ended.swap(under_way_.at(id));
    }
    ended.reset();
    MutexLock lock(&mutex_);
    under_way_.erase(id);
    if (under_way_.empty()) changed_.NotifyAll();
  }

  const Clock* const clock_;
  Tracer* const tracer_;
  std::atomic<bool> reachable_ = false;
  const std::unique_ptr<records::v1::QuizService::Stub> quizzes_;
  const std::unique_ptr<records::v1::AssessmentService::Stub> assessments_;
  Mutex mutex_;
  CondVar changed_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  absl::flat_hash_map<std::uint64_t, std::shared_ptr<grpc::ClientContext>> under_way_ ABSL_GUARDED_BY(mutex_);
};

GrpcRecords::GrpcRecords(std::shared_ptr<grpc::Channel> channel, const Clock* clock, Tracer* tracer)
    : impl_(std::make_unique<Impl>(channel, clock, tracer)) {}

GrpcRecords::~GrpcRecords() { Stop(); }

bool GrpcRecords::IsReachable() const { return impl_->IsReachable(); }

void GrpcRecords::Stop() { impl_->Stop(); }

void GrpcRecords::GetQuiz(const std::string& quiz, QuizDone done) {
  records::v1::GetQuizRequest request;
  request.set_name(quiz::QuizName{quiz, 0}.ToString());
  const auto start = [this](auto... args) { impl_->quizzes()->GetQuiz(args...); };
  impl_->Call<records::v1::Quiz>("ladder.records.v1.QuizService/GetQuiz", std::move(request), start, {},
                                 std::move(done));
}

void GrpcRecords::ListQuizzes(const std::string& page_token, ListDone done) {
  records::v1::ListQuizzesRequest request;
  request.set_page_size(kQuizPageSize);
  request.set_page_token(page_token);
  const auto start = [this](auto... args) { impl_->quizzes()->ListQuizzes(args...); };
  impl_->Call<records::v1::ListQuizzesResponse>("ladder.records.v1.QuizService/ListQuizzes", std::move(request), start,
                                                {}, std::move(done));
}

void GrpcRecords::GetVersion(const quiz::QuizName& name, bool omit_definition, VersionDone done) {
  records::v1::GetVersionRequest request;
  request.set_name(name.ToString());
  request.set_omit_definition(omit_definition);
  const auto start = [this](auto... args) { impl_->quizzes()->GetVersion(args...); };
  impl_->Call<records::v1::QuizVersion>("ladder.records.v1.QuizService/GetVersion", std::move(request), start, {},
                                        std::move(done));
}

void GrpcRecords::BatchCreate(records::v1::BatchCreateAssessmentsRequest request,
                              const std::vector<TraceContext>& traces, BatchDone done) {
  const auto start = [this](auto... args) { impl_->assessments()->BatchCreateAssessments(args...); };
  impl_->Call<records::v1::BatchCreateAssessmentsResponse>(
      "ladder.records.v1.AssessmentService/BatchCreateAssessments", std::move(request), start, traces,
      [done = std::move(done)](absl::StatusOr<records::v1::BatchCreateAssessmentsResponse> response) {
        if (!response.ok()) return done(response.status());
        std::vector<Outcome> outcomes;
        outcomes.reserve(static_cast<std::size_t>(response->outcomes_size()));
        for (int i = 0; i < response->outcomes_size(); ++i) {
          outcomes.push_back(FromBatchOutcome(*response->mutable_outcomes(i), i));
        }
        done(std::move(outcomes));
      });
}

void GrpcRecords::FindRecorded(records::v1::FindRecordedRequest request, const TraceContext& trace, FindDone done) {
  const auto start = [this](auto... args) { impl_->assessments()->FindRecorded(args...); };
  impl_->Call<records::v1::Assessment>("ladder.records.v1.AssessmentService/FindRecorded", std::move(request), start,
                                       {trace}, std::move(done));
}

}  // namespace ladder::scoring
