#include "records-service/release/release_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::release {
namespace {

using ::ladder::testing::EqualsProto;
using ::ladder::testing::IsOk;
using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Setting {
  std::string option;  // That the error names.
  std::function<void(ReleaseOptions&)> set;
};

absl::Status VerifyWith(const Setting& setting) {
  ReleaseOptions options;
  setting.set(options);
  return Verify(options);
}

TEST(ReleaseOptionsTest, TheDefaultsHoldAndPromiseTwo) {
  EXPECT_THAT(Verify(ReleaseOptions()), IsOk());
  EXPECT_EQ(Total(Budgets()), quiz::Rational(2));
}

TEST(ReleaseOptionsTest, WhatIsOutOfBoundsIsRefusedByName) {
  const std::vector<Setting> settings = {
      {"budgets.stage",
       [](ReleaseOptions& options) {
         options.budgets.stage = {0, 1};
       }},
      {"budgets.detail",
       [](ReleaseOptions& options) {
         options.budgets.detail = {-1, 2};
       }},
      {"budgets.change",
       [](ReleaseOptions& options) {
         options.budgets.change = {1, 0};
       }},
      {"budgets.flow",
       [](ReleaseOptions& options) {
         options.budgets.flow = {1, kMaxBudgetTerm + 1};
       }},
      {"budgets.stage",
       [](ReleaseOptions& options) {
         options.budgets.stage = {INT64_MAX, INT64_MAX};
       }},
      {"budgets",
       [](ReleaseOptions& options) {
         options.budgets = {{1, 1}, {1, 1}, {2, 1}, {200'001, 100'000}};
       }},
      {"budgets",
       [](ReleaseOptions& options) {
         options.budgets.stage = {999'999, 1};
       }},
      {"min_cohort", [](ReleaseOptions& options) { options.min_cohort = 4; }},
      {"target_cohort", [](ReleaseOptions& options) { options.target_cohort = 9; }},
      {"tick", [](ReleaseOptions& options) { options.tick = absl::Seconds(30); }},
      {"tick", [](ReleaseOptions& options) { options.tick = absl::Seconds(90); }},
      {"tick", [](ReleaseOptions& options) { options.tick = absl::Minutes(7); }},
      {"tick", [](ReleaseOptions& options) { options.tick = absl::Hours(2); }},
      {"tick", [](ReleaseOptions& options) { options.tick = absl::ZeroDuration(); }},
      {"tick", [](ReleaseOptions& options) { options.tick = absl::InfiniteDuration(); }},
      {"tick", [](ReleaseOptions& options) { options.tick = -absl::Minutes(15); }},
      {"longest_wait", [](ReleaseOptions& options) { options.longest_wait = absl::Minutes(14); }},
  };
  for (std::size_t i = 0; i < settings.size(); ++i) {
    EXPECT_THAT(VerifyWith(settings[i]),
                StatusIs(absl::StatusCode::kInvalidArgument, StartsWith(settings[i].option + ":")))
        << i;
  }
}

TEST(ReleaseOptionsTest, TheBoundsThemselvesAreAllowed) {
  const std::vector<Setting> settings = {
      // 1 + 1 + 2 (2 + 2) = 10.
      {"",
       [](ReleaseOptions& options) {
         options.budgets = {{1, 1}, {1, 1}, {2, 1}, {2, 1}};
       }},
      {"",
       [](ReleaseOptions& options) {
         options.budgets.flow = {1, kMaxBudgetTerm};
       }},
      {"", [](ReleaseOptions& options) { options.min_cohort = options.target_cohort = 5; }},
      {"", [](ReleaseOptions& options) { options.tick = absl::Minutes(1); }},
      {"", [](ReleaseOptions& options) { options.tick = absl::Hours(1); }},
      {"", [](ReleaseOptions& options) { options.longest_wait = options.tick; }},
  };
  for (std::size_t i = 0; i < settings.size(); ++i) EXPECT_THAT(VerifyWith(settings[i]), IsOk()) << i;
}

TEST(ReleaseOptionsTest, ABudgetIsReadAsRatioOrDecimalAndToldInLowestTerms) {
  EXPECT_THAT(ParseBudget("3/5"), IsOkAndHolds(Budget{3, 5}));
  EXPECT_THAT(ParseBudget("0.25"), IsOkAndHolds(Budget{1, 4}));
  EXPECT_THAT(ParseBudget("6/10"), IsOkAndHolds(Budget{3, 5}));
  EXPECT_THAT(ParseBudget("0.000001"), IsOkAndHolds(Budget{1, 1'000'000}));
  EXPECT_THAT(ParseBudget("2"), IsOkAndHolds(Budget{2, 1}));
  EXPECT_EQ(ToText(Budget{6, 10}), "3/5");
  EXPECT_EQ(ToText(Budget{2, 1}), "2");
  for (const char* text : {"", "x", "0", "-1/2", "0.0000001", "1000001", "1e-3", "1/0", "3/5 "}) {
    EXPECT_THAT(ParseBudget(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(ReleaseOptionsTest, BudgetsTravelAsText) {
  const v1::ReleaseBudgets message = ToMessage(Budgets());
  EXPECT_THAT(message, EqualsProto(R"pb(stage: "3/5" detail: "3/10" change: "3/10" flow: "1/4")pb"));
  EXPECT_THAT(FromMessage(message), IsOkAndHolds(Budgets()));
  v1::ReleaseBudgets damaged = message;
  damaged.clear_change();
  EXPECT_THAT(FromMessage(damaged), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("change")));
}

}  // namespace
}  // namespace ladder::records::release
