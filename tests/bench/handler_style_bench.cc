// What the style of a handler costs: the same Score over the callback API and over the synchronous one, which has a
// thread for each call under way. Sixteen callers in this process, over loopback, with the quiz in memory.
//
//   cmake --preset release && cmake --build --preset release --target handler_style_bench
//   <build>/bin/handler_style_bench --benchmark_repetitions=5 --benchmark_enable_random_interleaving=true

#include <benchmark/benchmark.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "libs/chassis/grpc_status.h"
#include "libs/chassis/log.h"
#include "libs/chassis/mutex.h"
#include "libs/quiz/compile.h"
#include "scoring-service/rpc/handlers.h"
#include "tests/scoring-service/fakes/fake_records.h"
#include "tests/scoring-service/fakes/quizzes.h"

namespace ladder::scoring {
namespace {

constexpr int kCallers = 16;

// Where nothing is asked for that is not in memory. With a delay every quiz comes late, as from records that are slow.
class LateSource final : public QuizSource {
 public:
  LateSource(Timers* timers, const Clock* clock, absl::Duration delay) : timers_(timers), clock_(clock), delay_(delay) {
    quiz_ = std::make_shared<const CompiledQuiz>(
        CompiledQuiz{{{"mood", 1}, "digest"}, quiz::CompileDefinition(MoodQuiz()).program});
  }

  CompiledQuizPtr Peek(const quiz::QuizName&) override { return delay_ == absl::ZeroDuration() ? quiz_ : nullptr; }
  void Get(const quiz::QuizName&, absl::Time, Callback done) override {
    timers_->RunAt(clock_->Now() + delay_, [this, done = std::move(done)] { done(quiz_); });
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
  explicit SyncHandlers(Scorer* scorer) : scorer_(scorer) {}

  grpc::Status Score(grpc::ServerContext* context, const v1::ScoreRequest* request,
                     v1::ScoreResponse* response) override {
    Mutex mutex;
    CondVar changed;
    std::optional<absl::StatusOr<v1::ScoreResponse>> answer;
    scorer_->Score(*request, absl::FromChrono(context->deadline()), [&](absl::StatusOr<v1::ScoreResponse> result) {
      MutexLock lock(&mutex);
      answer.emplace(std::move(result));
      changed.NotifyOne();
    });
    MutexLock lock(&mutex);
    while (!answer) changed.Wait(lock);
    if (answer->ok()) *response = **std::move(answer);
    return ToGrpcStatus(answer->status());
  }

 private:
  Scorer* const scorer_;
};

// One server with the scorer behind it.
class BenchServer {
 public:
  BenchServer(bool callback, absl::Duration delay) : source_(&timers_, &clock_, delay) {
    handlers_ = callback ? NewScoringHandlers(&calls_, &scorer_) : std::make_unique<SyncHandlers>(&scorer_);
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
  Scorer scorer_{&source_, &recorder_, &clock_};
  CallTracker calls_{CallTracker::Options{}, &clock_};
  std::unique_ptr<grpc::Service> handlers_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

void ScoreOverLoopback(benchmark::State& state, bool callback, absl::Duration delay) {
  SetLogLevel(LogLevel::kError);
  static std::unique_ptr<BenchServer> server;  // Shared by the threads of one run; the first one makes and ends it.
  static std::unique_ptr<v1::ScoringService::Stub> stub;
  if (state.thread_index() == 0) {
    server = std::make_unique<BenchServer>(callback, delay);
    stub = server->NewStub();
  }
  const v1::ScoreRequest request = MoodRequest();
  for (auto _ : state) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    v1::ScoreResponse response;
    if (!stub->Score(&context, request, &response).ok()) state.SkipWithError("a call failed");
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) {
    stub.reset();
    server.reset();
  }
}

BENCHMARK_CAPTURE(ScoreOverLoopback, callback_in_memory, true, absl::ZeroDuration())->Threads(kCallers)->UseRealTime();
BENCHMARK_CAPTURE(ScoreOverLoopback, sync_in_memory, false, absl::ZeroDuration())->Threads(kCallers)->UseRealTime();
BENCHMARK_CAPTURE(ScoreOverLoopback, callback_2ms_late, true, absl::Milliseconds(2))->Threads(kCallers)->UseRealTime();
BENCHMARK_CAPTURE(ScoreOverLoopback, sync_2ms_late, false, absl::Milliseconds(2))->Threads(kCallers)->UseRealTime();

}  // namespace
}  // namespace ladder::scoring
