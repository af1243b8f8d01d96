// Servers that refuse, hang, talk nonsense, reset, drip or flood. Each test checks that every callback comes exactly
// once and in time, and most that the client recovers when the next connection is served well.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/redis/client_harness.h"
#include "tests/testing/free_port.h"
#include "tests/testing/scripted_tcp_server.h"
#include "tests/testing/status_matchers.h"

namespace ladder::redis {
namespace {

using ::ladder::testing::Eventually;
using ::ladder::testing::FreePort;
using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::ScriptedTcpServer;
using ::ladder::testing::StatusIs;
using ::testing::AnyOf;
using ::testing::Optional;

using Connection = ScriptedTcpServer::Connection;

// Answers the greeting, then each command with `reply` until the other side ends.
void ServeWith(Connection& connection, absl::string_view reply) {
  while (true) {
    const std::string bytes = connection.ReadSome();
    if (bytes.empty()) return;
    // A script may get several commands at once; the tests send one at a time but for the greeting's.
    if (!connection.Write(absl::StrContains(bytes, "PING") ? "+PONG\r\n" : reply)) return;
  }
}

// The first connection misbehaves after its greeting, all others give "good".
ScriptedTcpServer::Script FirstBad(std::function<void(Connection&)> misbehave) {
  return [misbehave = std::move(misbehave)](Connection& connection) {
    if (connection.number() > 0) return ServeWith(connection, "$4\r\ngood\r\n");
    connection.ReadSome();
    if (connection.Write("+PONG\r\n")) misbehave(connection);
  };
}

// One Get meets the misbehaviour, later ones succeed.
void ExpectOneFailureThenRecovery(std::function<void(Connection&)> misbehave, absl::StatusCode code) {
  ScriptedTcpServer server(FirstBad(std::move(misbehave)));
  ClientHarness harness(server.address());
  ASSERT_TRUE(harness.WaitUntilConnected());
  const auto first = harness.BeginGet("key");
  const std::optional<GetResult> result = first->Wait();
  ASSERT_TRUE(result.has_value());
  EXPECT_THAT(*result, StatusIs(code));
  EXPECT_TRUE(Eventually([&] { return harness.Get("key").ok(); })) << "no recovery";
  EXPECT_THAT(harness.Get("key"), IsOkAndHolds(Optional(std::string("good"))));
  EXPECT_EQ(first->times_given(), 1);
}

TEST(BadServerTest, WhereNobodyListensCommandsAreRefusedAtOnce) {
  ClientHarness harness(absl::StrCat("127.0.0.1:", FreePort()));
  const ladder::testing::Stopwatch stopwatch;
  for (int i = 0; i < 100; ++i) EXPECT_THAT(harness.Get("key"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_LT(stopwatch.Elapsed(), 50 * ClientHarness::kCommandTimeout) << "they waited for something";
}

TEST(BadServerTest, WhereTheGreetingHangsCommandsAreRefusedAtOnceAndItIsTriedAgain) {
  ScriptedTcpServer server([](Connection& connection) {
    if (connection.number() < 2) return connection.WaitForEnd();
    ServeWith(connection, "$4\r\ngood\r\n");
  });
  ClientHarness harness(server.address());
  EXPECT_THAT(harness.Get("key"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(Eventually([&] { return harness.Get("key").ok(); }));
  EXPECT_GE(server.connections(), 3);
}

TEST(BadServerTest, ACommandWithoutAnAnswerEndsAtItsDeadlineAndTheConnectionIsGivenUp) {
  const ladder::testing::Stopwatch stopwatch;
  ExpectOneFailureThenRecovery([](Connection& connection) { connection.WaitForEnd(); },
                               absl::StatusCode::kDeadlineExceeded);
  EXPECT_GE(stopwatch.Elapsed(), ClientHarness::kCommandTimeout);
}

TEST(BadServerTest, BytesThatDripAreNoAnswer) {
  ExpectOneFailureThenRecovery(
      [](Connection& connection) {
        connection.ReadSome();
        connection.Write("$100000\r\n");
        // One byte now and then, for longer than any command waits.
        Eventually([&] { return !connection.Write("x"); }, 10 * ClientHarness::kCommandTimeout);
      },
      absl::StatusCode::kDeadlineExceeded);
}

TEST(BadServerTest, GarbageOnlyDropsTheConnection) {
  for (const absl::string_view garbage :
       {"HTTP/1.1 400 Bad Request\r\n\r\n", "*2147483647\r\n", "$-9\r\n", "\xff\xfe\x01"}) {
    ExpectOneFailureThenRecovery(
        [garbage](Connection& connection) {
          connection.ReadSome();
          connection.Write(garbage);
          connection.WaitForEnd();
        },
        absl::StatusCode::kUnavailable);
  }
}

TEST(BadServerTest, RepliesOfTheWrongKindDropTheConnection) {
  for (const absl::string_view reply :
       {":7\r\n", "+OK\r\n", "*1\r\n$1\r\nx\r\n", "*3\r\n:1\r\n:2\r\n:3\r\n", "*0\r\n", "*-1\r\n+A\r\n"}) {
    SCOPED_TRACE(std::string(reply));
    ScriptedTcpServer server(FirstBad([reply](Connection& connection) {
      connection.ReadSome();
      connection.Write(reply);
      connection.WaitForEnd();
    }));
    ClientHarness harness(server.address());
    ASSERT_TRUE(harness.WaitUntilConnected());
    // A nil array cannot be told from a missing key; the reply too many after it still drops the connection.
    const GetResult first = harness.Get("key");
    if (reply.substr(0, 3) != "*-1") {
      EXPECT_THAT(first, StatusIs(absl::StatusCode::kUnavailable));
    }
    EXPECT_TRUE(Eventually([&] {
      const GetResult result = harness.Get("key");
      return result.ok() && *result == "good";
    }));
  }
}

TEST(BadServerTest, AReplyThatNobodyAskedForDropsTheConnection) {
  ScriptedTcpServer server(FirstBad([](Connection& connection) {
    connection.Write("$3\r\nbad\r\n");
    connection.WaitForEnd();
  }));
  ClientHarness harness(server.address());
  EXPECT_TRUE(Eventually([&] { return server.connections() >= 2 && harness.Get("key").ok(); }));
}

TEST(BadServerTest, AResetOnlyDropsTheConnection) {
  ExpectOneFailureThenRecovery(
      [](Connection& connection) {
        connection.ReadSome();
        connection.Reset();
      },
      absl::StatusCode::kUnavailable);
}

TEST(BadServerTest, AServerThatIsNotTheMasterAnyMoreIsLeft) {
  for (const absl::string_view error :
       {"-READONLY You can't write against a read only replica.\r\n", "-MOVED 3999 127.0.0.1:6381\r\n",
        "-LOADING Redis is loading\r\n", "-MASTERDOWN Link with MASTER is down\r\n"}) {
    ExpectOneFailureThenRecovery(
        [error](Connection& connection) {
          connection.ReadSome();
          connection.Write(error);
          connection.WaitForEnd();
        },
        absl::StatusCode::kUnavailable);
  }
}

TEST(BadServerTest, AnErrorAboutOneCommandKeepsTheConnectionAndQuotesNoData) {
  ScriptedTcpServer server(
      [](Connection& connection) { ServeWith(connection, "-WRONGTYPE key 'secret' is a list\r\n"); });
  ClientHarness harness(server.address());
  ASSERT_TRUE(harness.WaitUntilConnected());
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(harness.Get("key"),
                StatusIs(absl::StatusCode::kFailedPrecondition, "redis refused the command: WRONGTYPE"));
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(BadServerTest, AHugeValueDropsTheConnectionBeforeItIsTakenIn) {
  ExpectOneFailureThenRecovery(
      [](Connection& connection) {
        connection.ReadSome();
        connection.Write("$10000000\r\n");
        std::string value;
        value.resize(10'000'000, 'x');
        connection.Write(value);
        connection.WaitForEnd();
      },
      absl::StatusCode::kUnavailable);
}

TEST(BadServerTest, AValueThatIsTooLongIsNotSent) {
  ScriptedTcpServer server([](Connection& connection) { ServeWith(connection, "+OK\r\n"); });
  Options options = ClientHarness::QuickOptions(server.address());
  options.max_value_bytes = 100;
  ClientHarness harness(options);
  ASSERT_TRUE(harness.WaitUntilConnected());
  EXPECT_THAT(harness.Set("key", std::string(101, 'x')), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_OK(harness.Set("key", std::string(100, 'x')));
}

TEST(BadServerTest, CommandsAboveTheLimitAreRefusedAndTheOthersEndInTime) {
  ScriptedTcpServer server([](Connection& connection) {
    connection.ReadSome();
    connection.Write("+PONG\r\n");
    connection.WaitForEnd();
  });
  Options options = ClientHarness::QuickOptions(server.address());
  options.max_commands_in_flight = 10;
  ClientHarness harness(options);
  ASSERT_TRUE(harness.WaitUntilConnected());
  std::vector<std::shared_ptr<ladder::testing::Promised<GetResult>>> gets;
  for (int i = 0; i < 30; ++i) gets.push_back(harness.BeginGet(absl::StrCat(i)));
  int refused = 0;
  for (const auto& get : gets) {
    const std::optional<GetResult> result = get->Wait();
    ASSERT_TRUE(result.has_value());
    if (result->status().code() == absl::StatusCode::kResourceExhausted) {
      ++refused;
    } else {
      EXPECT_THAT(*result,
                  AnyOf(StatusIs(absl::StatusCode::kDeadlineExceeded), StatusIs(absl::StatusCode::kUnavailable)));
    }
  }
  EXPECT_GE(refused, 1);
  for (const auto& get : gets) EXPECT_EQ(get->times_given(), 1);
}

TEST(BadServerTest, StoppingFinishesWhatIsUnderWayOnceAndRefusesTheRest) {
  ScriptedTcpServer server([](Connection& connection) {
    connection.ReadSome();
    connection.Write("+PONG\r\n");
    connection.WaitForEnd();
  });
  Options options = ClientHarness::QuickOptions(server.address());
  options.command_timeout = absl::Minutes(1);
  ClientHarness harness(options);
  ASSERT_TRUE(harness.WaitUntilConnected());
  const auto get = harness.BeginGet("key");
  harness.client().Stop();
  EXPECT_THAT(get->Wait(absl::ZeroDuration()).value(), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(get->times_given(), 1);
  EXPECT_THAT(harness.Get("key"), StatusIs(absl::StatusCode::kCancelled));
  harness.client().Stop();
}

TEST(BadServerTest, ASubscriptionThatReceivesNonsenseOrFallsSilentIsMadeAnew) {
  std::atomic<std::size_t> turn = 0;
  ScriptedTcpServer server([&turn](Connection& connection) {
    if (!absl::StrContains(connection.ReadSome(), "SUBSCRIBE")) return connection.WaitForEnd();
    connection.Write("*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n");
    const std::string after[] = {"+OK\r\n", "*2\r\n:1\r\n:2\r\n", "*3\r\n$7\r\nmessage\r\n$5\r\nother\r\n$1\r\nx\r\n",
                                 "*3\r\n:1\r\n$2\r\nch\r\n$1\r\nx\r\n", ""};
    const std::size_t now = turn++;
    if (now < std::size(after)) {
      connection.Write(after[now]);
    } else {
      connection.Write("*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$5\r\nhello\r\n");
    }
    connection.WaitForEnd();
  });
  ClientHarness harness(server.address());
  ladder::testing::Promised<std::string> message;
  std::atomic<int> subscribed = 0;
  ASSERT_OK(harness.client().Subscribe(
      "ch", [&](const std::string& text) { message.Give(text); }, [&] { ++subscribed; }));
  EXPECT_EQ(message.Wait(), "hello");
  EXPECT_GE(subscribed, 6);
  harness.client().Stop();
}

}  // namespace
}  // namespace ladder::redis
