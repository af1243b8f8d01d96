#include "tests/chassis/echo_service.h"

#include "libs/chassis/errors.h"

namespace ladder::testing {

using ladder::test::v1::EchoRequest;
using ladder::test::v1::EchoResponse;
using ladder::test::v1::ReleaseRequest;
using ladder::test::v1::ReleaseResponse;

namespace {

EchoResponse Response(const std::string& text) {
  EchoResponse response;
  response.set_text(text);
  return response;
}

}  // namespace

grpc::ServerUnaryReactor* EchoService::Echo(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) {
  return StartUnary<EchoRequest, EchoResponse>(context, calls_, kEcho, request, response,
                                               [this](const EchoRequest& asked, std::shared_ptr<Call> call) {
                                                 call->SetOnCancel([this] { ++cancellations_; });
                                                 MutexLock lock(&mutex_);
                                                 last_deadline_ = call->deadline();
                                                 switch (asked.ending()) {
                                                   case EchoRequest::ENDING_HELD:
                                                     held_.emplace_back(std::move(call), asked.text());
                                                     return;
                                                   case EchoRequest::ENDING_LOST:
                                                     return;
                                                   case EchoRequest::ENDING_INTERNAL:
                                                     call->Finish(Internal(asked.text()));
                                                     return;
                                                   case EchoRequest::ENDING_THRICE:
                                                     call->Finish(Response(asked.text()));
                                                     call->Finish(Response("a second time"));
                                                     call->Finish(Internal("a third time"));
                                                     return;
                                                   case EchoRequest::ENDING_COUNTED:
                                                     call->Finish(Response(std::to_string(held_.size())));
                                                     return;
                                                   default:
                                                     call->Finish(Response(asked.text()));
                                                 }
                                               });
}

grpc::ServerUnaryReactor* EchoService::Release(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                               grpc::ByteBuffer* response) {
  return StartUnary<ReleaseRequest, ReleaseResponse>(context, calls_, "ladder.test.v1.EchoService/Release", request,
                                                     response, [this](const ReleaseRequest&, auto call) {
                                                       ReleaseResponse released;
                                                       released.set_released(ReleaseHeld());
                                                       call->Finish(released);
                                                     });
}

int EchoService::ReleaseHeld() {
  std::vector<std::pair<std::shared_ptr<Call>, std::string>> held;
  {
    MutexLock lock(&mutex_);
    held.swap(held_);
  }
  for (auto& [call, text] : held) call->Finish(Response(text));
  return static_cast<int>(held.size());
}

std::size_t EchoService::held() const {
  MutexLock lock(&mutex_);
  return held_.size();
}

absl::Time EchoService::last_deadline() const {
  MutexLock lock(&mutex_);
  return last_deadline_;
}

}  // namespace ladder::testing
