#include "libs/chassis/server.h"

#include <gmock/gmock.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "libs/chassis/process.h"
#include "tests/chassis/running_server.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace ladder::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Answer = RunningServer::Answer;
using State = Server::State;

TEST(ServerTest, GoesThroughItsStatesAndStopsOnce) {
  const FakeClock clock;
  std::vector<std::string> closed;
  Server server(QuickServerOptions(), &clock);
  server.AddCleanup("store", [&] { closed.push_back("store"); });
  server.AddCleanup("cache", [&] { closed.push_back("cache"); });
  EXPECT_EQ(server.state(), State::kNew);
  EXPECT_EQ(server.port(), 0);
  ASSERT_OK(server.Start({}));
  EXPECT_EQ(server.state(), State::kServing);
  EXPECT_GT(server.port(), 0);
  EXPECT_THAT(server.Start({}), StatusIs(absl::StatusCode::kFailedPrecondition));
  server.Drain();
  EXPECT_EQ(server.state(), State::kStopped);
  EXPECT_THAT(closed, ElementsAre("cache", "store"));
  server.Drain();
  EXPECT_EQ(closed.size(), 2u);
}

TEST(ServerTest, APortThatIsTakenIsAnErrorThatNamesTheOption) {
  RunningServer first;
  ServerOptions options = QuickServerOptions();
  options.listen = absl::StrCat("127.0.0.1:", first.server().port());
  const RunningServer second(options);
  EXPECT_THAT(second.started(), StatusIs(absl::StatusCode::kUnavailable, HasSubstr("--listen")));
}

TEST(ServerTest, AServiceGivenTwiceIsRefused) {
  const FakeClock clock;
  Server server(QuickServerOptions(), &clock);
  EchoService echo(&server.calls());
  EXPECT_THAT(server.Start({{"a.B", &echo}, {"a.B", &echo}}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ServerTest, WritesItsPortForScripts) {
  const TempDir folder;
  ServerOptions options = QuickServerOptions();
  options.port_file = folder.Join("port");
  RunningServer running(options);
  ASSERT_OK(running.started());
  EXPECT_EQ(ReadFileOrEmpty(options.port_file), absl::StrCat(running.server().port(), "\n"));
}

TEST(ServerTest, APortFileThatCannotBeWrittenIsAnError) {
  ServerOptions options = QuickServerOptions();
  options.port_file = "/no/such/folder/port";
  const RunningServer running(options);
  EXPECT_THAT(running.started(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--port-file")));
}

TEST(ServerTest, AMessageAboveTheLimitIsRefusedAndTheServerGoesOn) {
  RunningServer running;
  EXPECT_EQ(running.Echo(std::string(2 << 20, 'x')).status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(running.Echo(std::string(1'000'000, 'x')).text.size(), 1'000'000u);
}

TEST(ServerTest, RaisesTheLimitOfFileDescriptors) {
  rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  ASSERT_GT(limit.rlim_max, 1024u) << "this machine lets nobody raise it";
  limit.rlim_cur = 1024;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  const RunningServer running;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, 65'536));
}

TEST(ServerTest, AWriteToAConnectionThatIsGoneDoesNotEndTheProcess) {
  EXPECT_EXIT(
      {
        PrepareProcess();
        int ends[2];
        const bool piped = pipe(ends) == 0 && close(ends[0]) == 0;
        _exit(piped && write(ends[1], "x", 1) == -1 && errno == EPIPE ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(ServerTest, LibrariesLogThroughOursAndOnlyAtTheLevelThatIsAskedFor) {
  for (const bool debug : {false, true}) {
    const LogCapture log;
    ServerOptions options = QuickServerOptions();
    options.log_level = debug ? "debug" : "info";
    const RunningServer running(options);
    EXPECT_FALSE(google::protobuf::StringValue().ParseFromString("\x0a\x01\xff"));
    const auto of_protobuf = Contains(HasSubstr(R"("event":"protobuf")"));
    if (debug) {
      EXPECT_THAT(log.lines(), of_protobuf);
    } else {
      EXPECT_THAT(log.lines(), Not(of_protobuf));
    }
  }
}

TEST(ServerTest, CallsUnderWayFinishWhileTheServerDrains) {
  RunningServer running;
  running.clock().Set(absl::FromUnixSeconds(0));
  auto answer = std::make_shared<Promised<Answer>>();
  std::thread caller = running.BeginHeld(answer);
  std::thread drain([&] { running.server().Drain(); });
  ASSERT_TRUE(Eventually([&] { return running.server().state() == State::kDraining; }));
  EXPECT_EQ(answer->times_given(), 0);
  running.echo().ReleaseHeld();
  caller.join();
  drain.join();
  EXPECT_TRUE(answer->Wait()->status.ok());
  EXPECT_EQ(answer->Wait()->text, "held");
}

TEST(ServerTest, WhatNobodyFinishesEndsUnavailableWhenTheGraceIsOver) {
  ServerOptions options = QuickServerOptions();
  options.drain_grace = absl::Milliseconds(100);
  RunningServer running(options);
  running.clock().Set(absl::FromUnixSeconds(0));
  auto answer = std::make_shared<Promised<Answer>>();
  std::thread caller = running.BeginHeld(answer);
  const LogCapture log;
  running.server().Drain();  // The call is still held; only the server ends it.
  caller.join();
  EXPECT_EQ(answer->Wait()->status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(answer->Wait()->status.error_details(), HasSubstr("DRAINING"));
  EXPECT_THAT(log.lines(), Contains(HasSubstr("drain_grace_over")));
  EXPECT_EQ(running.server().state(), State::kStopped);
}

TEST(ServerTest, StopsOnRequest) {
  RunningServer running;
  std::thread main([&] { running.server().RunUntilSignal(); });
  running.server().RequestStop();
  main.join();
  EXPECT_EQ(running.server().state(), State::kStopped);
}

}  // namespace
}  // namespace ladder::testing
