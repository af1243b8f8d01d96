#include "records-service/assessment_handlers.h"

#include <memory>
#include <utility>
#include <vector>

#include "libs/chassis/grpc_status.h"
#include "records-service/run_blocking.h"

namespace ladder::records {
namespace {

v1::BatchCreateAssessmentsResponse ToResponse(std::vector<AssessmentCreator::Outcome> outcomes) {
  v1::BatchCreateAssessmentsResponse response;
  for (AssessmentCreator::Outcome& outcome : outcomes) {
    v1::BatchCreateOutcome* added = response.add_outcomes();
    if (outcome.ok()) {
      added->mutable_response()->Swap(&*outcome);
    } else {
      *added->mutable_error() = ToItemStatus(outcome.status());
    }
  }
  return response;
}

}  // namespace

grpc::ServerUnaryReactor* AssessmentHandlers::CreateAssessment(grpc::CallbackServerContext* context,
                                                               const grpc::ByteBuffer* request,
                                                               grpc::ByteBuffer* response) {
  return StartUnary<v1::CreateAssessmentRequest, v1::CreateAssessmentResponse>(
      context, &calls_, "ladder.records.v1.AssessmentService/CreateAssessment", request, response,
      [this](v1::CreateAssessmentRequest asked, auto call) {
        creator_.Create(std::move(asked), [call](const AssessmentCreator::Outcome& outcome) { call->Finish(outcome); });
      });
}

grpc::ServerUnaryReactor* AssessmentHandlers::BatchCreateAssessments(grpc::CallbackServerContext* context,
                                                                     const grpc::ByteBuffer* request,
                                                                     grpc::ByteBuffer* response) {
  return StartUnary<v1::BatchCreateAssessmentsRequest, v1::BatchCreateAssessmentsResponse>(
      context, &calls_, "ladder.records.v1.AssessmentService/BatchCreateAssessments", request, response,
      [this](v1::BatchCreateAssessmentsRequest asked, auto call) {
        creator_.CreateBatch(std::move(asked),
                             [call](absl::StatusOr<std::vector<AssessmentCreator::Outcome>> outcomes) {
                               if (!outcomes.ok()) return call->Finish(outcomes.status());
                               call->Finish(ToResponse(*std::move(outcomes)));
                             });
      });
}

grpc::ServerUnaryReactor* AssessmentHandlers::FindRecorded(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* request,
                                                           grpc::ByteBuffer* response) {
  return RunBlocking<v1::FindRecordedRequest, v1::Assessment>(
      context, &calls_, executors_.readers, "ladder.records.v1.AssessmentService/FindRecorded", request, response,
      [this](const v1::FindRecordedRequest& asked) { return assessments_.FindRecorded(asked); });
}

grpc::ServerUnaryReactor* AssessmentHandlers::GetAssessment(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* request,
                                                            grpc::ByteBuffer* response) {
  return RunBlocking<v1::GetAssessmentRequest, v1::Assessment>(
      context, &calls_, executors_.readers, "ladder.records.v1.AssessmentService/GetAssessment", request, response,
      [this](const v1::GetAssessmentRequest& asked) { return assessments_.Get(asked); });
}

grpc::ServerUnaryReactor* AssessmentHandlers::ListAssessments(grpc::CallbackServerContext* context,
                                                              const grpc::ByteBuffer* request,
                                                              grpc::ByteBuffer* response) {
  return RunBlocking<v1::ListAssessmentsRequest, v1::ListAssessmentsResponse>(
      context, &calls_, executors_.readers, "ladder.records.v1.AssessmentService/ListAssessments", request, response,
      [this](const v1::ListAssessmentsRequest& asked) { return assessments_.List(asked); });
}

grpc::ServerUnaryReactor* AssessmentHandlers::GetProgress(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return RunBlocking<v1::GetProgressRequest, v1::Progress>(
      context, &calls_, executors_.calculators, "ladder.records.v1.AssessmentService/GetProgress", request, response,
      [this](const v1::GetProgressRequest& asked) { return progress_.Get(asked); });
}

grpc::ServerUnaryReactor* AssessmentHandlers::EraseClient(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return RunBlocking<v1::EraseClientRequest, v1::EraseClientResponse>(
      context, &calls_, executors_.readers, "ladder.records.v1.AssessmentService/EraseClient", request, response,
      [this](const v1::EraseClientRequest& asked) { return clients_.Erase(asked); });
}

grpc::ServerUnaryReactor* AssessmentHandlers::ExportClient(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* request,
                                                           grpc::ByteBuffer* response) {
  return RunBlocking<v1::ExportClientRequest, v1::ExportClientResponse>(
      context, &calls_, executors_.readers, "ladder.records.v1.AssessmentService/ExportClient", request, response,
      [this](const v1::ExportClientRequest& asked) { return clients_.Export(asked); });
}

}  // namespace ladder::records
