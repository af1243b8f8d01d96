// What travels says what was scored: rendered results, explanations and forms of random quizzes against the reference.

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ladder/quiz/v1/result.pb.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/form.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"
#include "tests/quiz/generator/quiz_generator.h"
#include "tests/quiz/property_support.h"
#include "tests/quiz/reference/reference_scorer.h"

namespace ladder::quiz {
namespace {

constexpr int kDefinitions = 1000;
constexpr int kRequestsPerDefinition = 10;
constexpr int kCompletionsPerRequest = 10;

std::string ExactText(const v1::Value& value) {
  const v1::Ratio& exact = value.exact();
  return exact.denominator() == "1" ? exact.numerator() : absl::StrCat(exact.numerator(), "/", exact.denominator());
}

// What a rendered result says of its scales, and what it has to say.
std::vector<std::string> RenderedScales(const v1::QuizResult& rendered) {
  std::vector<std::string> texts;
  for (const v1::ScaleResult& scale : rendered.scales()) {
    const std::string reason = v1::NotScored::Reason_Name(scale.not_scored().reason());
    texts.push_back(absl::StrCat(scale.scale(), " ", scale.has_value() ? ExactText(scale.value()) : reason));
    for (const v1::BandResult& band : scale.bands()) {
      texts.push_back(absl::StrCat(band.band_set(), " ", band.band(), "/", band.range()));
    }
  }
  return texts;
}

std::vector<std::string> ExpectedScales(const v1::QuizDefinition& definition, const reference::Outcome& outcome) {
  std::vector<std::string> texts;
  for (int i = 0; i < definition.scales_size(); ++i) {
    const v1::Scale& scale = definition.scales(i);
    if (scale.internal()) continue;
    const reference::ScaleOutcome& score = outcome.scales[i];
    texts.push_back(
        absl::StrCat(scale.id(), " ", score.value.empty() ? absl::StrCat("REASON_", score.reason) : score.value));
    for (int j = 0; j < scale.band_sets_size(); ++j) {
      texts.push_back(absl::StrCat(scale.band_sets(j).id(), " ", score.places[j].band, "/", score.places[j].range));
    }
  }
  return texts;
}

// Answers that were sent and not used.
std::vector<std::string> RenderedIgnored(const v1::QuizResult& rendered) {
  std::vector<std::string> texts;
  for (const v1::IgnoredAnswer& ignored : rendered.ignored()) {
    texts.push_back(absl::StrCat(ignored.item(), " ", v1::IgnoredAnswer::Why_Name(ignored.why())));
  }
  return texts;
}

std::vector<std::string> ExpectedIgnored(const v1::QuizDefinition& definition, const reference::Outcome& outcome,
                                         const reference::Request& request) {
  std::vector<std::string> texts;
  for (int i = 0; i < definition.items_size(); ++i) {
    const std::string& state = outcome.items[i];
    if (state != "HIDDEN" && state != "UNDECIDED") continue;
    for (const v1::Answer& answer : request.answers) {
      if (answer.item() == definition.items(i).id()) texts.push_back(absl::StrCat(answer.item(), " WHY_", state));
    }
  }
  return texts;
}

// The bands, ranges and decisions of an outcome.
std::string Verdict(const reference::Outcome& outcome) {
  reference::Outcome verdict;
  verdict.decisions = outcome.decisions;
  for (const reference::ScaleOutcome& scale : outcome.scales) {
    verdict.scales.emplace_back();
    verdict.scales.back().places = scale.places;
  }
  return reference::ToText(verdict);
}

class PropertyRenderTest : public testing::Test {
 protected:
  // Calls `check` for random requests to random quizzes, until one fails.
  template <typename Check>
  void ForEachRequest(int shard, Check check) {
    const int made = CasesToRun(kDefinitions);
    for (int i = 0; i < made && !HasFailure(); ++i) {
      const std::uint64_t seed = SeedOf(shard, i);
      generator::Random random(seed);
      const generator::GeneratedQuiz quiz = generator::GenerateQuiz(random, generator::kUsualQuiz);
      const CompileResult compiled = CompileDefinition(quiz.definition);
      if (compiled.program == nullptr) continue;
      const reference::ReferenceScorer reference(quiz.definition);
      for (int r = 0; r < kRequestsPerDefinition && !HasFailure(); ++r) {
        const reference::Request request = generator::RandomRequest(random, quiz.choices);
        const std::optional<Input> input = InputOf(*compiled.program, request);
        ASSERT_TRUE(input.has_value());
        SCOPED_TRACE(absl::StrCat("seed ", seed, "\n", quiz.definition.DebugString(), ToText(request)));
        check(random, quiz, *compiled.program, reference, request, *input);
        ++checked_;
      }
    }
    EXPECT_GT(checked_, 0);
  }

  int checked_ = 0;
};

TEST_F(PropertyRenderTest, ARenderedResultSaysWhatTheReferenceSays) {
  ForEachRequest(
      400, [](generator::Random&, const generator::GeneratedQuiz& quiz, const Program& program,
              const reference::ReferenceScorer& reference, const reference::Request& request, const Input& input) {
        Result result;
        Score(program, input, result);
        v1::QuizResult rendered;
        RenderResult(program, input, result, "en", rendered);
        RenderPossible(program, PossibleFrom(program, input), rendered);
        RenderExplanations(program, input, result, rendered);
        const reference::Outcome expected = reference.Score(request.answers, request.context);
        EXPECT_EQ(RenderedScales(rendered), ExpectedScales(quiz.definition, expected));
        EXPECT_EQ(RenderedIgnored(rendered), ExpectedIgnored(quiz.definition, expected, request));
        EXPECT_EQ(rendered.completeness().complete(), expected.complete);
        EXPECT_EQ(rendered.explanations_size(), quiz.definition.scales_size());
      });
}

TEST_F(PropertyRenderTest, AFormThatIsDecidedStaysSoWhateverElseIsAnswered) {
  int decided = 0;
  ForEachRequest(500, [&decided](generator::Random& random, const generator::GeneratedQuiz& quiz,
                                 const Program& program, const reference::ReferenceScorer& reference,
                                 const reference::Request& request, const Input& input) {
    const NextItems next = FindNextItems(program, input, PossibleFrom(program, input));
    const reference::Outcome now = reference.Score(request.answers, request.context);
    EXPECT_EQ(next.complete, now.complete);
    if (!next.decided) return;
    ++decided;
    for (int i = 0; i < kCompletionsPerRequest; ++i) {
      const reference::Request later = generator::RandomCompletion(random, quiz.choices, request);
      EXPECT_EQ(Verdict(reference.Score(later.answers, later.context)), Verdict(now)) << ToText(later);
    }
  });
  EXPECT_GT(decided, 0);
}

}  // namespace
}  // namespace ladder::quiz
