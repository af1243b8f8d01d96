// Scoring agrees with the reference scorer, on at least a million pairs of a random definition and a random request.

#include <gtest/gtest.h>

#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/score.h"
#include "tests/quiz/generator/quiz_generator.h"
#include "tests/quiz/property_support.h"
#include "tests/quiz/reference/reference_scorer.h"

namespace ladder::quiz {
namespace {

// 8 * 1300 definitions that publish, with 100 requests each, are more than a million pairs.
constexpr int kShards = 8;
constexpr int kDefinitionsPerShard = 1300;
constexpr int kRequestsPerDefinition = 100;
constexpr int kDefinitionsOnBothPaths = 500;
constexpr int kRequestsOnBothPaths = 20;
// Of the definitions made, at least so many have to publish, or the tests look at too narrow a part of the language.
constexpr int kLeastPercentPublished = 30;

// What results say somewhere: a generator that never leads there tests too little.
constexpr const char* kHasToComeUp[] = {
    "item ANSWERED",
    "item MISSING",
    "item NOT_APPLICABLE",
    "item HIDDEN",
    "item UNDECIDED",
    "scale GATE",
    "scale NONE_APPLICABLE",
    "scale NOT_IN_TABLE",
    "scale NO_VALUE",
    "scale TOO_FEW_ANSWERED",
    "place IN_BAND",
    "place NOT_SCORED",
    "place NOT_APPLICABLE",
    "place CONTEXT_ABSENT",
    "range r1",
    "decision out1",
    "decision UNDECIDED",
    "decision none",
    "alert CLEAR",
    "alert RAISED",
    "alert UNDECIDED",
    "guidance g0",
    "guidance UNDECIDED",
    "guidance ",
    "a form that is complete",
    "a form that is not",
};

void NoteWhatComesUp(const reference::Outcome& outcome, std::set<std::string>& seen) {
  for (const std::string& state : outcome.items) seen.insert(absl::StrCat("item ", state));
  for (const reference::ScaleOutcome& scale : outcome.scales) {
    seen.insert(absl::StrCat("scale ", scale.reason));
    for (const reference::PlaceOutcome& place : scale.places) {
      seen.insert(absl::StrCat("place ", place.state));
      seen.insert(absl::StrCat("range ", place.range));
    }
  }
  for (const std::string& decision : outcome.decisions) seen.insert(absl::StrCat("decision ", decision));
  for (const std::string& alert : outcome.alerts) seen.insert(absl::StrCat("alert", alert.substr(alert.find(' '))));
  seen.insert(absl::StrCat("guidance ", outcome.guidance));
  seen.insert(outcome.complete ? "a form that is complete" : "a form that is not");
}

// What was published and what was refused, and why.
struct Tally {
  int made = 0;
  int published = 0;
  std::map<std::string, int> refusals;  // By the fault's message without its names and numbers.

  void Refuse(const std::vector<Fault>& faults) {
    for (const Fault& fault : faults) {
      if (fault.severity != Fault::Severity::kError) continue;
      std::string kind;
      bool quoted = false;
      for (const char c : fault.message) {
        if (c == '\'') quoted = !quoted;
        if (!quoted && c != '\'' && (c < '0' || c > '9')) kind += c;
      }
      ++refusals[kind.substr(0, 100)];
      return;
    }
  }
};

std::optional<reference::Outcome> ScoreByProduct(const Program& program, const reference::Request& request,
                                                 Result& result) {
  const std::optional<Input> input = InputOf(program, request);
  if (!input.has_value()) return std::nullopt;
  Score(program, *input, result);
  return OutcomeOf(program, result);
}

// Whether the two scorers differ over a definition of which parts were taken away.
bool StillDiffers(const v1::QuizDefinition& definition, const reference::Request& request) {
  const CompileResult compiled = CompilePublished(definition);
  if (compiled.program == nullptr) return false;
  std::vector<InputViolation> violations;
  const std::optional<Input> input = CheckInput(*compiled.program, request.answers, request.context, violations);
  if (!input.has_value()) return false;
  Result result;
  Score(*compiled.program, *input, result);
  const reference::Outcome expected = reference::ReferenceScorer(definition).Score(request.answers, request.context);
  return OutcomeOf(*compiled.program, result) != expected;
}

// The request without the answers and context values that the difference does not need.
reference::Request ShrinkRequest(const v1::QuizDefinition& definition, reference::Request request) {
  for (int i = request.answers.size() - 1; i >= 0; --i) {
    reference::Request smaller = request;
    smaller.answers.DeleteSubrange(i, 1);
    if (StillDiffers(definition, smaller)) request = smaller;
  }
  for (const v1::ContextValue& value : definition.context()) {
    reference::Request smaller = request;
    smaller.context.erase(value.id());
    if (StillDiffers(definition, smaller)) request = smaller;
  }
  return request;
}

// All that a person needs to see why the two scorers differ.
std::string Describe(std::uint64_t seed, const v1::QuizDefinition& definition, const reference::Request& request,
                     const reference::Outcome& expected, const reference::Outcome& got) {
  const reference::Request few = ShrinkRequest(definition, request);
  const v1::QuizDefinition small =
      Shrink(definition, [&few](const v1::QuizDefinition& smaller) { return StillDiffers(smaller, few); });
  return absl::StrCat("seed ", seed, "\nshrunk:\n", small.DebugString(), ToText(few), "whole:\n",
                      definition.DebugString(), ToText(request), "reference:\n", reference::ToText(expected),
                      "product:\n", reference::ToText(got));
}

class PropertyScoreTest : public testing::TestWithParam<int> {
 protected:
  // Compares both scorers on random requests. `result` is used again, as a service does.
  void Compare(std::uint64_t seed, const generator::GeneratedQuiz& quiz, const Program& program,
               generator::Random& random, Result& result) {
    const reference::ReferenceScorer reference(quiz.definition);
    for (int i = 0; i < kRequestsPerDefinition && !HasFailure(); ++i) {
      const reference::Request request = generator::RandomRequest(random, quiz.choices);
      const reference::Outcome expected = reference.Score(request.answers, request.context);
      NoteWhatComesUp(expected, seen_);
      const std::optional<reference::Outcome> got = ScoreByProduct(program, request, result);
      if (!got.has_value() || *got != expected) {
        ADD_FAILURE() << Describe(seed, quiz.definition, request, expected, got.value_or(reference::Outcome()));
      }
    }
  }

