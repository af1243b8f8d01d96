// Examples against what scoring gives, and what no example shows.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/quiz/compile_fault.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::quiz {
namespace {

using ::testing::Contains;
using ::testing::Field;

INSTANTIATE_TEST_SUITE_P(
    Examples, CompileFaultTest,
    ::testing::Values(
        BrokenQuiz{R"(key: "total" value: "9")", R"(key: "total" value: "12")", R"(examples[0].scores["total"])",
                   "'12' was expected, scoring gives 9"},
        BrokenQuiz{R"(key: "total" value: "9")", R"(key: "total" value: "NOT_SCORED")",
                   R"(examples[0].scores["total"])", "'NOT_SCORED' was expected, scoring gives 9"},
        BrokenQuiz{R"(key: "count" value: "NOT_SCORED")", R"(key: "count" value: "0")",
                   R"(examples[1].scores["count"])", "'0' was expected, scoring gives NOT_SCORED"},
        BrokenQuiz{R"(scores { key: "total" value: "9" })", "", R"(examples[0].scores["total"])",
                   "is left out; scoring gives 9"},
        BrokenQuiz{R"(scores { key: "total" value: "9" })",
                   R"(scores { key: "total" value: "9" } scores { key: "most" value: "9" })",
                   R"(examples[0].scores["most"])", "results have nothing of that name here; remove it"},
        BrokenQuiz{R"(value: "high/upper")", R"(value: "high/lower")", R"(examples[0].bands["total/severity"])",
                   "was expected, scoring gives high/upper"},
        BrokenQuiz{R"(bands { key: "total/severity" value: "low" })", "", R"(examples[1].bands["total/severity"])",
                   "is left out; scoring gives low"},
        BrokenQuiz{R"(key: "verdict" value: "case")", R"(key: "verdict" value: "none")",
                   R"(examples[0].decisions["verdict"])", "'none' was expected, scoring gives case"},
        BrokenQuiz{R"(alerts: "each/sleep")", "", "examples[0].alerts", "'each/sleep' is left out"},
        BrokenQuiz{R"(alerts: "each/sleep")", R"(alerts: "each/sleep" alerts: "each")", "examples[0].alerts[2]",
                   "'each' was expected; scoring says that it is not raised"},
        BrokenQuiz{R"(undecided_alerts: "each/calm")", "", "examples[1].undecided_alerts",
                   "scoring says that it is undecided"},
        BrokenQuiz{"complete: true", "", "examples[0].complete", "scoring says that the form is complete"},
        BrokenQuiz{R"(undecided_alerts: "each/calm")", R"(undecided_alerts: "each/calm" complete: true)",
                   "examples[1].complete", "is not complete"},
        BrokenQuiz{R"(guidance: "therapy")", "", "examples[0].guidance", "none was expected, scoring gives therapy"},
        BrokenQuiz{R"(undecided_alerts: "each/calm")", R"(undecided_alerts: "each/calm" guidance: "therapy")",
                   "examples[1].guidance", "'therapy' was expected, scoring gives none"},
        BrokenQuiz{R"(item: "calm" option: "refused")", R"(item: "calm" option: "refusd")",
                   "examples[1].answers[1].option", "'refusd'"},
        BrokenQuiz{R"(id: "low"
    answers)",
                   R"(id: "high" answers)", "examples[1].id", "'high' is used already, at examples[0].id"}));

TEST(ExamplesTest, AreComparedAsNumbersHoweverTheyAreWritten) {
  for (const char* nine : {"9", "9.0", "18/2"}) {
    EXPECT_THAT(
        ErrorsOf(SoundQuizWith(R"(key: "total" value: "9")", std::string(R"(key: "total" value: ")") + nine + "\"")),
        ::testing::IsEmpty());
  }
}

TEST(ExamplesTest, EveryDifferenceIsAFaultOfItsOwn) {
  v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
  definition.mutable_examples(0)->mutable_answers(0)->set_option("never");
  EXPECT_EQ(ErrorsOf(definition).size(), 8u);  // Three scores, a band, a decision, two alerts and the guidance.
}

TEST(ExamplesTest, AtLeastOneIsAskedFor) {
  v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
  definition.clear_examples();
  EXPECT_THAT(ErrorsOf(definition), Contains(Field("path", &Fault::path, "examples")));
}

std::vector<std::string> WarningsWithoutExample(int example) {
  v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
  definition.mutable_examples()->DeleteSubrange(example, 1);
  std::vector<std::string> paths;
  for (const Fault& fault : WarningsOf(definition)) paths.push_back(fault.path);
  return paths;
}

TEST(ExamplesTest, BandsAlertsAndPoliciesThatNoneShowsAreWarnedOf) {
  EXPECT_THAT(WarningsWithoutExample(0),
              ::testing::ElementsAre("scales[0].band_sets[0].bands[1]", "alerts[0]", "alerts[1]"));
  EXPECT_THAT(WarningsWithoutExample(1),
              ::testing::ElementsAre("scales[0].aggregate.missing", "scales[0].band_sets[0].bands[0]",
                                     "scales[2].aggregate.missing"));
}

}  // namespace
}  // namespace ladder::quiz
