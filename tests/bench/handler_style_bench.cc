// What the style of a handler costs: the same Score over the callback API and over the synchronous one, which has a
// thread for each call under way. The client is in this process, over loopback, and has so many calls under way at
// once. `threads` is how many the process had at most when half of the replies were there, the client's among them.
//
//   cmake --preset release && cmake --build --preset release --target handler_style_bench
//   <build>/bin/handler_style_bench --benchmark_repetitions=5 --benchmark_enable_random_interleaving=true

#include <benchmark/benchmark.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "libs/chassis/call_tracker.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/grpc_status.h"
#include "libs/chassis/log.h"
#include "libs/chassis/mutex.h"
#include "libs/chassis/timers.h"
#include "libs/quiz/compile.h"
#include "scoring-service/rpc/handlers.h"
#include "tests/scoring-service/fakes/fake_records.h"
#include "tests/scoring-service/fakes/quizzes.h"

namespace ladder::scoring {
namespace {

// Where nothing is asked for that is not in memory. With a delay every quiz comes late, as from records that are slow.
class LateSource final : public QuizSource {
 public:
  LateSource(Timers* timers, const Clock* clock, absl::Duration delay) : timers_(timers), clock_(clock), delay_(delay) {
    quiz_ = std::make_shared<const CompiledQuiz>(
        CompiledQuiz{{{"mood", 1}, "digest"}, quiz::CompileDefinition(MoodQuiz()).program});
  }

  CompiledQuizPtr Peek(const quiz::QuizName&) override { return delay_ == absl::ZeroDuration() ? quiz_ : nullptr; }
  void Get(const quiz::QuizName&, absl::Time, Callback done) override {
    timers_->RunAt(clock_->SteadyNow() + delay_, [this, done = std::move(done)] { done(quiz_); });
  }

 private:
  Timers* const timers_;
  const Clock* const clock_;
  const absl::Duration delay_;
  CompiledQuizPtr quiz_;
};

// The same service, written for the synchronous API: the call's thread waits for the scorer.
class SyncHandlers final : public v1::ScoringService::Service {
 public:
  SyncHandlers(Scorer* scorer, const Clock* clock) : scorer_(scorer), clock_(clock) {}

  grpc::Status Score(grpc::ServerContext*, const v1::ScoreRequest* request, v1::ScoreResponse* response) override {
    Mutex mutex;
    CondVar changed;
    std::optional<absl::StatusOr<v1::ScoreResponse>> answer;
    scorer_->Score(*request, {clock_->SteadyNow() + absl::Seconds(10)}, [&](absl::StatusOr<v1::ScoreResponse> result) {
      MutexLock lock(&mutex);
      answer.emplace(std::move(result));
      changed.NotifyOne();
    });
    MutexLock lock(&mutex);
    while (!answer) changed.Wait(lock);
    if (!answer->ok()) return ToGrpcStatus(answer->status());
    *response = **std::move(answer);
    return grpc::Status::OK;
  }

 private:
  Scorer* const scorer_;
  const Clock* const clock_;
};

// One server with the scorer behind it.
class BenchServer {
 public:
  BenchServer(bool callback, absl::Duration delay) : source_(&timers_, &clock_, delay) {
    handlers_ = callback ? NewScoringHandlers(&calls_, &scorer_) : std::make_unique<SyncHandlers>(&scorer_, &clock_);
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(handlers_.get());
    server_ = builder.BuildAndStart();
  }
  ~BenchServer() { server_->Shutdown(); }

  std::unique_ptr<v1::ScoringService::Stub> NewStub() const {
    return v1::ScoringService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", port_), grpc::InsecureChannelCredentials()));
  }

 private:
  const SystemClock clock_;
  ThreadTimers timers_{&clock_};
  LateSource source_;
  FakeRecords records_;
  Recorder recorder_{&records_, &clock_};
  Executor possible_threads_{{.threads = 1}};
  PossibleFinder possible_{&possible_threads_};
  Scorer scorer_{&source_, &recorder_, &possible_, &clock_};
  CallTracker calls_{CallTracker::Options{}, &clock_};
  std::unique_ptr<grpc::Service> handlers_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

int ThreadsOfThisProcess() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return static_cast<int>(std::distance(begin(tasks), end(tasks)));
}

// One call of the client, which waits for its reply without a thread.
struct ClientCall {
  grpc::ClientContext context;
  v1::ScoreResponse response;
};

void ScoreOverLoopback(benchmark::State& state, bool callback, absl::Duration delay) {
  SetLogLevel(LogLevel::kError);
  const auto calls_at_once = static_cast<int>(state.range(0));
  const BenchServer server(callback, delay);
  const auto stub = server.NewStub();
  const v1::ScoreRequest request = MoodRequest();
  Mutex mutex;
  CondVar changed;
  int under_way = 0;
  int failed = 0;
  int threads = 0;
  for (auto _ : state) {
    under_way = calls_at_once;
    // Freed here and not by a callback: a context keeps its channel, and gRPC joins the thread of its callbacks when
    // the last channel goes.
    std::vector<ClientCall> calls(static_cast<std::size_t>(calls_at_once));
    for (ClientCall& call : calls) {
      call.context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
      stub->async()->Score(&call.context, &request, &call.response, [&](const grpc::Status& status) {
        MutexLock lock(&mutex);
        if (!status.ok()) ++failed;
        if (--under_way == calls_at_once / 2) threads = std::max(threads, ThreadsOfThisProcess());
        if (under_way == 0) changed.NotifyOne();
      });
    }
    MutexLock lock(&mutex);
    while (under_way > 0) changed.Wait(lock);
  }
  if (failed > 0) state.SkipWithError("a call failed");
  state.SetItemsProcessed(state.iterations() * calls_at_once);
  state.counters["threads"] = threads;
}

BENCHMARK_CAPTURE(ScoreOverLoopback, callback_in_memory, true, absl::ZeroDuration())->Arg(16)->Arg(256)->UseRealTime();
BENCHMARK_CAPTURE(ScoreOverLoopback, sync_in_memory, false, absl::ZeroDuration())->Arg(16)->Arg(256)->UseRealTime();
BENCHMARK_CAPTURE(ScoreOverLoopback, callback_20ms_late, true, absl::Milliseconds(20))->Arg(256)->UseRealTime();
BENCHMARK_CAPTURE(ScoreOverLoopback, sync_20ms_late, false, absl::Milliseconds(20))->Arg(256)->UseRealTime();

}  // namespace
}  // namespace ladder::scoring
