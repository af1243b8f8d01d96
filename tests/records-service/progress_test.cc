// GetProgress through gRPC: order, titles, comparability and change.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/timestamp.h"
#include "tests/records-service/running_records.h"
#include "tests/records-service/score_request.h"
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

  // Records `score` as of so many days ago; below 0: nothing was answered.
  void Record(std::int64_t version, int score, int days_ago, const std::string& sex = "female") {
    v1::CreateAssessmentRequest request = MoodRequest(absl::StrCat("r-", ++recorded_), version, std::max(score, 0));
    *request.mutable_submission()->mutable_assessed_at() =
        ToTimestamp(records_.clock().Now() - absl::Hours(24) * days_ago);
    request.mutable_submission()->mutable_context()->clear();
    if (!sex.empty()) (*request.mutable_submission()->mutable_context())["sex"] = sex;
    if (score < 0) request.mutable_submission()->clear_answers();
    ScoreRequest(definition_, version, request);
    request.mutable_result()->clear_digest();
    ASSERT_THAT(records_.Call(request), IsOk());
  }
  // Publishes version 4, whose norms hold for everybody and are completed by `complete`.
  template <typename Complete>
  void PublishNorms(Complete complete) {
    quiz::v1::QuizDefinition definition = MoodQuiz("fourth", {"1"});
    definition.mutable_norms(0)->clear_when();
    complete(definition);
    ASSERT_THAT(records_.Publish(definition), IsOk());
    definition_ = definition;
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
  // Of the version that scores; versions 1 to 3 score alike.
  quiz::v1::QuizDefinition definition_ = MoodQuiz();
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

TEST_F(ProgressTest, ACutOffTellsRecoveredFromImproved) {
  PublishNorms([](quiz::v1::QuizDefinition& definition) { definition.mutable_norms(0)->set_cut_off("8"); });
  Record(4, 18, 30);
  Record(4, 13, 20);
  Record(4, 7, 10);
  const v1::Progress progress = Get();
  ASSERT_EQ(progress.changes_size(), 2);
  const v1::ScaleChange& first = progress.changes(0);
  EXPECT_EQ(first.clinical_significance(), v1::ScaleChange::CLINICAL_SIGNIFICANCE_RECOVERED);
  EXPECT_EQ(first.significance_why(), "");
  EXPECT_EQ(first.cut_off().decimal(), "8");
  EXPECT_EQ(first.criterion(), v1::ScaleChange::CRITERION_PUBLISHED_CUT_OFF);
  EXPECT_EQ(first.from_side(), v1::ScaleChange::SIDE_CLINICAL);
  EXPECT_EQ(first.to_side(), v1::ScaleChange::SIDE_FUNCTIONAL);

  // One that comes late lies between: from it to the newest, on the functional side all the time.
  Record(4, 2, 15);
  const v1::ScaleChange previous = Get().changes(1);
  EXPECT_EQ(previous.clinical_significance(), v1::ScaleChange::CLINICAL_SIGNIFICANCE_DETERIORATED);
  EXPECT_EQ(previous.from_side(), v1::ScaleChange::SIDE_FUNCTIONAL);
  EXPECT_EQ(previous.to_side(), v1::ScaleChange::SIDE_FUNCTIONAL);
}

TEST_F(ProgressTest, WithoutAPublishedCutOffCriterionCIsUsed) {
  PublishNorms([](quiz::v1::QuizDefinition& definition) {
    quiz::v1::Norms& norms = *definition.mutable_norms(0);
    norms.set_clinical_mean("14");
    norms.set_clinical_sd("5");
    norms.set_functional_mean("5");
    norms.set_functional_sd("4");
  });
  Record(4, 15, 30);
  Record(4, 9, 10);
  const v1::ScaleChange change = Get().changes(0);
  EXPECT_EQ(change.criterion(), v1::ScaleChange::CRITERION_C);
  EXPECT_EQ(change.cut_off().decimal(), "9") << "(5 * 5 + 4 * 14) / 9";
  EXPECT_EQ(change.clinical_significance(), v1::ScaleChange::CLINICAL_SIGNIFICANCE_IMPROVED) << "on it, not beyond it";
  EXPECT_EQ(change.to_side(), v1::ScaleChange::SIDE_CLINICAL);
}

TEST_F(ProgressTest, WithoutACutOffImprovedIsToldAndWhyNobodyIsCalledRecovered) {
  Record(1, 15, 30);
  Record(1, 2, 10);
  const v1::ScaleChange change = Get().changes(0);
  EXPECT_EQ(change.clinical_significance(), v1::ScaleChange::CLINICAL_SIGNIFICANCE_IMPROVED);
  EXPECT_EQ(change.significance_why(), "the norms give no cut-off, so recovered cannot be told from improved");
  EXPECT_FALSE(change.has_cut_off());
  EXPECT_EQ(change.criterion(), v1::ScaleChange::CRITERION_UNSPECIFIED);
  EXPECT_EQ(change.from_side(), v1::ScaleChange::SIDE_UNSPECIFIED);
}

TEST_F(ProgressTest, WithoutADirectionAReliableChangeIsNotAssessable) {
  PublishNorms([](quiz::v1::QuizDefinition& definition) {
    definition.mutable_scales(0)->clear_direction();
    definition.mutable_norms(0)->set_cut_off("8");
  });
  Record(4, 15, 30);
  Record(4, 2, 10);
  Record(4, 3, 5);
  const v1::Progress progress = Get();
  ASSERT_EQ(progress.changes_size(), 2);
  EXPECT_EQ(progress.changes(0).verdict(), v1::ScaleChange::VERDICT_RELIABLE_CHANGE);
  EXPECT_EQ(progress.changes(0).clinical_significance(), v1::ScaleChange::CLINICAL_SIGNIFICANCE_NOT_ASSESSABLE);
  EXPECT_NE(progress.changes(0).significance_why(), "");
  EXPECT_FALSE(progress.changes(0).has_cut_off());
  EXPECT_EQ(progress.changes(1).clinical_significance(), v1::ScaleChange::CLINICAL_SIGNIFICANCE_UNCHANGED);
  EXPECT_EQ(progress.changes(1).significance_why(), "");
}

TEST_F(ProgressTest, ADifferenceThatFitsNoExactNumberIsNotAssessable) {
  for (const std::string& denominator : {std::string(76, '9'), std::string(75, '7') + "3"}) {
    v1::CreateAssessmentRequest request = MoodRequest(denominator, 1, 1);
    request.mutable_result()->mutable_scales(0)->mutable_value()->mutable_exact()->set_denominator(denominator);
    ASSERT_THAT(records_.Store(request), IsOk());
  }
  const v1::Progress progress = Get();
  ASSERT_EQ(progress.changes_size(), 2);
  EXPECT_EQ(progress.changes(0).verdict(), v1::ScaleChange::VERDICT_NOT_ASSESSABLE);
  EXPECT_EQ(progress.changes(0).reason(), v1::ScaleChange::REASON_OUT_OF_RANGE);
  EXPECT_EQ(progress.changes(0).clinical_significance(), v1::ScaleChange::CLINICAL_SIGNIFICANCE_NOT_ASSESSABLE);
  EXPECT_EQ(progress.changes(0).significance_why(), progress.changes(0).why());
}

std::string Describe(const v1::StageLeg& leg) {
  const std::string stage = leg.stage().empty() ? "none" : leg.stage();
  return absl::StrCat(stage, " x", leg.assessments(), leg.comparable_with_previous() ? "" : " apart");
}

std::string Describe(const v1::RungTime& rung) {
  const std::string stage = rung.stage().empty() ? "none" : rung.stage();
  return absl::StrCat(stage, " x", rung.assessments(), " ", rung.time().seconds() / 86'400, "d",
                      rung.comparable() ? "" : " apart");
}

template <typename Messages>
std::vector<std::string> DescribeAll(const Messages& messages) {
  std::vector<std::string> described;
  for (const auto& message : messages) described.push_back(Describe(message));
  return described;
}

TEST_F(ProgressTest, TheTimeFromAPointToTheNextCountsForTheEarliersRung) {
  Record(2, 15, 30);
  Record(2, 12, 25);
  Record(2, 4, 18);
  Record(2, -1, 10);
  Record(2, 11, 7);
  Record(2, 3, 5);
  ASSERT_THAT(records_.Publish(MoodQuiz("comparable", {"2"})), IsOk());
  const v1::Progress progress = Get("de");
  EXPECT_THAT(DescribeAll(progress.rung_times()), ElementsAre("light x2 8d", "heavy x3 14d", "none x1 3d"));
  EXPECT_EQ(progress.rung_times(0).title(), "Leicht");
  EXPECT_THAT(DescribeAll(progress.path()),
              ElementsAre("heavy x2 apart", "light x1", "none x1", "heavy x1", "light x1"));
  EXPECT_EQ(progress.path(0).title(), "Schwer");
  EXPECT_EQ(progress.path(0).rung(), 2u);
  EXPECT_EQ(progress.path(0).start_time().seconds(), progress.points(0).assess_time().seconds());
  EXPECT_EQ(progress.path(0).end_time().seconds(), progress.points(2).assess_time().seconds());
  EXPECT_EQ(progress.path(4).start_time().seconds(), progress.points(5).assess_time().seconds());
  EXPECT_EQ(progress.path(4).end_time().seconds(), progress.points(5).assess_time().seconds());
}

TEST_F(ProgressTest, AnOlderAssessmentThatArrivesLateChangesPathAndTimes) {
  Record(3, 15, 30);
  Record(3, 12, 10);
  EXPECT_THAT(DescribeAll(Get().path()), ElementsAre("heavy x2 apart"));
  EXPECT_THAT(DescribeAll(Get().rung_times()), ElementsAre("light x0 0d", "heavy x2 20d"));
  Record(3, 2, 22);
  EXPECT_THAT(DescribeAll(Get().path()), ElementsAre("heavy x1 apart", "light x1", "heavy x1"));
  EXPECT_THAT(DescribeAll(Get().rung_times()), ElementsAre("light x1 12d", "heavy x2 8d"));
  Record(3, 2, 40);
  EXPECT_THAT(DescribeAll(Get().path()), ElementsAre("light x1 apart", "heavy x1", "light x1", "heavy x1"));
  EXPECT_THAT(DescribeAll(Get().rung_times()), ElementsAre("light x2 22d", "heavy x2 8d"));
}

TEST_F(ProgressTest, RungsOfVersionsThatAreNotComparableStayApart) {
  Record(1, 15, 30);
  Record(3, 15, 20);
  Record(3, -1, 10);
  Record(1, -1, 5);
  const v1::Progress progress = Get();
  EXPECT_THAT(DescribeAll(progress.path()),
              ElementsAre("heavy x1 apart", "heavy x1 apart", "none x1", "none x1 apart"));
  EXPECT_THAT(DescribeAll(progress.rung_times()),
              ElementsAre("light x0 0d", "heavy x1 10d", "heavy x1 10d apart", "none x1 5d", "none x1 0d apart"));
}

TEST_F(ProgressTest, AQuizWithoutALadderHasNoPath) {
  PublishNorms([](quiz::v1::QuizDefinition& definition) { definition.clear_ladder(); });
  Record(4, 7, 1);
  const v1::Progress progress = Get();
  EXPECT_EQ(progress.points_size(), 1);
  EXPECT_THAT(progress.path(), IsEmpty());
  EXPECT_THAT(progress.rung_times(), IsEmpty());
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
    EXPECT_EQ(change.reason(), v1::ScaleChange::REASON_NO_NORMS);
    EXPECT_NE(change.why(), "");
    EXPECT_EQ(change.difference().exact().numerator(), "-9");
    EXPECT_EQ(change.reliable_change_index(), "");
    EXPECT_EQ(change.clinical_significance(), v1::ScaleChange::CLINICAL_SIGNIFICANCE_NOT_ASSESSABLE);
    EXPECT_EQ(change.significance_why(), change.why());
  }
}

TEST_F(ProgressTest, AScoreThatIsMissingIsNotAssessable) {
  Record(1, 15, 30);
  Record(1, -1, 20);
  Record(1, 6, 10);
  const v1::Progress progress = Get();
  ASSERT_EQ(progress.changes_size(), 2);
  EXPECT_EQ(progress.changes(0).verdict(), v1::ScaleChange::VERDICT_RELIABLY_BETTER);
  EXPECT_EQ(progress.changes(0).reason(), v1::ScaleChange::REASON_UNSPECIFIED);
  EXPECT_EQ(progress.changes(1).verdict(), v1::ScaleChange::VERDICT_NOT_ASSESSABLE);
  EXPECT_EQ(progress.changes(1).reason(), v1::ScaleChange::REASON_NOT_SCORED);
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
  EXPECT_EQ(apart.changes(1).reason(), v1::ScaleChange::REASON_NOT_COMPARABLE);
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

}  // namespace
}  // namespace ladder::records
