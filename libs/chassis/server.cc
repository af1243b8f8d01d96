#include "libs/chassis/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/health.h"
#include "libs/chassis/health_port.h"
#include "libs/chassis/library_logs.h"
#include "libs/chassis/log.h"
#include "libs/chassis/metrics_endpoint.h"
#include "libs/chassis/otlp_exporter.h"
#include "libs/chassis/process.h"
#include "libs/chassis/process_metrics.h"
#include "libs/chassis/random.h"
#include "libs/chassis/self_probe.h"
#include "libs/chassis/server_metrics.h"
#include "libs/chassis/stop_signal.h"
#include "libs/chassis/watchdog.h"

namespace ladder {
namespace {

// Clients ping every 30 s (channel.cc). A server that allows less often answers too_many_pings and hangs up.
constexpr absl::Duration kMinClientPingInterval = absl::Seconds(20);
// The server's own pings find clients that went without a word.
constexpr absl::Duration kKeepaliveTime = absl::Minutes(1);
constexpr absl::Duration kKeepaliveTimeout = absl::Seconds(10);
// How often calls are looked at whose deadline passed without gRPC noticing: those that came without one.
constexpr absl::Duration kExpirySweepInterval = absl::Milliseconds(100);
// Reflection is gRPC's own service with the synchronous API; two threads are enough for it.
constexpr int kSyncPollers = 1;
constexpr int kSyncPollersMax = 2;

int Milliseconds(absl::Duration duration) { return static_cast<int>(absl::ToInt64Milliseconds(duration)); }

void SetArguments(const ServerOptions& options, grpc::ServerBuilder* builder) {
  // Otherwise a second server starts on a port that is taken, and both get some of the calls.
  builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, static_cast<int>(options.max_concurrent_streams));
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, Milliseconds(options.max_connection_age));
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, Milliseconds(options.max_connection_age_grace));
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                              Milliseconds(kMinClientPingInterval));
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(kKeepaliveTime));
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(kKeepaliveTimeout));
  // A window that grows with the measured bandwidth lets one caller fill memory.
  builder->AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  // Half a megabyte of gzip can be half a gigabyte of zeros.
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  if (const std::optional<std::int64_t> bytes = options.BufferLimit()) {
    builder->SetResourceQuota(grpc::ResourceQuota(options.name).Resize(static_cast<std::size_t>(*bytes)));
  }
  builder->SetMaxReceiveMessageSize(static_cast<int>(options.max_message_bytes));
  builder->SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder->SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, kSyncPollers);
  builder->SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, kSyncPollersMax);
}

