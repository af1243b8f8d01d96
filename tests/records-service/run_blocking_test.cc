// Calls that wait for a thread of the service's.

#include "records-service/run_blocking.h"

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/grpc_status.h"
#include "tests/chassis/running_server.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace ladder::records {
namespace {

using ::ladder::testing::Eventually;
using ::ladder::testing::IsOk;
using ::ladder::testing::Promised;
using test::v1::EchoRequest;
using test::v1::EchoResponse;

constexpr char kEcho[] = "ladder.test.v1.EchoService/Echo";

// Echoes on one thread, before which one more call may wait.
class OneAtATime final
    : public RawService<test::v1::EchoService::Service, test::v1::EchoService::WithRawCallbackMethod_Echo> {
 public:
  OneAtATime(CallTracker* calls, std::function<void(const std::string& text)> on_echo)
      : calls_(calls), on_echo_(std::move(on_echo)) {}

  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                 grpc::ByteBuffer* response) override {
    return RunBlocking<EchoRequest, EchoResponse>(context, calls_, executor_, kEcho, request, response,
                                                  [this](const EchoRequest& asked) -> absl::StatusOr<EchoResponse> {
                                                    on_echo_(asked.text());
                                                    EchoResponse answer;
                                                    answer.set_text(asked.text());
                                                    return answer;
                                                  });
  }

  std::size_t waiting() const { return executor_.queued(); }

 private:
  CallTracker* const calls_;
  const std::function<void(const std::string& text)> on_echo_;
  Executor executor_{{.threads = 1, .queue_limit = 1}};
};

class RunBlockingTest : public ::testing::Test {
 protected:
  RunBlockingTest() {
    EXPECT_THAT(server_.Start({{test::v1::EchoService::service_full_name(), &service_}}), IsOk());
    stub_ = test::v1::EchoService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_.port()), grpc::InsecureChannelCredentials()));
  }

  // Without a deadline of its own: by the server's clock it has ten seconds.
  absl::Status Echo(const std::string& text) {
    grpc::ClientContext context;
    EchoRequest request;
    request.set_text(text);
    EchoResponse response;
    return FromGrpcStatus(stub_->Echo(&context, request, &response));
  }

  // Runs `meanwhile` while the thread is busy and a second call waits. What became of this one.
  absl::Status WaitBehind(const std::function<void()>& meanwhile) {
    absl::Status first, second;
    std::thread busy([&] { first = Echo("first"); });
    EXPECT_TRUE(started_.Wait());
    std::thread waits([&] { second = Echo("second"); });
    EXPECT_TRUE(Eventually([&] { return service_.waiting() == 1; }));
    meanwhile();
    go_on_.Give(true);
    busy.join();
    waits.join();
    EXPECT_THAT(first, IsOk());
    return second;
  }

  std::vector<std::string> done() {
    MutexLock lock(&mutex_);
    return done_;
  }

  testing::LogCapture quiet_;
  testing::FakeClock clock_;
  Promised<bool> started_;
  Promised<bool> go_on_;
  Mutex mutex_;
  std::vector<std::string> done_ ABSL_GUARDED_BY(mutex_);
  Server server_{testing::QuickServerOptions(), &clock_};
  OneAtATime service_{&server_.calls(), [this](const std::string& text) {
                        started_.Give(true);
                        go_on_.Wait();
                        MutexLock lock(&mutex_);
                        done_.push_back(text);
                      }};
  std::unique_ptr<test::v1::EchoService::Stub> stub_;
};

TEST_F(RunBlockingTest, WhatDoesNotFitBeforeTheThreadsIsRefused) {
  absl::Status third;
  EXPECT_THAT(WaitBehind([&] { third = Echo("third"); }), IsOk());
  EXPECT_TRUE(absl::IsUnavailable(third));
  EXPECT_EQ(ReasonOf(third), kOverloaded);
  EXPECT_THAT(done(), ::testing::ElementsAre("first", "second"));
}

TEST_F(RunBlockingTest, WhatHasWaitedForLessThanHalfOfItsTimeIsDone) {
  EXPECT_THAT(WaitBehind([&] { clock_.Advance(absl::Seconds(4)); }), IsOk());
}

TEST_F(RunBlockingTest, WhatHasWaitedForHalfOfItsTimeIsNotBegun) {
  const absl::Status late = WaitBehind([&] { clock_.Advance(absl::Seconds(5)); });
  EXPECT_TRUE(absl::IsUnavailable(late));
  EXPECT_EQ(ReasonOf(late), kOverloaded);
  EXPECT_THAT(done(), ::testing::ElementsAre("first"));
}

// Echoes once nobody waits for it any more.
class UntilLeft final
    : public RawService<test::v1::EchoService::Service, test::v1::EchoService::WithRawCallbackMethod_Echo> {
 public:
  explicit UntilLeft(CallTracker* calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                 grpc::ByteBuffer* response) override {
    return RunStoppable<EchoRequest, EchoResponse>(
        context, calls_, executor_, kEcho, request, response,
        [this](const EchoRequest&, const std::stop_token& stop) -> absl::StatusOr<EchoResponse> {
          Promised<bool> left;
          const std::stop_callback on_stop(stop, [&left] { left.Give(true); });
          begun_.Give(true);
          ended_.Give(left.Wait().has_value());
          return EchoResponse();
        });
  }

  Promised<bool> begun_;
  Promised<bool> ended_;

 private:
  CallTracker* const calls_;
  Executor executor_{{.threads = 1, .queue_limit = 1}};
};

class RunStoppableTest : public ::testing::Test {
 protected:
  RunStoppableTest() {
    EXPECT_THAT(server_.Start({{test::v1::EchoService::service_full_name(), &service_}}), IsOk());
    stub_ = test::v1::EchoService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_.port()), grpc::InsecureChannelCredentials()));
  }

  testing::LogCapture quiet_;
  testing::FakeClock clock_;
  Server server_{testing::QuickServerOptions(), &clock_};
  UntilLeft service_{&server_.calls()};
  std::unique_ptr<test::v1::EchoService::Stub> stub_;
};

TEST_F(RunStoppableTest, WorkIsToldThatItsCallerHasLeft) {
  grpc::ClientContext context;
  std::thread caller([&] {
    EchoResponse response;
    EXPECT_FALSE(stub_->Echo(&context, EchoRequest(), &response).ok());
  });
  EXPECT_TRUE(service_.begun_.Wait());
  context.TryCancel();
  EXPECT_EQ(service_.ended_.Wait(), true);
  caller.join();
}

TEST_F(RunStoppableTest, WorkIsToldThatTheDeadlineHasPassed) {
  std::thread caller([&] {
    grpc::ClientContext context;
    EchoResponse response;
    EXPECT_FALSE(stub_->Echo(&context, EchoRequest(), &response).ok());
  });
  EXPECT_TRUE(service_.begun_.Wait());
  clock_.Advance(absl::Seconds(11));
  EXPECT_EQ(service_.ended_.Wait(), true);
  caller.join();
}

}  // namespace
}  // namespace ladder::records