  std::set<std::string> seen_;
};

TEST_P(PropertyScoreTest, AgreesWithTheReferenceOnRandomQuizzes) {
  const int wanted = CasesToRun(kDefinitionsPerShard);
  Tally tally;
  for (; tally.published < wanted && tally.made < 4 * wanted + 20 && !HasFailure(); ++tally.made) {
    const std::uint64_t seed = SeedOf(GetParam(), tally.made);
    generator::Random random(seed);
    const bool small = random.Chance(25);
    const generator::GeneratedQuiz quiz =
        generator::GenerateQuiz(random, small ? generator::kSmallQuiz : generator::kUsualQuiz);
    const CompileResult compiled = CompileDefinition(quiz.definition);
    if (compiled.program == nullptr) {
      tally.Refuse(compiled.faults);
      continue;
    }
    ++tally.published;
    Result result;
    Compare(seed, quiz, *compiled.program, random, result);
  }
  RecordProperty("first_seed", std::to_string(SeedOf(GetParam(), 0)));
  std::cout << "seeds from " << SeedOf(GetParam(), 0) << ": " << tally.published << " of " << tally.made
            << " definitions published, " << kRequestsPerDefinition << " requests each\n";
  for (const auto& [refusal, count] : tally.refusals) std::cout << "  refused " << count << ": " << refusal << "\n";
  if (wanted >= kDefinitionsPerShard) {
    for (const char* word : kHasToComeUp) EXPECT_EQ(seen_.count(word), 1U) << word << " never came up";
  }
  EXPECT_GE(tally.published * 100, tally.made * kLeastPercentPublished);
}

// One path of the numbers is fast, the other general; which is taken is no part of a score.
TEST(PropertyGeneralNumbersTest, ScoresAreTheSameInSixtyFourBitsAndInTwoHundredAndFiftySix) {
  const int made = CasesToRun(kDefinitionsOnBothPaths);
  int compared = 0;
  for (int i = 0; i < made; ++i) {
    const std::uint64_t seed = SeedOf(300, i);
    generator::Random random(seed);
    const generator::GeneratedQuiz quiz = generator::GenerateQuiz(random, generator::kUsualQuiz);
    const CompileResult compiled = CompileDefinition(quiz.definition);
    if (compiled.program == nullptr) continue;
    const Program general = WithGeneralNumbers(*compiled.program);
    Result fast_result;
    Result general_result;
    for (int r = 0; r < kRequestsOnBothPaths; ++r) {
      const reference::Request request = generator::RandomRequest(random, quiz.choices);
      const std::optional<Input> input = InputOf(*compiled.program, request);
      ASSERT_TRUE(input.has_value()) << "seed " << seed;
      Score(*compiled.program, *input, fast_result);
      Score(general, WithGeneralNumbers(*input), general_result);
      ASSERT_EQ(reference::ToText(OutcomeOf(general, general_result)),
                reference::ToText(OutcomeOf(*compiled.program, fast_result)))
          << "seed " << seed << "\n"
          << quiz.definition.DebugString() << ToText(request);
      ++compared;
    }
  }
  EXPECT_GT(compared, 0);
}

INSTANTIATE_TEST_SUITE_P(Shards, PropertyScoreTest, testing::Range(0, kShards));

}  // namespace
}  // namespace ladder::quiz
