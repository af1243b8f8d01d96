#include "libs/chassis/server_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/testing/status_matchers.h"

namespace ladder {
namespace {

using ::ladder::testing::IsOk;
using ::ladder::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ServerOptionsTest, TheDefaultsAreFine) { EXPECT_THAT(ServerOptions().Verify(), IsOk()); }

TEST(ServerOptionsTest, OnlyLoopbackAddressesAreFineWithoutTheFlagThatWarns) {
  for (const char* listen : {"127.0.0.1:0", "127.9.9.9:7401", "[::1]:7401", "localhost:7401"}) {
    ServerOptions options;
    options.listen = listen;
    EXPECT_THAT(options.Verify(), IsOk()) << listen;
  }
  for (const char* listen : {"0.0.0.0:7401", "[::]:7401", "10.0.0.1:7401", "example.org:7401", "::1:7401x"}) {
    ServerOptions options;
    options.listen = listen;
    EXPECT_THAT(options.Verify(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--listen"))) << listen;
  }
  ServerOptions options;
  options.listen = "0.0.0.0:7401";
  options.allow_insecure_non_loopback = true;
  EXPECT_THAT(options.Verify(), IsOk());
}

TEST(ServerOptionsTest, ALevelThatIsNoneNamesTheOption) {
  ServerOptions options;
  options.log_level = "loud";
  EXPECT_THAT(options.Verify(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--log-level")));
}

TEST(ServerOptionsTest, AnAddressThatIsNoneNamesTheOption) {
  for (const char* listen : {"", "7401", ":7401", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "[::1:7401"}) {
    ServerOptions options;
    options.listen = listen;
    EXPECT_THAT(options.Verify(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--listen"))) << listen;
  }
}

TEST(ServerOptionsTest, ConnectionsMayNotEndBeforeTheirCalls) {
  ServerOptions options;
  options.max_connection_age_grace = absl::Seconds(5);
  EXPECT_THAT(options.Verify(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--max-connection-age-grace")));
}

}  // namespace
}  // namespace ladder
