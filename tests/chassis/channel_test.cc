#include "libs/chassis/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/chassis/running_server.h"
#include "tests/testing/temp_dir.h"

namespace ladder::testing {
namespace {

TEST(ServiceConfigTest, WhatIsBuiltInIsThePublishedFile) {
  EXPECT_EQ(std::string(ServiceConfigJson()), ReadFileOrEmpty("proto/ladder/service_config.json"));
}

// A timeout there ends every call at once after the time of day was set back (docs/decisions/deadlines.md).
TEST(ServiceConfigTest, EveryServiceIsWaitedForAndTriedAgainAndNoneHasATimeout) {
  const auto config = nlohmann::json::parse(std::string(ServiceConfigJson()));
  EXPECT_FALSE(config.contains("retryThrottling"));
  ASSERT_FALSE(config["methodConfig"].empty());
  for (const auto& method : config["methodConfig"]) {
    EXPECT_EQ(method["waitForReady"], true);
    EXPECT_FALSE(method.contains("timeout")) << method;
    EXPECT_EQ(method["retryPolicy"]["maxAttempts"], 5);
    EXPECT_EQ(method["retryPolicy"]["initialBackoff"], "0.1s");
    EXPECT_EQ(method["retryPolicy"]["maxBackoff"], "1s");
    EXPECT_EQ(method["retryPolicy"]["backoffMultiplier"], 2);
    EXPECT_EQ(method["retryPolicy"]["retryableStatusCodes"], (nlohmann::json{"UNAVAILABLE", "CANCELLED"}));
  }
}

TEST(ChannelTest, CallsGoThrough) {
  RunningServer running;
  const auto channel = NewChannel({.target = absl::StrCat("dns:///127.0.0.1:", running.server().port())});
  auto stub = ladder::test::v1::EchoService::NewStub(channel);
  ladder::test::v1::EchoRequest request;
  request.set_text("hello");
  ladder::test::v1::EchoResponse response;
  const grpc::Status status = stub->Echo(RunningServer::FarContext().get(), request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.text(), "hello");
}

}  // namespace
}  // namespace ladder::testing
