#include "scoring-service/rpc/handlers.h"

#include <utility>

#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "libs/chassis/call.h"
#include "scoring-service/rpc/score_stream.h"

namespace ladder::scoring {
namespace {

using Service = v1::ScoringService;

class ScoringHandlers final
    : public RawService<Service::Service, Service::WithRawCallbackMethod_Score,
                        Service::WithRawCallbackMethod_ScoreStream, Service::WithRawCallbackMethod_GetForm,
                        Service::WithRawCallbackMethod_NextItems> {
 public:
  ScoringHandlers(CallTracker* calls, Scorer* scorer) : calls_(calls), scorer_(scorer) {}

  grpc::ServerUnaryReactor* Score(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                  grpc::ByteBuffer* response) override {
    return StartUnary<v1::ScoreRequest, v1::ScoreResponse>(
        context, calls_, "ladder.scoring.v1.ScoringService/Score", request, response,
        [this](const v1::ScoreRequest& asked, auto call) {
          scorer_->Score(asked, call->caller(), [call](const auto& result) { call->Finish(result); });
        });
  }

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* ScoreStream(
      grpc::CallbackServerContext* context) override {
    return StartScoreStream(context, calls_, scorer_, &held_replies_);
  }

  grpc::ServerUnaryReactor* GetForm(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override {
    return StartUnary<v1::GetFormRequest, v1::Form>(
        context, calls_, "ladder.scoring.v1.ScoringService/GetForm", request, response,
        [this](const v1::GetFormRequest& asked, auto call) {
          scorer_->GetForm(asked, call->caller(), [call](const auto& form) { call->Finish(form); });
        });
  }

  grpc::ServerUnaryReactor* NextItems(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override {
    return StartUnary<v1::NextItemsRequest, v1::NextItemsResponse>(
        context, calls_, "ladder.scoring.v1.ScoringService/NextItems", request, response,
        [this](const v1::NextItemsRequest& asked, auto call) {
          scorer_->NextItems(asked, call->caller(), [call](const auto& next) { call->Finish(next); });
        });
  }

 private:
  CallTracker* const calls_;
  Scorer* const scorer_;
  HeldReplies held_replies_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewScoringHandlers(CallTracker* calls, Scorer* scorer) {
  return std::make_unique<ScoringHandlers>(calls, scorer);
}

}  // namespace ladder::scoring
