// GetProgress through gRPC: order, titles, comparability and change.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/chassis/timestamp.h"
#include "records-service/score_changes.h"
#include "tests/records-service/running_records.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records {
namespace {

using ::ladder::testing::IsOk;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ProgressTest : public ::testing::Test {
 protected:
  ProgressTest() {
    EXPECT_THAT(records_.Publish(MoodQuiz("first")), IsOk());
    EXPECT_THAT(records_.Publish(MoodQuiz("second", {"1"})), IsOk());
    EXPECT_THAT(records_.Publish(MoodQuiz("third")), IsOk());
  }

  // Records `score` as of so many days ago.
  void Record(std::int64_t version, int score, int days_ago, const std::string& sex = "female") {
    v1::CreateAssessmentRequest request = MoodRequest(absl::StrCat("r-", ++recorded_), version, score);
    *request.mutable_submission()->mutable_assessed_at() =
        ToTimestamp(records_.clock().Now() - absl::Hours(24) * days_ago);
    request.mutable_submission()->mutable_context()->clear();
    if (!sex.empty()) (*request.mutable_submission()->mutable_context())["sex"] = sex;
    if (score < 0) {
      request.mutable_submission()->clear_answers();
      request.mutable_result()->clear_stage();
      request.mutable_result()->mutable_scales(0)->mutable_not_scored()->set_reason(
          quiz::v1::NotScored::REASON_NO_VALUE);
    }
    ASSERT_THAT(records_.Call(request), IsOk());
  }
  v1::Progress Get(const std::string& locale = "") {
    v1::GetProgressRequest request;
    request.set_parent("clinics/north/clients/c-1");
    request.set_quiz("quizzes/mood");
    request.set_locale(locale);
    const auto progress = records_.Call(request);
    EXPECT_THAT(progress, IsOk());
    return progress.ok() ? *progress : v1::Progress();
  }

  RunningRecords records_;
  int recorded_ = 0;
};

TEST_F(ProgressTest, PointsAreOldestFirstAlsoWhereAnOlderOneArrivesLate) {
  Record(1, 9, 10);
  Record(1, 3, 1);
  Record(1, 15, 30);
  const v1::Progress progress = Get();
  ASSERT_EQ(progress.points_size(), 3);
  EXPECT_EQ(progress.points(0).stage().stage(), "heavy");
  EXPECT_EQ(progress.points(1).stage().range(), "upper");
  EXPECT_EQ(progress.points(2).stage().range(), "lower");
  EXPECT_EQ(progress.points(2).scales(0).value().exact().numerator(), "3");
  EXPECT_EQ(progress.points(2).quiz_version(), "quizzes/mood/versions/1");
  EXPECT_FALSE(progress.points(0).comparable_with_previous());
  EXPECT_TRUE(progress.points(1).comparable_with_previous());
}

TEST_F(ProgressTest, TitlesComeInTheLocaleAskedForWhateverTheyWereStoredIn) {
  Record(1, 7, 1);
  const v1::Progress german = Get("de-AT");
  ASSERT_EQ(german.rungs_size(), 2);
  EXPECT_EQ(german.rungs(0).stage(), "light");
  EXPECT_EQ(german.rungs(0).title(), "Leicht");
  EXPECT_EQ(german.rungs(1).title(), "Schwer");
  ASSERT_EQ(german.points_size(), 1);
  EXPECT_EQ(german.points(0).stage().title(), "Leicht");
  EXPECT_EQ(german.points(0).stage().range_title(), "Oben");
  EXPECT_EQ(german.points(0).scales(0).title(), "Lage");
  EXPECT_EQ(Get("fr").rungs(0).title(), "Light");
}

TEST_F(ProgressTest, AReliableChangeIsToldFromTheFirstAndFromThePreviousPoint) {
  // The standard error of the difference is 5 * sqrt(2) * sqrt(0.1) = 2.2361, so 1.96 of it lie between 4 and 5 points.
  Record(1, 15, 30);
  Record(1, 10, 20);
  Record(1, 6, 10);
  const v1::Progress progress = Get();
  ASSERT_EQ(progress.changes_size(), 2);
  const v1::ScaleChange& first = progress.changes(0);
  EXPECT_EQ(first.span(), v1::ScaleChange::SPAN_SINCE_FIRST);
  EXPECT_EQ(first.scale(), "position");
  EXPECT_EQ(first.from(), progress.points(0).assessment());
  EXPECT_EQ(first.to(), progress.points(2).assessment());
  EXPECT_EQ(first.difference().exact().numerator(), "-9");
  EXPECT_EQ(first.standard_error_of_difference(), "2.2361");
  EXPECT_EQ(first.reliable_change_index(), "-4.0249");
  EXPECT_EQ(first.threshold(), "1.96");
  EXPECT_EQ(first.verdict(), v1::ScaleChange::VERDICT_RELIABLY_BETTER);
  EXPECT_EQ(first.source(), "A made-up study");
  const v1::ScaleChange& previous = progress.changes(1);
  EXPECT_EQ(previous.span(), v1::ScaleChange::SPAN_SINCE_PREVIOUS);
  EXPECT_EQ(previous.from(), progress.points(1).assessment());
  EXPECT_EQ(previous.verdict(), v1::ScaleChange::VERDICT_NO_RELIABLE_CHANGE);
}

TEST_F(ProgressTest, OnePointIsNoChange) {
  Record(1, 15, 30);
  EXPECT_THAT(Get().changes(), IsEmpty());
}

TEST_F(ProgressTest, NormsThatDoNotHoldForThisPersonAreNotUsed) {
  Record(1, 15, 30);
  Record(1, 6, 10, "male");
  const v1::Progress progress = Get();
  ASSERT_EQ(progress.changes_size(), 2);
  for (const v1::ScaleChange& change : progress.changes()) {
    EXPECT_EQ(change.verdict(), v1::ScaleChange::VERDICT_NOT_ASSESSABLE);
    EXPECT_NE(change.why(), "");
    EXPECT_EQ(change.difference().exact().numerator(), "-9");
    EXPECT_EQ(change.reliable_change_index(), "");
  }
}

TEST_F(ProgressTest, AScoreThatIsMissingIsNotAssessable) {
  Record(1, 15, 30);
  Record(1, -1, 20);
  Record(1, 6, 10);
  const v1::Progress progress = Get();
  ASSERT_EQ(progress.changes_size(), 2);
  EXPECT_EQ(progress.changes(0).verdict(), v1::ScaleChange::VERDICT_RELIABLY_BETTER);
  EXPECT_EQ(progress.changes(1).verdict(), v1::ScaleChange::VERDICT_NOT_ASSESSABLE);
  EXPECT_FALSE(progress.changes(1).has_difference());
}

TEST_F(ProgressTest, VersionsAreComparedOnlyWhereTheLaterOneSaysSo) {
  Record(3, 19, 50);
  Record(1, 15, 40);
  Record(2, 10, 30);
  Record(1, 9, 20);
  const v1::Progress joined = Get();
  EXPECT_FALSE(joined.points(1).comparable_with_previous());
  EXPECT_TRUE(joined.points(2).comparable_with_previous());
  EXPECT_TRUE(joined.points(3).comparable_with_previous());
  ASSERT_EQ(joined.changes_size(), 2);
  EXPECT_EQ(joined.changes(0).from(), joined.points(1).assessment()) << "the first comparable one";

  Record(3, 2, 10);
  const v1::Progress apart = Get();
  ASSERT_EQ(apart.changes_size(), 2);
  EXPECT_EQ(apart.changes(0).from(), apart.points(0).assessment());
  EXPECT_EQ(apart.changes(0).verdict(), v1::ScaleChange::VERDICT_RELIABLY_BETTER);
  EXPECT_EQ(apart.changes(1).verdict(), v1::ScaleChange::VERDICT_NOT_ASSESSABLE);
}

TEST_F(ProgressTest, AnUnknownQuizIsNotFoundAndAClientWithoutAssessmentsHasNoPoints) {
  EXPECT_THAT(Get().points(), IsEmpty());
  v1::GetProgressRequest request;
  request.set_parent("clinics/north/clients/c-1");
  request.set_quiz("quizzes/sleep");
  EXPECT_THAT(records_.Call(request), StatusIs(absl::StatusCode::kNotFound));
  request.set_quiz("sleep");
  request.set_parent("");
  EXPECT_THAT(FieldsOf(records_.Call(request).status()), ElementsAre("parent", "quiz"));
}

TEST(ExactOfTest, ReadsRatiosAndNothingElse) {
  const auto value = [](const std::string& numerator, const std::string& denominator) {
    quiz::v1::Value made;
    made.mutable_exact()->set_numerator(numerator);
    made.mutable_exact()->set_denominator(denominator);
    return made;
  };
  EXPECT_EQ(ExactOf(value("-15", "2")), *quiz::Rational::Parse("-15/2"));
  EXPECT_EQ(ExactOf(value("010", "1")), quiz::Rational(10)) << "not octal";
  EXPECT_NE(ExactOf(value(std::string(77, '9'), "1")), std::nullopt);
  for (const auto& [numerator, denominator] : {std::pair("", "1"), std::pair("1", ""), std::pair("1", "0"),
                                               std::pair("1", "-1"), std::pair("-", "1"), std::pair("0x1", "1")}) {
    EXPECT_EQ(ExactOf(value(numerator, denominator)), std::nullopt) << numerator << "/" << denominator;
  }
  EXPECT_EQ(ExactOf(value(std::string(78, '9'), "1")), std::nullopt);
}

}  // namespace
}  // namespace ladder::records
