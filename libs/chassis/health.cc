#include "libs/chassis/health.h"

#include <optional>
#include <utility>

namespace ladder {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr char kLive[] = "live";
constexpr char kReady[] = "ready";
// Probes and balancers hold a handful; more is somebody's mistake.
constexpr std::size_t kMaxWatchers = 1000;

}  // namespace

// One open Watch. It writes the newest state that it was told, one write at a time: states in between may be left out.
class HealthService::Watcher final : public grpc::ServerWriteReactor<HealthCheckResponse> {
 public:
  Watcher(HealthService* owner, std::string service) : owner_(owner), service_(std::move(service)) {}

  const std::string& service() const { return service_; }

  void Tell(Status status) {
    MutexLock lock(&mutex_);
    if (finished_ || told_ == status) return;
    told_ = status;
    WriteLocked();
  }

  // Takes effect once, when the newest state is written: a watch hears that the server drains before it ends.
  void End(grpc::Status status) {
    MutexLock lock(&mutex_);
    if (finished_) return;
    finished_ = true;
    end_ = std::move(status);
    if (!writing_) Finish(end_);
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok && !finished_) {
      finished_ = true;
      end_ = grpc::Status::CANCELLED;
    }
    if (ok && written_ != told_) {
      WriteLocked();
    } else if (finished_) {
      Finish(end_);
    }
  }

  void OnCancel() override { End(grpc::Status::CANCELLED); }

  void OnDone() override {
    // Whoever called Finish may still be about to let go of the lock.
    { MutexLock lock(&mutex_); }
    owner_->Remove(this);
    delete this;
  }

 private:
  void WriteLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || written_ == told_) return;
    writing_ = true;
    written_ = told_;
    response_.set_status(*told_);
    StartWrite(&response_);
  }

  HealthService* const owner_;
  const std::string service_;
  Mutex mutex_;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::Status end_ ABSL_GUARDED_BY(mutex_);
  std::optional<Status> told_ ABSL_GUARDED_BY(mutex_);
  std::optional<Status> written_ ABSL_GUARDED_BY(mutex_);
  HealthCheckResponse response_;  // gRPC reads it while a write is under way.
};

HealthService::HealthService() : names_({"", kReady}) {}

HealthService::~HealthService() = default;

void HealthService::SetServices(std::vector<std::string> services) {
  MutexLock lock(&mutex_);
  for (std::string& service : services) names_.insert(std::move(service));
}

void HealthService::SetReady(bool ready) {
  MutexLock lock(&mutex_);
  ready_ = ready;
  TellLocked();
}

void HealthService::SetLive(bool live) {
  MutexLock lock(&mutex_);
  live_ = live;
  TellLocked();
}

void HealthService::EndWatches() {
  MutexLock lock(&mutex_);
  ended_ = true;
  // Removal follows in OnDone, on one of gRPC's threads.
  for (Watcher* watcher : watchers_)
    watcher->End(grpc::Status(grpc::StatusCode::UNAVAILABLE, "the server is stopping"));
}

grpc::ServerUnaryReactor* HealthService::Check(grpc::CallbackServerContext* context, const HealthCheckRequest* request,
                                               HealthCheckResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  Status status = HealthCheckResponse::SERVICE_UNKNOWN;
  {
    MutexLock lock(&mutex_);
    status = StatusLocked(request->service());
  }
  if (status == HealthCheckResponse::SERVICE_UNKNOWN) {
    reactor->Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, "this server has no such service"));
  } else {
    response->set_status(status);
    reactor->Finish(grpc::Status::OK);
  }
  return reactor;
}

grpc::ServerWriteReactor<HealthCheckResponse>* HealthService::Watch(grpc::CallbackServerContext* /*context*/,
                                                                    const HealthCheckRequest* request) {
  auto* watcher = new Watcher(this, request->service());
  MutexLock lock(&mutex_);
  if (ended_ || watchers_.size() >= kMaxWatchers) {
    watcher->End(ended_ ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "the server is stopping")
                        : grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "too many watches are open"));
    return watcher;
  }
  watchers_.insert(watcher);
  watcher->Tell(StatusLocked(request->service()));
  return watcher;
}

void HealthService::TellLocked() {
  for (Watcher* watcher : watchers_) watcher->Tell(StatusLocked(watcher->service()));
}

HealthService::Status HealthService::StatusLocked(const std::string& service) const {
  const bool tells_live = service == kLive;
  if (!tells_live && !names_.contains(service)) return HealthCheckResponse::SERVICE_UNKNOWN;
  return (tells_live ? live_ : ready_) ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

void HealthService::Remove(Watcher* watcher) {
  MutexLock lock(&mutex_);
  watchers_.erase(watcher);
}

}  // namespace ladder
