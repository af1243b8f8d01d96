#include "records-service/release/series.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace ladder::records::release {
namespace {

using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

// Version 1 and on, each comparable with these.
absl::StatusOr<std::map<std::int64_t, std::int64_t>> SeriesWith(
    const std::vector<std::vector<std::string>>& comparable_with) {
  std::vector<quiz::v1::QuizDefinition> definitions(comparable_with.size());
  std::vector<PublishedVersion> versions;
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    definitions[i].set_id("sample");
    definitions[i].mutable_comparable_with()->Assign(comparable_with[i].begin(), comparable_with[i].end());
    versions.push_back({static_cast<std::int64_t>(i) + 1, &definitions[i]});
  }
  return SeriesOf(versions);
}

TEST(SeriesTest, AVersionContinuesTheRunningSeriesOrBeginsOne) {
  EXPECT_THAT(
      SeriesWith({{}, {"1"}, {"1"}, {}, {"4", "2"}, {"3", "2"}, {"5"}}),
      IsOkAndHolds(ElementsAre(Pair(1, 1), Pair(2, 1), Pair(3, 1), Pair(4, 4), Pair(5, 4), Pair(6, 1), Pair(7, 4))));
}

TEST(SeriesTest, TheHighestNumberDecidesNotTheLastListed) {
  EXPECT_THAT(SeriesWith({{}, {}, {"2", "1"}}), IsOkAndHolds(ElementsAre(Pair(1, 1), Pair(2, 2), Pair(3, 2))));
  std::vector<std::string> ten = {"9", "10"};
  EXPECT_THAT(SeriesWith({{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, ten}),
              IsOkAndHolds(::testing::Contains(Pair(11, 10))));
}

TEST(SeriesTest, OnlyVersionsBeforeItCanBeContinued) {
  for (const char* number : {"2", "3", "0", "-1", "x", ""}) {
    EXPECT_THAT(SeriesWith({{}, {number}}), StatusIs(absl::StatusCode::kInternal, HasSubstr("no version before it")))
        << number;
  }
}

TEST(SeriesTest, AVersionThatIsMissingIsToldNotGuessed) {
  quiz::v1::QuizDefinition definition;
  definition.set_id("sample");
  definition.add_comparable_with("2");
  EXPECT_THAT(SeriesOf({{3, &definition}}), StatusIs(absl::StatusCode::kInternal, HasSubstr("lacks version 2")));
}

}  // namespace
}  // namespace ladder::records::release
