#include "records-service/release/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "ladder/records/v1/assessment_service.pb.h"
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

CountedFacts FactsIn(const quiz::v1::QuizDefinition& definition, const std::string& submission_text) {
  const std::shared_ptr<const quiz::Program> program = Compiled(definition);
  const v1::Submission submission = SubmissionOf(submission_text);
  std::vector<quiz::InputViolation> violations;
  const std::optional<quiz::Input> input =
      quiz::CheckInput(*program, submission.answers(), submission.context(), violations);
  EXPECT_TRUE(input.has_value());
  quiz::Result result;
  quiz::Score(*program, *input, result);
  quiz::v1::QuizResult message;
  quiz::RenderResult(*program, *input, result, "en", message);
  return FactsOf(*program, *input, message);
}

quiz::v1::QuizDefinition SoundDefinition() { return quiz::ParseQuiz(quiz::SoundQuiz()); }

TEST(FactsOfTest, KeepsThePlaceTheGuidanceAndWhatChangeIsJudgedBy) {
  quiz::v1::QuizDefinition definition = SoundDefinition();
  definition.mutable_scales(0)->set_direction(quiz::v1::Scale::DIRECTION_LOWER_IS_BETTER);
  const CountedFacts facts = FactsIn(definition, kHighest);
  EXPECT_EQ(facts.slices, "sex=female") << "the default";
  EXPECT_THAT(facts.outcome, EqualsProto(R"pb(
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
  const CountedFacts facts =
      FactsIn(SoundDefinition(), std::string(kHighest) + R"pb(context { key: "sex" value: "male" })pb");
  EXPECT_EQ(facts.slices, "sex=male");
  EXPECT_FALSE(facts.outcome.has_norms());
}

TEST(FactsOfTest, NotScoredIsAStageOfItsOwn) {
  const CountedFacts facts = FactsIn(SoundDefinition(), "");
  EXPECT_EQ(facts.outcome.stage(), "");
  EXPECT_EQ(facts.outcome.guidance(), "");
  EXPECT_FALSE(facts.outcome.has_score());
  EXPECT_TRUE(facts.outcome.has_norms()) << "they follow from the context alone";
}

TEST(FactsOfTest, SlicesStandInTheLaddersOrderAndMayBeAbsent) {
  quiz::v1::QuizDefinition definition = SoundDefinition();
  quiz::v1::ContextValue* informant = definition.add_context();
  informant->set_id("informant");
  informant->mutable_codes()->add_code("self");
  informant->mutable_codes()->add_code("parent");
  definition.mutable_ladder()->set_public_slices(0, "informant");
  definition.mutable_ladder()->add_public_slices("sex");
  EXPECT_EQ(FactsIn(definition, kHighest).slices, "informant=,sex=female");
  const std::string from_parent = std::string(kHighest) + R"pb(context { key: "informant" value: "parent" })pb";
  EXPECT_EQ(FactsIn(definition, from_parent).slices, "informant=parent,sex=female");
  definition.mutable_ladder()->clear_public_slices();
  EXPECT_EQ(FactsIn(definition, kHighest).slices, "");
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

// What a caller handed in before results were checked as a whole lies in stores.
TEST(ChangeBetweenTest, NumbersWhoseDifferenceNoNumberHoldsAreNotAssessable) {
  const auto at = [](const std::string& numerator, const std::string& denominator) {
    Outcome outcome = OutcomeAt("low", "", "", 5);
    outcome.mutable_score()->set_numerator(numerator);
    outcome.mutable_score()->set_denominator(denominator);
    return outcome;
  };
  const std::string nines(76, '9');
  const std::string most = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
  EXPECT_EQ(ChangeBetween(at("1", nines), at("1", std::string(75, '7') + "3")), v1::CHANGE_NOT_ASSESSABLE);
  EXPECT_EQ(ChangeBetween(at("-" + most, "1"), at(most, "1")), v1::CHANGE_NOT_ASSESSABLE);
  EXPECT_EQ(ChangeBetween(at("0", "1"), at(most, "1")), v1::CHANGE_RELIABLY_BETTER);
  for (const auto& [numerator, denominator] :
       {std::pair("1", "0"), std::pair("1", "-1"), std::pair("", ""), std::pair("1e9", "1"), std::pair("nan", "1")}) {
    EXPECT_EQ(ChangeBetween(at("1", "1"), at(numerator, denominator)), v1::CHANGE_NOT_ASSESSABLE) << numerator;
    EXPECT_EQ(ChangeBetween(at(numerator, denominator), at("1", "1")), v1::CHANGE_NOT_ASSESSABLE) << numerator;
  }
  Outcome judged = at("9", "1");
  judged.mutable_norms()->mutable_sd()->set_numerator(most);
  judged.mutable_norms()->mutable_sd()->set_denominator(nines);
  EXPECT_NE(ChangeBetween(at("1", "1"), judged), v1::CHANGE_NOT_ASSESSABLE) << "squares may need more than 256 bits";
}

}  // namespace
}  // namespace ladder::records::release
