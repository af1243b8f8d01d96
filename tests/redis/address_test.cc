#include "libs/redis/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/redis/redis.h"
#include "tests/testing/status_matchers.h"

namespace ladder::redis {
namespace {

using ::ladder::testing::IsOk;
using ::ladder::testing::StatusIs;
using ::testing::HasSubstr;

TEST(AddressTest, TakesHostsIpv6AndUnixPaths) {
  ASSERT_OK_AND_ASSIGN(Address name, ParseAddress("redis.cache.svc:6379"));
  EXPECT_EQ(name.host, "redis.cache.svc");
  EXPECT_EQ(name.port, "6379");
  ASSERT_OK_AND_ASSIGN(Address v6, ParseAddress("[::1]:6380"));
  EXPECT_EQ(v6.host, "::1");
  EXPECT_EQ(v6.port, "6380");
  ASSERT_OK_AND_ASSIGN(Address unix_socket, ParseAddress("unix:/run/redis.sock"));
  EXPECT_EQ(unix_socket.unix_path, "/run/redis.sock");
}

TEST(AddressTest, RefusesWhatIsNoAddressAndSaysWhat) {
  const std::string overlong = "unix:/" + std::string(200, 'x');
  for (const std::string& text :
       {std::string("redis"), std::string("redis:0"), std::string("redis:65536"), std::string(":6379"),
        std::string("redis:x"), std::string("[::1:6379"), std::string("unix:"), std::string(""), overlong}) {
    EXPECT_THAT(ParseAddress(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'" + text + "'")));
  }
}

TEST(OptionsTest, DefaultsWithAnAddressAreFineAndEachFaultIsNamed) {
  const Options good{.address = "localhost:6379"};
  EXPECT_THAT(Verify(good), IsOk());
  Options bad = good;
  bad.command_timeout = absl::ZeroDuration();
  EXPECT_THAT(Verify(bad), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("command timeout")));
  bad = good;
  bad.backoff_max = absl::Milliseconds(1);
  EXPECT_THAT(Verify(bad), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("pause")));
  bad = good;
  bad.address = "nowhere";
  EXPECT_THAT(Verify(bad), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'nowhere'")));
}

}  // namespace
}  // namespace ladder::redis
