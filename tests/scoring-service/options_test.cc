#include "scoring-service/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ladder::scoring {
namespace {

using ::testing::HasSubstr;

absl::StatusOr<OptionSet::Outcome> Parse(ScoringOptions& options, std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "ladder-scoring");
  return options.Parse(static_cast<int>(arguments.size()), arguments.data());
}

TEST(ScoringOptionsTest, RecordsAloneIsEnough) {
  ScoringOptions options;
  const auto outcome = Parse(options, {"--records", "127.0.0.1:7302"});
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(options.records_address, "127.0.0.1:7302");
  EXPECT_TRUE(options.redis.address.empty());
  EXPECT_EQ(options.server.listen, "127.0.0.1:7301");
}

// One mistake each, and the option that its message has to name.
struct Mistake {
  std::string name;
  std::vector<const char*> arguments;
  std::string option;
};

class MistakeTest : public ::testing::TestWithParam<Mistake> {};

TEST_P(MistakeTest, IsRefusedWithTheOptionsName) {
  ScoringOptions options;
  const auto outcome = Parse(options, GetParam().arguments);
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(std::string(outcome.status().message()), HasSubstr(GetParam().option));
}

INSTANTIATE_TEST_SUITE_P(
    Options, MistakeTest,
    ::testing::Values(
        Mistake{"NoRecords", {}, "--records"},
        Mistake{"RedisWithoutPort", {"--records", "a:1", "--redis", "localhost"}, "--redis"},
        Mistake{"RedisTimeoutTooLong", {"--records", "a:1", "--redis-timeout", "2s"}, "redis-timeout"},
        Mistake{"NoSuchPasswordFile", {"--records", "a:1", "--redis-password-file", "/no/such"}, "redis-password"},
        Mistake{"NoCache", {"--records", "a:1", "--quiz-cache-size", "0"}, "quiz-cache-size"},
        Mistake{"NoCompileThreads", {"--records", "a:1", "--compile-threads", "0"}, "compile-threads"},
        Mistake{"OpenToTheWorld", {"--records", "a:1", "--listen", "0.0.0.0:0"}, "allow-insecure-non-loopback"},
        Mistake{"UnknownOption", {"--records", "a:1", "--quiz-cach-size", "3"}, "quiz-cach-size"}),
    [](const auto& mistake) { return mistake.param.name; });

}  // namespace
}  // namespace ladder::scoring
