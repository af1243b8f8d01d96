#include "records-service/release/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libs/chassis/errors.h"
#include "libs/quiz/input.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"
#include "tests/quiz/sound_quiz.h"
#include "tests/records-service/release/release_fixture.h"
#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::release {
namespace {

using ::ladder::testing::EqualsProto;
using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::ParseExpected;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::Pair;

// A total of 9: rung high, range upper, guidance "advice".
constexpr char kHighest[] = R"pb(
  answers { item: "sleep" option: "often" }
  answers { item: "calm" option: "never" }
  answers { item: "smokes" option: "never" }
  answers { item: "note" text: "Nothing" }
)pb";

v1::Submission SubmissionOf(const std::string& text) {
  v1::Submission submission;
  EXPECT_TRUE(ParseExpected(text, &submission));
  return submission;
}

// What scoring gives for it.
quiz::v1::QuizResult ResultOf(const quiz::Program& program, const v1::Submission& submission) {
  std::vector<quiz::InputViolation> violations;
  const std::optional<quiz::Input> input =
      quiz::CheckInput(program, submission.answers(), submission.context(), violations);
  EXPECT_TRUE(input.has_value());
  quiz::Result result;
  quiz::Score(program, *input, result);
  quiz::v1::QuizResult message;
  quiz::RenderResult(program, *input, result, "en", message);
  return message;
}

absl::StatusOr<CountedFacts> FactsIn(const quiz::v1::QuizDefinition& definition, const std::string& submission_text) {
  const std::shared_ptr<const quiz::Program> program = Compiled(definition);
  const v1::Submission submission = SubmissionOf(submission_text);
  return FactsOf(*program, submission, ResultOf(*program, submission));
}

quiz::v1::QuizDefinition SoundDefinition() { return quiz::ParseQuiz(quiz::SoundQuiz()); }

