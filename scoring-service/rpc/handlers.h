// File: handlers.h
//
// ScoringService as gRPC serves it: each handler admits the call, hands it to the Scorer and finishes it with what
// comes back. docs/decisions/callback-api.md says why the callback API.
//
//   std::unique_ptr<grpc::Service> handlers = NewScoringHandlers(&server.calls(), &scorer);

#ifndef LADDER_SCORING_SERVICE_RPC_HANDLERS_H_
#define LADDER_SCORING_SERVICE_RPC_HANDLERS_H_

#include <memory>

#include "libs/chassis/call_tracker.h"
#include "scoring-service/scorer.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace ladder::scoring {

// Both are borrowed and outlive the server.
std::unique_ptr<grpc::Service> NewScoringHandlers(CallTracker* calls, Scorer* scorer);

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_RPC_HANDLERS_H_