// The file appears whole or not at all: whoever waits for it never reads half a number.
absl::Status WritePortFile(const std::string& path, int port) {
  if (path.empty()) return absl::OkStatus();
  const std::string next = absl::StrCat(path, ".next");
  {
    std::ofstream file(next);
    file << port << "\n";
    if (!file.flush()) return absl::InvalidArgumentError(absl::StrCat("--port-file: '", path, "' cannot be written"));
  }
  if (std::rename(next.c_str(), path.c_str()) != 0) {
    return absl::InvalidArgumentError(absl::StrCat("--port-file: '", path, "' cannot be written"));
  }
  return absl::OkStatus();
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, const Clock* clock)
      : options_(std::move(options)),
        tracer_({.ratio = options_.trace_endpoint.empty() ? 0 : static_cast<double>(options_.trace_percent) / 100},
                &random_),
        calls_({.default_timeout = options_.default_timeout,
                .max_calls_under_way = static_cast<std::size_t>(options_.max_calls_under_way),
                .max_streams = static_cast<std::size_t>(options_.max_streams),
                .stream_idle_timeout = options_.stream_idle_timeout},
               clock, &tracer_),
        listening_(readiness_.AddPart("listening")) {
    AddServerMetrics(*metrics_, calls_, readiness_, live_);
    AddProcessMetrics(*metrics_);
    if (!options_.trace_endpoint.empty()) {
      exporter_.emplace(options_.trace_endpoint, options_.name, &tracer_);
      exporter_->AddTo(*metrics_);
    }
  }

  CallTracker& calls() { return calls_; }
  Readiness& readiness() { return readiness_; }
  Metrics& metrics() { return *metrics_; }
  Tracer& tracer() { return tracer_; }
  State state() const { return state_; }
  int port() const { return port_; }

  void AddCleanup(absl::string_view name, std::function<void()> cleanup) {
    cleanups_.emplace_back(std::string(name), std::move(cleanup));
  }

  absl::Status Start(const std::vector<ServedService>& services) {
    if (state_ != State::kNew) return absl::FailedPreconditionError("a server is started once");
    if (auto status = options_.Verify(); !status.ok()) return status;
    SetLogLevel(*ParseLogLevel(options_.log_level));
    TakeOverLibraryLogs();
    if (options_.allow_core_dumps) {
      if (auto status = AllowCoreDumps(); !status.ok()) return status;
      Log(LogLevel::kWarning, "core_dumps_allowed");
    }
    const absl::StatusOr<std::int64_t> descriptors = RaiseFileDescriptorLimit();
    if (!descriptors.ok()) return descriptors.status();
    if (auto status = Listen(services); !status.ok()) return status;
    absl::Status status = OpenOperatorPorts();
    if (status.ok()) status = WritePortFile(options_.port_file, port_);
    if (!status.ok()) {
      CloseOperatorPorts();
      server_->Shutdown(std::chrono::system_clock::now());
      server_.reset();
      return status;
    }
    sweeper_ = std::thread([this] { SweepExpired(); });
    readiness_.SetObserver([this](bool ready) {
      health_.SetReady(ready);
      if (health_port_ != nullptr) health_port_->health().SetReady(ready);
    });
    state_ = State::kServing;
    listening_->Set(true);
    Log(LogLevel::kInfo, "server_started",
        {{"listen", options_.listen},
         {"port", port()},
         {"file_descriptors", *descriptors},
         {"not_ready", absl::StrJoin(readiness_.Missing(), ",")}});
    return absl::OkStatus();
  }

  void RunUntilSignal() {
    const std::string cause = stop_.Wait();
    Log(LogLevel::kInfo, "stop_requested", {{"by", cause}});
    Drain(options_.drain_delay);
  }

  void RequestStop() { stop_.Request(); }

  void Drain() { Drain(options_.drain_delay); }

  // The steps of server.h. Health first, so that nobody new comes; clean-ups last, when no call can use them any more.
  void Drain(absl::Duration delay) {
    MutexLock lock(&drain_mutex_);
    if (state_ == State::kStopped) return;
    if (state_ == State::kServing) {
      state_ = State::kDraining;
      listening_->Set(false);
      if (delay > absl::ZeroDuration()) absl::SleepFor(delay);
      StopServing();
    }
    const Watchdog watchdog(options_.stop_limit);
    for (; !cleanups_.empty(); cleanups_.pop_back()) {
      Log(LogLevel::kInfo, "cleanup", {{"part", cleanups_.back().first}});
      cleanups_.back().second();
    }
    state_ = State::kStopped;
    Log(LogLevel::kInfo, "server_stopped");
  }

 private:
  absl::Status Listen(const std::vector<ServedService>& services) {
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    SetArguments(options_, &builder);
    int bound_port = 0;
    // The one place for TLS: credentials made of a watched certificate take the place of these. Identity follows from
    // them in call.cc.
    builder.AddListeningPort(options_.listen, grpc::InsecureServerCredentials(), &bound_port);
    std::set<std::string> names;
    for (const ServedService& served : services) {
      if (!names.insert(served.name).second) {
        return absl::InvalidArgumentError(absl::StrCat("service ", served.name, " is given twice"));
      }
      builder.RegisterService(served.service);
    }
    health_.SetServices({names.begin(), names.end()});
    builder.RegisterService(&health_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || bound_port == 0) {
      return absl::UnavailableError(
          absl::StrCat("--listen: cannot listen on ", options_.listen, "; is the port taken?"));
    }
    port_ = bound_port;
    return absl::OkStatus();
  }

  // What operators look at: health in plaintext, with a probe of our own port behind it, and metrics.
  absl::Status OpenOperatorPorts() {
    if (!options_.health_listen.empty()) {
      absl::StatusOr<std::unique_ptr<HealthPort>> opened = HealthPort::Open(options_.health_listen);
      if (!opened.ok()) return opened.status();
      health_port_ = *std::move(opened);
    }
    if (!options_.metrics_listen.empty()) {
      absl::StatusOr<std::unique_ptr<MetricsEndpoint>> opened =
          MetricsEndpoint::Open(options_.metrics_listen, metrics_);
      if (!opened.ok()) return opened.status();
      metrics_endpoint_ = *std::move(opened);
    }
    self_probe_.emplace(SelfProbe::Options{.target = options_.DialledBySelf(port_)}, [this](bool alive) {
      live_ = alive;
      health_.SetLive(alive);
      if (health_port_ != nullptr) health_port_->health().SetLive(alive);
    });
    return absl::OkStatus();
  }

  // No metric may be read once the clean-ups have begun.
  void CloseOperatorPorts() {
    self_probe_.reset();
    metrics_endpoint_.reset();
    health_port_.reset();
  }

  // gRPC's Shutdown waits for ever for a call that nobody finishes, whatever its deadline says, so it runs on a thread
  // of its own while this one finishes what is left.
  void StopServing() {
    const Watchdog watchdog(options_.drain_grace + options_.stop_limit);
    self_probe_.reset();  // The port is about to close.
    health_.EndWatches();
    const auto shutdown_deadline =
        std::chrono::system_clock::now() + absl::ToChronoNanoseconds(options_.drain_grace + absl::Seconds(1));
    std::thread shutdown([this, shutdown_deadline] { server_->Shutdown(shutdown_deadline); });
    const absl::Status stopping = Unavailable("DRAINING", "the server is stopping; try again");
    calls_.AbortFollowers(stopping);
    if (!calls_.WaitUntilIdle(options_.drain_grace)) {
      Log(LogLevel::kWarning, "drain_grace_over",
          {{"calls", static_cast<std::int64_t>(calls_.UnderWay())},
           {"streams", static_cast<std::int64_t>(calls_.OpenStreams())}});
    }
    calls_.AbortAll(stopping);
    shutdown.join();
    server_->Wait();
    {
      MutexLock lock(&sweep_mutex_);
      sweep_ended_ = true;
    }
    sweep_changed_.NotifyAll();
    sweeper_.join();
    readiness_.SetObserver(nullptr);
    CloseOperatorPorts();
  }

  void SweepExpired() {
    MutexLock lock(&sweep_mutex_);
    while (!sweep_ended_) {
      sweep_changed_.WaitFor(lock, kExpirySweepInterval);
      calls_.AbortExpired();
    }
  }

  const ServerOptions options_;
  SystemRandom random_;
  Tracer tracer_;
  CallTracker calls_;
  Readiness readiness_;
  Readiness::Part* const listening_;
  std::atomic<bool> live_ = true;
  const std::shared_ptr<Metrics> metrics_ = std::make_shared<Metrics>();
  HealthService health_;
  std::unique_ptr<HealthPort> health_port_;
  std::unique_ptr<MetricsEndpoint> metrics_endpoint_;
  std::optional<SelfProbe> self_probe_;
  std::optional<OtlpExporter> exporter_;  // Sends until the last call is counted.
  StopSignal stop_;
  std::vector<std::pair<std::string, std::function<void()>>> cleanups_;
  std::atomic<State> state_ = State::kNew;
  std::atomic<int> port_ = 0;
  std::unique_ptr<grpc::Server> server_;

  Mutex drain_mutex_;  // Held for the whole drain, so that a second caller waits for its end.
  Mutex sweep_mutex_;
  CondVar sweep_changed_;
  bool sweep_ended_ ABSL_GUARDED_BY(sweep_mutex_) = false;
  std::thread sweeper_;
};

Server::Server(ServerOptions options, const Clock* clock) : impl_(std::make_unique<Impl>(std::move(options), clock)) {}

Server::~Server() { impl_->Drain(absl::ZeroDuration()); }

CallTracker& Server::calls() { return impl_->calls(); }
Tracer& Server::tracer() { return impl_->tracer(); }
Metrics& Server::metrics() { return impl_->metrics(); }
Readiness& Server::readiness() { return impl_->readiness(); }

void Server::AddCleanup(absl::string_view name, std::function<void()> cleanup) {
  impl_->AddCleanup(name, std::move(cleanup));
}

absl::Status Server::Start(const std::vector<ServedService>& services) { return impl_->Start(services); }
Server::State Server::state() const { return impl_->state(); }
int Server::port() const { return impl_->port(); }
void Server::RunUntilSignal() { impl_->RunUntilSignal(); }
void Server::RequestStop() { impl_->RequestStop(); }
void Server::Drain() { impl_->Drain(); }

}  // namespace ladder
