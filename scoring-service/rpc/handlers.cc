#include "scoring-service/rpc/handlers.h"

#include <utility>

#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "libs/chassis/call.h"
#include "scoring-service/rpc/score_stream.h"

namespace ladder::scoring {
namespace {

class ScoringHandlers final : public v1::ScoringService::CallbackService {
 public:
  ScoringHandlers(CallTracker* calls, Scorer* scorer) : calls_(calls), scorer_(scorer) {}

  grpc::ServerUnaryReactor* Score(grpc::CallbackServerContext* context, const v1::ScoreRequest* request,
                                  v1::ScoreResponse* response) override {
    return StartUnary<v1::ScoreResponse>(
        context, calls_, "ladder.scoring.v1.ScoringService/Score", response, [&](auto call) {
          const absl::Time deadline = call->deadline();
          scorer_->Score(*request, deadline,
                         [call = std::move(call)](auto result) { call->Finish(std::move(result)); });
        });
  }

  grpc::ServerBidiReactor<v1::ScoreStreamRequest, v1::ScoreStreamResponse>* ScoreStream(
      grpc::CallbackServerContext* context) override {
    return StartScoreStream(context, calls_, scorer_);
  }

  grpc::ServerUnaryReactor* GetForm(grpc::CallbackServerContext* context, const v1::GetFormRequest* request,
                                    v1::Form* response) override {
    return StartUnary<v1::Form>(context, calls_, "ladder.scoring.v1.ScoringService/GetForm", response, [&](auto call) {
      const absl::Time deadline = call->deadline();
      scorer_->GetForm(*request, deadline, [call = std::move(call)](auto form) { call->Finish(std::move(form)); });
    });
  }

  grpc::ServerUnaryReactor* NextItems(grpc::CallbackServerContext* context, const v1::NextItemsRequest* request,
                                      v1::NextItemsResponse* response) override {
    return StartUnary<v1::NextItemsResponse>(
        context, calls_, "ladder.scoring.v1.ScoringService/NextItems", response, [&](auto call) {
          const absl::Time deadline = call->deadline();
          scorer_->NextItems(*request, deadline,
                             [call = std::move(call)](auto next) { call->Finish(std::move(next)); });
        });
  }

 private:
  CallTracker* const calls_;
  Scorer* const scorer_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewScoringHandlers(CallTracker* calls, Scorer* scorer) {
  return std::make_unique<ScoringHandlers>(calls, scorer);
}

}  // namespace ladder::scoring
