#include "libs/chassis/self_probe.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <memory>
#include <utility>

#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/chassis/channel.h"
#include "libs/chassis/log.h"

namespace ladder {

SelfProbe::SelfProbe(Options options, std::function<void(bool alive)> tell)
    : options_(std::move(options)), tell_(std::move(tell)), thread_([this] { Run(); }) {}

SelfProbe::~SelfProbe() {
  {
    MutexLock lock(&mutex_);
    over_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

void SelfProbe::Run() {
  int failed = 0;
  while (WaitForNext()) {
    const bool was_dead = failed >= options_.failures;
    failed = Succeeds() ? 0 : failed + 1;
    const bool is_dead = failed >= options_.failures;
    if (is_dead == was_dead) continue;
    Log(is_dead ? LogLevel::kError : LogLevel::kInfo, "liveness_changed", {{"live", !is_dead}});
    tell_(!is_dead);
  }
}

bool SelfProbe::WaitForNext() {
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(options_.interval);
  MutexLock lock(&mutex_);
  while (!over_) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds::zero()) return true;
    changed_.WaitFor(lock, absl::FromChrono(left));
  }
  return false;
}

bool SelfProbe::Succeeds() const {
  // A connection of its own each time: one that is open already says nothing about new ones.
  const std::shared_ptr<grpc::Channel> channel = NewChannel({.target = options_.target, .own_connections = true});
  grpc::ClientContext context;
  SetTimeout(context, options_.timeout);
  grpc::health::v1::HealthCheckRequest request;
  request.set_service("live");
  grpc::health::v1::HealthCheckResponse response;
  return grpc::health::v1::Health::NewStub(channel)->Check(&context, request, &response).ok();
}

}  // namespace ladder