TEST(FactsOfTest, KeepsThePlaceTheGuidanceAndWhatChangeIsJudgedBy) {
  quiz::v1::QuizDefinition definition = SoundDefinition();
  definition.mutable_scales(0)->set_direction(quiz::v1::Scale::DIRECTION_LOWER_IS_BETTER);
  const absl::StatusOr<CountedFacts> facts = FactsIn(definition, kHighest);
  ASSERT_OK(facts);
  EXPECT_EQ(facts->slices, "sex=female") << "the default";
  EXPECT_THAT(facts->outcome, EqualsProto(R"pb(
                stage: "high"
                range: "upper"
                guidance: "advice"
                score { numerator: "9" denominator: "1" }
                norms {
                  sd { numerator: "2" denominator: "1" }
                  reliability { numerator: "4" denominator: "5" }
                }
                direction: DIRECTION_LOWER_IS_BETTER
              )pb"));
}

TEST(FactsOfTest, NormsHoldUnderTheContextOnly) {
  const absl::StatusOr<CountedFacts> facts =
      FactsIn(SoundDefinition(), std::string(kHighest) + R"pb(context { key: "sex" value: "male" })pb");
  ASSERT_OK(facts);
  EXPECT_EQ(facts->slices, "sex=male");
  EXPECT_FALSE(facts->outcome.has_norms());
}

TEST(FactsOfTest, NotScoredIsAStageOfItsOwn) {
  const absl::StatusOr<CountedFacts> facts = FactsIn(SoundDefinition(), "");
  ASSERT_OK(facts);
  EXPECT_EQ(facts->outcome.stage(), "");
  EXPECT_EQ(facts->outcome.guidance(), "");
  EXPECT_FALSE(facts->outcome.has_score());
  EXPECT_TRUE(facts->outcome.has_norms()) << "they follow from the context alone";
}

TEST(FactsOfTest, SlicesStandInTheLaddersOrderAndMayBeAbsent) {
  quiz::v1::QuizDefinition definition = SoundDefinition();
  quiz::v1::ContextValue* informant = definition.add_context();
  informant->set_id("informant");
  informant->mutable_codes()->add_code("self");
  informant->mutable_codes()->add_code("parent");
  definition.mutable_ladder()->set_public_slices(0, "informant");
  definition.mutable_ladder()->add_public_slices("sex");
  EXPECT_EQ(FactsIn(definition, kHighest)->slices, "informant=,sex=female");
  const std::string from_parent = std::string(kHighest) + R"pb(context { key: "informant" value: "parent" })pb";
  EXPECT_EQ(FactsIn(definition, from_parent)->slices, "informant=parent,sex=female");
  definition.mutable_ladder()->clear_public_slices();
  EXPECT_EQ(FactsIn(definition, kHighest)->slices, "");
}

TEST(FactsOfTest, ASubmissionThatDoesNotFitTheVersionIsRefusedByField) {
  const std::shared_ptr<const quiz::Program> program = Compiled(SoundDefinition());
  const v1::Submission fits = SubmissionOf(kHighest);
  v1::Submission submission = fits;
  submission.mutable_answers(1)->set_option("nowhere");
  const absl::Status status = FactsOf(*program, submission, ResultOf(*program, fits)).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_EQ(ViolationsOf(status).size(), 1u);
  EXPECT_EQ(ViolationsOf(status)[0].field, "submission.answers[1].option");
}

TEST(FactsOfTest, AResultThatNamesNoCellOfTheVersionIsRefusedByField) {
  const std::shared_ptr<const quiz::Program> program = Compiled(SoundDefinition());
  const v1::Submission submission = SubmissionOf(kHighest);
  struct Case {
    std::string field;
    std::function<void(quiz::v1::QuizResult&)> damage;
  };
  const std::vector<Case> cases = {
      {"result.stage", [](quiz::v1::QuizResult& result) { result.mutable_stage()->set_stage("severe"); }},
      {"result.stage", [](quiz::v1::QuizResult& result) { result.mutable_stage()->set_range("middle"); }},
      {"result.stage", [](quiz::v1::QuizResult& result) { result.mutable_stage()->clear_range(); }},
      {"result.stage", [](quiz::v1::QuizResult& result) { result.mutable_stage()->set_stage("low"); }},
      {"result.stage", [](quiz::v1::QuizResult& result) { result.mutable_stage()->clear_stage(); }},
      {"result.stage.bounce_point.exact",
       [](quiz::v1::QuizResult& result) { result.mutable_stage()->mutable_bounce_point()->clear_exact(); }},
      {"result.guidance.guidance", [](quiz::v1::QuizResult& result) { result.mutable_guidance()->set_guidance("x"); }},
  };
  for (const Case& one : cases) {
    quiz::v1::QuizResult result = ResultOf(*program, submission);
    one.damage(result);
    const absl::Status status = FactsOf(*program, submission, result).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
    ASSERT_EQ(ViolationsOf(status).size(), 1u) << one.field;
    EXPECT_EQ(ViolationsOf(status)[0].field, one.field);
  }
}

TEST(ParseSlicesTest, ReadsWhatFactsOfWritesAndNothingElse) {
  EXPECT_THAT(ParseSlices("informant=,sex=female"),
              IsOkAndHolds(ElementsAre(Pair("informant", ""), Pair("sex", "female"))));
  EXPECT_THAT(ParseSlices(""), IsOkAndHolds(::testing::IsEmpty()));
  for (const char* text : {"sex", "=female", "sex=a=b", "sex=a,", "sex=a,sex=b", ","}) {
    EXPECT_THAT(ParseSlices(text), StatusIs(absl::StatusCode::kInternal)) << text;
  }
}

TEST(ChangeBetweenTest, IsJudgedInTheDeclaredDirection) {
  const Outcome five = OutcomeAt("low", "", "", 5);
  EXPECT_EQ(ChangeBetween(five, OutcomeAt("low", "", "", 8)), v1::CHANGE_RELIABLY_BETTER);
  EXPECT_EQ(ChangeBetween(five, OutcomeAt("low", "", "", 2)), v1::CHANGE_RELIABLY_WORSE);
  EXPECT_EQ(ChangeBetween(five, OutcomeAt("low", "", "", 7)), v1::CHANGE_NO_RELIABLE_CHANGE);
  Outcome burden = OutcomeAt("low", "", "", 8);
  burden.set_direction(quiz::v1::Scale::DIRECTION_LOWER_IS_BETTER);
  EXPECT_EQ(ChangeBetween(five, burden), v1::CHANGE_RELIABLY_WORSE);
}

TEST(ChangeBetweenTest, TheLaterAssessmentsNormsJudge) {
  Outcome earlier = OutcomeAt("low", "", "", 5);
  earlier.clear_norms();
  earlier.clear_direction();
  EXPECT_EQ(ChangeBetween(earlier, OutcomeAt("low", "", "", 8)), v1::CHANGE_RELIABLY_BETTER);
  Outcome wide = OutcomeAt("low", "", "", 8);
  wide.mutable_norms()->mutable_sd()->set_numerator("20");
  EXPECT_EQ(ChangeBetween(earlier, wide), v1::CHANGE_NO_RELIABLE_CHANGE);
}

TEST(ChangeBetweenTest, WithoutAScoreNormsOrADirectionItIsNotAssessable) {
  const Outcome earlier = OutcomeAt("low", "", "", 5);
  const Outcome later = OutcomeAt("high", "upper", "", 50);
  const std::vector<std::function<void(Outcome&)>> damages = {
      [](Outcome& outcome) { outcome.clear_score(); },
      [](Outcome& outcome) { outcome.clear_norms(); },
      [](Outcome& outcome) { outcome.clear_direction(); },
      [](Outcome& outcome) { outcome.mutable_norms()->mutable_sd()->set_numerator("0"); },
      [](Outcome& outcome) { outcome.mutable_norms()->mutable_reliability()->set_numerator("5"); },
  };
  for (std::size_t i = 0; i < damages.size(); ++i) {
    Outcome damaged = later;
    damages[i](damaged);
    EXPECT_EQ(ChangeBetween(earlier, damaged), v1::CHANGE_NOT_ASSESSABLE) << i;
  }
  Outcome near = OutcomeAt("low", "", "", 6);
  near.clear_direction();
  EXPECT_EQ(ChangeBetween(earlier, near), v1::CHANGE_NOT_ASSESSABLE) << "small as it is";
  EXPECT_EQ(ChangeBetween(NotScored(), later), v1::CHANGE_NOT_ASSESSABLE);
}

}  // namespace
}  // namespace ladder::records::release
