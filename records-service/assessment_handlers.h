// File: assessment_handlers.h
//
// AssessmentService over gRPC. What is created is answered by its creator later; what is read is read on a thread that
// may wait.

#ifndef LADDER_RECORDS_SERVICE_ASSESSMENT_HANDLERS_H_
#define LADDER_RECORDS_SERVICE_ASSESSMENT_HANDLERS_H_

#include "ladder/records/v1/assessment_service.grpc.pb.h"
#include "libs/chassis/call_tracker.h"
#include "libs/chassis/decode.h"
#include "libs/chassis/executor.h"
#include "records-service/assessment_creator.h"
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
  // What runs what, so that none waits for the others.
  struct Executors {
    Executor& readers;      // What only reads.
    Executor& calculators;  // What reads and may have to compile a version.
  };

  // All of these have to outlive the server.
  AssessmentHandlers(CallTracker& calls, AssessmentCreator& creator, Assessments& assessments, ProgressReader& progress,
                     Clients& clients, const Executors& executors)
      : calls_(calls),
        creator_(creator),
        assessments_(assessments),
        progress_(progress),
        clients_(clients),
        executors_(executors) {}

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
  AssessmentCreator& creator_;
  Assessments& assessments_;
  ProgressReader& progress_;
  Clients& clients_;
  const Executors executors_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_ASSESSMENT_HANDLERS_H_
