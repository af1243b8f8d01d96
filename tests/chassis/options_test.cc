#include "libs/chassis/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>
#include <type_traits>
#include <vector>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace ladder {
namespace {

using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::StatusIs;
using ::ladder::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Outcome = OptionSet::Outcome;

// A variable of the environment for as long as it lives.
class ScopedVariable {
 public:
  ScopedVariable(std::string name, const std::string& value) : name_(std::move(name)) {
    setenv(name_.c_str(), value.c_str(), /*overwrite=*/1);
  }
  ~ScopedVariable() { unsetenv(name_.c_str()); }

 private:
  const std::string name_;
};

class OptionsTest : public ::testing::Test {
 protected:
  OptionsTest() {
    options_.Add("address", &address_, "Where it is.");
    options_.Add("timeout", &timeout_, {absl::Milliseconds(1), absl::Seconds(10)}, "How long to wait.");
    options_.Add("limit", &limit_, {1, 100}, "How many, items.");
    options_.Add("fast", &fast_, "Be fast.");
    options_.AddSecret("password", &password_, "For the store.");
  }

  absl::StatusOr<Outcome> Parse(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "program");
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    return options_.Parse(static_cast<int>(argv.size()), argv.data());
  }

  TempDir folder_;
  std::string address_ = "here";
  absl::Duration timeout_ = absl::Milliseconds(50);
  std::int64_t limit_ = 10;
  bool fast_ = false;
  Secret password_;
  OptionSet options_{"program", "Does things.", "LADDER_TEST"};
};

TEST_F(OptionsTest, DefaultsHoldWhereNothingIsGiven) {
  EXPECT_THAT(Parse({}), IsOkAndHolds(Outcome::kRun));
  EXPECT_EQ(address_, "here");
  EXPECT_EQ(timeout_, absl::Milliseconds(50));
  EXPECT_EQ(limit_, 10);
  EXPECT_FALSE(fast_);
  EXPECT_TRUE(password_.empty());
}

TEST_F(OptionsTest, FlagsTakeEveryKind) {
  EXPECT_THAT(Parse({"--address", "there", "--timeout=2s", "--limit", "7", "--fast"}), IsOkAndHolds(Outcome::kRun));
  EXPECT_EQ(address_, "there");
  EXPECT_EQ(timeout_, absl::Seconds(2));
  EXPECT_EQ(limit_, 7);
  EXPECT_TRUE(fast_);
}

TEST_F(OptionsTest, AFlagWinsOverTheEnvironmentAndThatOverTheFile) {
  const std::string file =
      folder_.Write("config", "# Comment.\naddress = \"file\"\ntimeout = 3s\nlimit = 3\nfast = true\n");
  const ScopedVariable timeout("LADDER_TEST_TIMEOUT", "2s");
  const ScopedVariable limit("LADDER_TEST_LIMIT", "2");
  EXPECT_THAT(Parse({"--config", file, "--limit", "1"}), IsOkAndHolds(Outcome::kRun));
  EXPECT_EQ(limit_, 1);
  EXPECT_EQ(timeout_, absl::Seconds(2));
  EXPECT_EQ(address_, "file");
  EXPECT_TRUE(fast_);
}

TEST_F(OptionsTest, AFlagCanUndoWhatTheFileSays) {
  const ScopedVariable config("LADDER_TEST_CONFIG", folder_.Write("config", "fast = true\n"));
  EXPECT_THAT(Parse({"--fast=false"}), IsOkAndHolds(Outcome::kRun));
  EXPECT_FALSE(fast_);
}

struct Mistake {
  std::vector<std::string> arguments;
  std::vector<std::string> told;  // What the message has to have.
};

