// File: quiz_handlers.h
//
// QuizService over gRPC: each method hands its request to QuizCatalog or VersionComparer on a thread that may wait.

#ifndef LADDER_RECORDS_SERVICE_QUIZ_HANDLERS_H_
#define LADDER_RECORDS_SERVICE_QUIZ_HANDLERS_H_

#include "ladder/records/v1/quiz_service.grpc.pb.h"
#include "libs/chassis/call_tracker.h"
#include "libs/chassis/decode.h"
#include "libs/chassis/executor.h"
#include "records-service/quiz_catalog.h"
#include "records-service/version_comparer.h"

namespace ladder::records {

// gRPC's template for each method of QuizService.
using RawQuizService = RawService<
    v1::QuizService::Service, v1::QuizService::WithRawCallbackMethod_UpdateDraft,
    v1::QuizService::WithRawCallbackMethod_GetDraft, v1::QuizService::WithRawCallbackMethod_ValidateDefinition,
    v1::QuizService::WithRawCallbackMethod_PublishVersion, v1::QuizService::WithRawCallbackMethod_ActivateVersion,
    v1::QuizService::WithRawCallbackMethod_RollBackQuiz, v1::QuizService::WithRawCallbackMethod_RetireVersion,
    v1::QuizService::WithRawCallbackMethod_GetQuiz, v1::QuizService::WithRawCallbackMethod_ListQuizzes,
    v1::QuizService::WithRawCallbackMethod_GetVersion, v1::QuizService::WithRawCallbackMethod_ListVersions,
    v1::QuizService::WithRawCallbackMethod_CompareVersions>;

class QuizHandlers final : public RawQuizService {
 public:
  // What runs what, so that none waits for the others.
  struct Executors {
    Executor& readers;     // What only reads.
    Executor& authors;     // What changes a quiz.
    Executor& validators;  // What compiles a definition.
    Executor& comparers;   // What scores many assessments again.
  };

  // All of these have to outlive the server.
  QuizHandlers(CallTracker& calls, QuizCatalog& catalog, VersionComparer& comparer, const Executors& executors)
      : calls_(calls), catalog_(catalog), comparer_(comparer), executors_(executors) {}

  grpc::ServerUnaryReactor* UpdateDraft(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetDraft(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ValidateDefinition(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                               grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* PublishVersion(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ActivateVersion(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* RollBackQuiz(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* RetireVersion(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetQuiz(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListQuizzes(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetVersion(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListVersions(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* CompareVersions(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;

 private:
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Run(grpc::CallbackServerContext* context, Executor& executor, absl::string_view method,
                                const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                absl::StatusOr<Response> (QuizCatalog::*work)(const Request&));

  CallTracker& calls_;
  QuizCatalog& catalog_;
  VersionComparer& comparer_;
  const Executors executors_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_QUIZ_HANDLERS_H_
