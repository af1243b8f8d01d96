#include "records-service/quiz_handlers.h"

#include <functional>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "records-service/run_blocking.h"

namespace ladder::records {

template <typename Request, typename Response>
grpc::ServerUnaryReactor* QuizHandlers::Run(grpc::CallbackServerContext* context, Executor& executor,
                                            absl::string_view method, const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response,
                                            absl::StatusOr<Response> (QuizCatalog::*work)(const Request&)) {
  // Not a lambda: in one, GCC 12 with both sanitizers calls the member through a wrong `this`.
  return RunBlocking<Request, Response>(context, &calls_, executor,
                                        absl::StrCat("ladder.records.v1.QuizService/", method), request, response,
                                        std::bind_front(work, &catalog_));
}

grpc::ServerUnaryReactor* QuizHandlers::UpdateDraft(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return Run(context, executors_.authors, "UpdateDraft", request, response, &QuizCatalog::UpdateDraft);
}

grpc::ServerUnaryReactor* QuizHandlers::GetDraft(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                                 grpc::ByteBuffer* response) {
  return Run(context, executors_.readers, "GetDraft", request, response, &QuizCatalog::GetDraft);
}

grpc::ServerUnaryReactor* QuizHandlers::ValidateDefinition(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* request,
                                                           grpc::ByteBuffer* response) {
  return RunStoppable<v1::ValidateDefinitionRequest, v1::ValidateDefinitionResponse>(
      context, &calls_, executors_.validators, "ladder.records.v1.QuizService/ValidateDefinition", request, response,
      std::bind_front(&QuizCatalog::ValidateDefinition, &catalog_));
}

grpc::ServerUnaryReactor* QuizHandlers::PublishVersion(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return StartUnary<v1::PublishVersionRequest, v1::QuizVersion>(
      context, &calls_, "ladder.records.v1.QuizService/PublishVersion", request, response,
      [this](v1::PublishVersionRequest asked, const std::shared_ptr<UnaryCall<v1::QuizVersion>>& call) {
        BeginFor<v1::QuizVersion>(call, executors_.validators, [this, call, asked = std::move(asked)] {
          absl::StatusOr<QuizCatalog::Publishable> checked = catalog_.CheckDraft(asked, StopTokenOf(*call));
          if (!checked.ok()) return call->Finish(checked.status());
          // Changes of quizzes take turns.
          RunFor<v1::QuizVersion>(call, executors_.authors,
                                  [this, call, checked = *std::move(checked), only = asked.validate_only()] {
                                    call->Finish(catalog_.Publish(checked, only));
                                  });
        });
      });
}

grpc::ServerUnaryReactor* QuizHandlers::ActivateVersion(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return Run(context, executors_.authors, "ActivateVersion", request, response, &QuizCatalog::ActivateVersion);
}

grpc::ServerUnaryReactor* QuizHandlers::RollBackQuiz(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return Run(context, executors_.authors, "RollBackQuiz", request, response, &QuizCatalog::RollBackQuiz);
}

grpc::ServerUnaryReactor* QuizHandlers::RetireVersion(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return Run(context, executors_.authors, "RetireVersion", request, response, &QuizCatalog::RetireVersion);
}

grpc::ServerUnaryReactor* QuizHandlers::GetQuiz(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                                grpc::ByteBuffer* response) {
  return Run(context, executors_.readers, "GetQuiz", request, response, &QuizCatalog::GetQuiz);
}

grpc::ServerUnaryReactor* QuizHandlers::ListQuizzes(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return Run(context, executors_.readers, "ListQuizzes", request, response, &QuizCatalog::ListQuizzes);
}

grpc::ServerUnaryReactor* QuizHandlers::GetVersion(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return Run(context, executors_.readers, "GetVersion", request, response, &QuizCatalog::GetVersion);
}

grpc::ServerUnaryReactor* QuizHandlers::ListVersions(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return Run(context, executors_.readers, "ListVersions", request, response, &QuizCatalog::ListVersions);
}

grpc::ServerUnaryReactor* QuizHandlers::CompareVersions(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return RunStoppable<v1::CompareVersionsRequest, v1::VersionComparison>(
      context, &calls_, executors_.comparers, "ladder.records.v1.QuizService/CompareVersions", request, response,
      std::bind_front(&VersionComparer::Compare, &comparer_));
}

}  // namespace ladder::records
