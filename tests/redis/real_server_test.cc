#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/redis/client_harness.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/redis_server.h"
#include "tests/testing/status_matchers.h"

namespace ladder::redis {
namespace {

using ::ladder::testing::Eventually;
using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::Promised;
using ::ladder::testing::RedisServer;
using ::ladder::testing::StatusIs;
using ::testing::Eq;
using ::testing::Optional;

TEST(RealServerTest, KeepsEveryByteOfAValue) {
  RedisServer redis;
  ClientHarness harness(redis.address());
  ASSERT_TRUE(harness.WaitUntilConnected());
  std::string value(1 << 20, 'x');
  for (std::size_t i = 0; i < value.size(); ++i) value[i] = static_cast<char>(i % 256);
  ASSERT_OK(harness.Set("quiz key", value));
  EXPECT_THAT(harness.Get("quiz key"), IsOkAndHolds(Optional(value)));
  EXPECT_THAT(harness.Get("no such key"), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_OK(harness.Publish("nobody listens", "hello"));
}

TEST(RealServerTest, TakesUnixSocketsAndPasswords) {
  RedisServer redis({"--requirepass", "open sesame"});
  Options options = ClientHarness::QuickOptions(redis.unix_address());
  options.password = Secret("open sesame");
  ClientHarness harness(options);
  ASSERT_TRUE(harness.WaitUntilConnected());
  EXPECT_OK(harness.Set("key", "value"));

  options.password = Secret("wrong");
  ClientHarness stranger(options);
  EXPECT_THAT(stranger.Get("key"), StatusIs(absl::StatusCode::kUnavailable));
  options.password = Secret();
  ClientHarness nobody(options);
  EXPECT_THAT(nobody.Get("key"), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(RealServerTest, TriesEveryAddressBehindAName) {
  RedisServer redis;  // On 127.0.0.1 only, while localhost may be ::1 first.
  ClientHarness harness(absl::StrCat("localhost:", redis.address().substr(redis.address().rfind(':') + 1)));
  EXPECT_TRUE(harness.WaitUntilConnected());
}

TEST(RealServerTest, ManyThreadsAtOnceEachGetTheirOwnAnswer) {
  RedisServer redis;
  ClientHarness harness(redis.address());
  ASSERT_TRUE(harness.WaitUntilConnected());
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 200; ++i) {
        const std::string text = absl::StrCat(thread, "/", i);
        if (!harness.Set(text, text).ok()) ++wrong;
        const GetResult got = harness.Get(text);
        if (!got.ok() || *got != text) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(RealServerTest, ComesBackAfterAKill) {
  RedisServer redis;
  ClientHarness harness(redis.address());
  ASSERT_TRUE(harness.WaitUntilConnected());
  redis.Kill();
  EXPECT_TRUE(Eventually([&] { return !harness.client().IsConnected(); }));
  EXPECT_THAT(harness.Get("key"), StatusIs(absl::StatusCode::kUnavailable));
  redis.Start();
  ASSERT_TRUE(harness.WaitUntilConnected());
  EXPECT_OK(harness.Set("key", "value"));
}

TEST(RealServerTest, APausedServerCostsOneDeadlineThenNothing) {
  RedisServer redis;
  ClientHarness harness(redis.address());
  ASSERT_TRUE(harness.WaitUntilConnected());
  redis.Pause();
  EXPECT_THAT(harness.Get("key"), StatusIs(absl::StatusCode::kDeadlineExceeded));
  const ladder::testing::Stopwatch stopwatch;
  for (int i = 0; i < 100; ++i) EXPECT_THAT(harness.Get("key"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_LT(stopwatch.Elapsed(), 50 * ClientHarness::kCommandTimeout);
  redis.Resume();
  ASSERT_TRUE(harness.WaitUntilConnected());
  EXPECT_TRUE(Eventually([&] { return harness.Get("key").ok(); }));
}

TEST(RealServerTest, AFlushOnlyLosesTheValues) {
  RedisServer redis;
  ClientHarness harness(redis.address());
  ASSERT_TRUE(harness.WaitUntilConnected());
  ASSERT_OK(harness.Set("key", "value"));
  ASSERT_EQ(redis.Run({"FLUSHALL"}), "OK");
  EXPECT_THAT(harness.Get("key"), IsOkAndHolds(Eq(std::nullopt)));
}

TEST(RealServerTest, AKeyOfAnotherTypeIsAnErrorOfThatCommandOnly) {
  RedisServer redis;
  ClientHarness harness(redis.address());
  ASSERT_TRUE(harness.WaitUntilConnected());
  ASSERT_EQ(redis.Run({"LPUSH", "list", "x"}), "1");
  EXPECT_THAT(harness.Get("list"), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_TRUE(harness.client().IsConnected());
}

TEST(RealServerTest, ReplicasThatTakeNoWritesAreLeft) {
  RedisServer master;
  const std::string master_port = master.address().substr(master.address().rfind(':') + 1);
  RedisServer replica({"--replicaof", absl::StrCat("127.0.0.1 ", master_port)});
  ClientHarness harness(replica.address());
  ASSERT_TRUE(harness.WaitUntilConnected());
  EXPECT_THAT(harness.Set("key", "value"), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_EQ(replica.Run({"REPLICAOF", "NO", "ONE"}), "OK");
  EXPECT_TRUE(Eventually([&] { return harness.Set("key", "value").ok(); }));
}

TEST(RealServerTest, ASubscriptionGetsMessagesAndTellsEachTimeThatItStandsAgain) {
  RedisServer redis;
  ClientHarness harness(redis.address());
  ASSERT_TRUE(harness.WaitUntilConnected());
  Mutex mutex;
  std::vector<std::string> messages;
  std::atomic<int> subscribed = 0;
  ASSERT_OK(harness.client().Subscribe(
      "activations",
      [&](const std::string& message) {
        MutexLock lock(&mutex);
        messages.push_back(message);
      },
      [&] { ++subscribed; }));
  ASSERT_TRUE(Eventually([&] { return subscribed == 1; }));
  ASSERT_OK(harness.Publish("activations", "one"));
  ASSERT_OK(harness.Publish("another channel", "not for us"));
  ASSERT_OK(harness.Publish("activations", "two"));
  const auto received = [&] {
    MutexLock lock(&mutex);
    return messages;
  };
  ASSERT_TRUE(Eventually([&] { return received().size() >= 2; }));
  EXPECT_EQ(received(), (std::vector<std::string>{"one", "two"}));

  redis.Kill();
  redis.Start();
  ASSERT_TRUE(Eventually([&] { return subscribed >= 2; }));
  ASSERT_TRUE(Eventually([&] { return harness.Publish("activations", "three").ok(); }));
  ASSERT_TRUE(Eventually([&] { return received().size() >= 3; }));
  EXPECT_EQ(received().back(), "three");
  harness.client().Stop();
}

TEST(RealServerTest, ASubscriptionLeavesAServerThatFallsSilent) {
  RedisServer redis;
  ClientHarness harness(redis.address());
  std::atomic<int> subscribed = 0;
  ASSERT_OK(harness.client().Subscribe(
      "activations", [](const std::string&) {}, [&] { ++subscribed; }));
  ASSERT_TRUE(Eventually([&] { return subscribed == 1; }));
  const auto subscribers = [&] { return redis.Run({"PUBSUB", "NUMSUB", "activations"}); };
  EXPECT_EQ(subscribers(), "activations\n1");
  redis.Pause();
  const ladder::testing::LogCapture log;
  EXPECT_TRUE(Eventually([&] {
    for (const std::string& line : log.lines()) {
      if (absl::StrContains(line, "subscription") && absl::StrContains(line, "redis_lost")) return true;
    }
    return false;
  }));
  redis.Resume();
  EXPECT_TRUE(Eventually([&] { return subscribed >= 2; }));
  harness.client().Stop();
}

// Redis dies, hangs and is flushed while callers go on: whatever happens, every callback comes exactly once and within
// its time, and afterwards everything works.
TEST(RealServerTest, EveryCallbackComesOnceThroughAnyTrouble) {
  RedisServer redis;
  ClientHarness harness(redis.address());
  ASSERT_TRUE(harness.WaitUntilConnected());
  std::atomic<bool> ending = false;
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  std::atomic<int> late = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 2; ++i) {
    callers.emplace_back([&] {
      while (!ending) {
        ++begun;
        const ladder::testing::Stopwatch stopwatch;
        auto done = std::make_shared<Promised<bool>>();
        harness.client().Get("key", [&, done, stopwatch](const GetResult&) {
          ++ended;
          if (stopwatch.Elapsed() > ClientHarness::kCommandTimeout + absl::Seconds(2)) ++late;
          done->Give(true);
        });
        done->Wait();
      }
    });
  }
  for (int round = 0; round < 3; ++round) {
    redis.Kill();
    redis.Start();
    redis.Run({"FLUSHALL"});
    ASSERT_TRUE(harness.WaitUntilConnected());
    redis.Pause();
    EXPECT_TRUE(Eventually([&] { return !harness.client().IsConnected(); }));
    redis.Resume();
    ASSERT_TRUE(harness.WaitUntilConnected());
  }
  ending = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(begun, ended);
  EXPECT_EQ(late, 0);
  EXPECT_TRUE(Eventually([&] { return harness.Get("key").ok(); }));
}

}  // namespace
}  // namespace ladder::redis