TEST_F(OptionsTest, EachMistakeIsAnErrorThatNamesTheOptionAndTheMend) {
  const std::vector<Mistake> mistakes = {
      {{"--adress", "x"}, {"--adress"}},
      {{"stray"}, {"stray"}},
      {{"--limit"}, {"--limit"}},
      {{"--limit", "x"}, {"--limit", "the command line", "'x' is not a whole number"}},
      {{"--limit", "101"}, {"--limit", "101 is not from 1 to 100"}},
      {{"--limit", "1", "--limit", "2"}, {"--limit"}},
      {{"--timeout", "5"}, {"--timeout", "'5' is not a duration such as 250ms"}},
      {{"--timeout", "1h"}, {"--timeout", "1h is not from 1ms to 10s"}},
      {{"--timeout", "inf"}, {"--timeout", "inf is not from 1ms to 10s"}},
      {{"--fast=maybe"}, {"--fast", "'maybe' is neither true nor false"}},
      {{"--config", "/no/such/file"}, {"--config", "'/no/such/file' cannot be read"}},
      {{"--config", folder_.Write("unknown", "adress = x\n")}, {"'adress'", "unknown", "no option"}},
      {{"--config", folder_.Write("section", "[a]\nlimit = 1\n")}, {"section", "no option"}},
      {{"--config", folder_.Write("twice", "limit = 1\nlimit = 2\n")}, {"'limit'", "one value"}},
      {{"--config", folder_.Write("value", "limit = x\n")}, {"--limit", "value", "not a whole number"}},
      {{"--password-file", "/no/such/file"}, {"--password-file", "cannot be read"}},
      {{"--password", "secret"}, {"--password"}},
  };
  for (const Mistake& mistake : mistakes) {
    // A set parses once: each mistake has its own.
    OptionSet options("program", "Does things.", "LADDER_TEST");
    options.Add("address", &address_, "Where it is.");
    options.Add("timeout", &timeout_, {absl::Milliseconds(1), absl::Seconds(10)}, "How long to wait.");
    options.Add("limit", &limit_, {1, 100}, "How many, items.");
    options.Add("fast", &fast_, "Be fast.");
    options.AddSecret("password", &password_, "For the store.");
    std::vector<const char*> argv = {"program"};
    for (const std::string& argument : mistake.arguments) argv.push_back(argument.c_str());
    const auto outcome = options.Parse(static_cast<int>(argv.size()), argv.data());
    EXPECT_THAT(outcome, StatusIs(absl::StatusCode::kInvalidArgument)) << mistake.arguments[0];
    for (const std::string& told : mistake.told) EXPECT_THAT(outcome.status().message(), HasSubstr(told));
  }
}

TEST_F(OptionsTest, AVariableThatIsNoOptionIsAnErrorUnlessKubernetesMadeIt) {
  const ScopedVariable host("LADDER_TEST_SERVICE_HOST", "10.0.0.1");
  const ScopedVariable named_port("LADDER_TEST_SERVICE_PORT_GRPC", "7402");
  const ScopedVariable port("LADDER_TEST_PORT", "tcp://10.0.0.1:7402");
  const ScopedVariable link("LADDER_TEST_PORT_7402_TCP_ADDR", "10.0.0.1");
  EXPECT_THAT(Parse({}), IsOkAndHolds(Outcome::kRun));
  const ScopedVariable mistyped("LADDER_TEST_TIMEOUTS", "2s");
  EXPECT_THAT(Parse({}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("LADDER_TEST_TIMEOUTS")));
}

TEST_F(OptionsTest, AVariableWithABadValueIsNamed) {
  const ScopedVariable timeout("LADDER_TEST_TIMEOUT", "soon");
  EXPECT_THAT(Parse({}), StatusIs(absl::StatusCode::kInvalidArgument,
                                  AllOf(HasSubstr("--timeout"), HasSubstr("LADDER_TEST_TIMEOUT"))));
}

TEST_F(OptionsTest, ChecksRunAfterTheValuesAreSet) {
  options_.AddCheck([this] { return limit_ == 7 ? absl::InvalidArgumentError("--limit: not 7") : absl::OkStatus(); });
  EXPECT_THAT(Parse({"--limit", "7"}), StatusIs(absl::StatusCode::kInvalidArgument, "--limit: not 7"));
}

TEST_F(OptionsTest, ASecretComesFromAFileAndCannotBePrinted) {
  const std::string file = folder_.Write("password", "open sesame\n");
  EXPECT_THAT(Parse({"--password-file", file}), IsOkAndHolds(Outcome::kRun));
  EXPECT_EQ(password_.Reveal(), "open sesame");
  static_assert(!std::is_convertible_v<Secret, std::string>);
  static_assert(!std::is_convertible_v<Secret, absl::string_view>);
}

TEST_F(OptionsTest, HelpNamesEveryOptionWithItsDefaultRangeAndVariable) {
  const std::string help = options_.Help();
  for (const absl::string_view part :
       {"Does things.", "--help", "--config FILE", "LADDER_TEST_CONFIG", "--address TEXT", "Default: here",
        "LADDER_TEST_ADDRESS", "--timeout DURATION", "From 1ms to 10s.", "Default: 50ms", "--limit NUMBER",
        "From 1 to 100.", "--fast\n", "Default: false", "--password-file FILE", "LADDER_TEST_PASSWORD_FILE"}) {
    EXPECT_THAT(help, HasSubstr(std::string(part)));
  }
}

TEST_F(OptionsTest, HelpIsPrintedAndNothingElseIsLookedAt) {
  ::testing::internal::CaptureStdout();
  EXPECT_THAT(Parse({"--help", "--limit", "x"}), IsOkAndHolds(Outcome::kHelpPrinted));
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), options_.Help());
}

}  // namespace
}  // namespace ladder
