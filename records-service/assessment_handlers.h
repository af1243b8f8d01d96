// File: assessment_handlers.h
//
// AssessmentService over gRPC. What is created goes to the writer and is answered from there; what is read is read on a
// thread that may wait.

#ifndef LADDER_RECORDS_SERVICE_ASSESSMENT_HANDLERS_H_
#define LADDER_RECORDS_SERVICE_ASSESSMENT_HANDLERS_H_

#include "ladder/records/v1/assessment_service.grpc.pb.h"
#include "libs/chassis/call_tracker.h"
#include "libs/chassis/decode.h"
#include "libs/chassis/executor.h"
#include "records-service/assessments.h"
#include "records-service/clients.h"
#include "records-service/progress.h"

namespace ladder::records {

// gRPC's template for each method of AssessmentService.
using RawAssessmentService =
    RawService<v1::AssessmentService::Service, v1::AssessmentService::WithRawCallbackMethod_CreateAssessment,
               v1::AssessmentService::WithRawCallbackMethod_BatchCreateAssessments,
               v1::AssessmentService::WithRawCallbackMethod_FindRecorded,
               v1::AssessmentService::WithRawCallbackMethod_GetAssessment,
               v1::AssessmentService::WithRawCallbackMethod_ListAssessments,
               v1::AssessmentService::WithRawCallbackMethod_GetProgress,
               v1::AssessmentService::WithRawCallbackMethod_EraseClient,
               v1::AssessmentService::WithRawCallbackMethod_ExportClient>;

class AssessmentHandlers final : public RawAssessmentService {
 public:
  // All of these have to outlive the server.
  AssessmentHandlers(CallTracker& calls, Assessments& assessments, ProgressReader& progress, Clients& clients,
                     Executor& readers)
      : calls_(calls), assessments_(assessments), progress_(progress), clients_(clients), readers_(readers) {}

  grpc::ServerUnaryReactor* CreateAssessment(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* BatchCreateAssessments(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* request,
                                                   grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* FindRecorded(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetAssessment(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListAssessments(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetProgress(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* EraseClient(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ExportClient(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;

 private:
  CallTracker& calls_;
  Assessments& assessments_;
  ProgressReader& progress_;
  Clients& clients_;
  Executor& readers_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_ASSESSMENT_HANDLERS_H_
