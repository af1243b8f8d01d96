// What scores can still become is never wrong: no completion leaves the promised ranges, bands and outcomes, and what
// is called exact is reached, over all completions of small quizzes and over random ones of larger quizzes.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/score.h"
#include "tests/quiz/generator/quiz_generator.h"
#include "tests/quiz/property_support.h"
#include "tests/quiz/reference/completions.h"

namespace ladder::quiz {
namespace {

constexpr int kShards = 4;
constexpr int kDefinitionsPerShard = 400;
constexpr int kPartialsPerDefinition = 4;
// Up to so many completions are all tried; of more than that a random sample is.
constexpr std::int64_t kAllCompletions = 2000;
constexpr int kSampledCompletions = 60;

// The ends that completions reached, scale by scale.
struct Reached {
  bool scored = false;
  Rational low;
  Rational high;
};

// Judges one promise against completion after completion.
class Judge {
 public:
  Judge(const Program& program, const Possibility& promise)
      : program_(program), promise_(promise), reached_(program.scales.size()) {}

  // What the promise got wrong about this completion; empty where it holds.
  std::string Check(const Result& result) {
    for (std::size_t i = 0; i < result.scales.size(); ++i) {
      const std::string wrong = CheckScale(promise_.scales[i], result.scales[i], reached_[i]);
      if (!wrong.empty()) return absl::StrCat(program_.scales[i].id, ": ", wrong);
    }
    for (std::size_t i = 0; i < result.outcomes.size(); ++i) {
      const std::vector<Index>& codes = promise_.outcomes[i];
      if (std::find(codes.begin(), codes.end(), result.outcomes[i]) != codes.end()) continue;
      return absl::StrCat(program_.decisions[i].id, ": ", program_.codes[result.outcomes[i]], " was not foreseen");
    }
    return "";
  }

  // After all completions: what was called exact and is not. `exact` counts the promises that are.
  std::string CheckExact(int& exact) const {
    for (std::size_t i = 0; i < reached_.size(); ++i) {
      const ReachableRange& range = promise_.scales[i].range;
      if (!range.exact || !range.can_be_scored) continue;
      ++exact;
      const std::string id = program_.scales[i].id;
      if (!reached_[i].scored) return absl::StrCat(id, ": is called exact and is never scored");
      if (reached_[i].low == range.low && reached_[i].high == range.high) continue;
      return absl::StrCat(id, ": [", range.low.ToString(), ", ", range.high.ToString(),
                          "] is called exact, reached is [", reached_[i].low.ToString(), ", ",
                          reached_[i].high.ToString(), "]");
    }
    return "";
  }

 private:
  static std::string CheckScale(const ScalePossibility& promise, const ScaleScore& score, Reached& reached) {
    if (!score.scored) return promise.range.may_be_unscored ? "" : "is not scored";
    const std::string value = score.value.ToString();
    const ReachableRange& range = promise.range;
    if (!range.can_be_scored) return absl::StrCat("was never to be scored, is ", value);
    if (score.value < range.low || score.value > range.high) {
      return absl::StrCat(value, " lies outside [", range.low.ToString(), ", ", range.high.ToString(), "]");
    }
    if (!IsOnGrid(range, score.value)) {
      return absl::StrCat(value, " is not on ", range.low.ToString(), " + k * ", range.grid->ToString());
    }
    if (!reached.scored || score.value < reached.low) reached.low = score.value;
    if (!reached.scored || score.value > reached.high) reached.high = score.value;
    reached.scored = true;
    for (std::size_t i = 0; i < score.places.size(); ++i) {
      const std::string wrong = CheckPlace(promise.places[i], score.places[i]);
      if (!wrong.empty()) return absl::StrCat("band set ", i, " at ", value, ": ", wrong);
    }
    return "";
  }

  static bool IsOnGrid(const ReachableRange& range, const Rational& value) {
    if (!range.grid.has_value()) return true;
    if (range.grid->sign() == 0) return value == range.low;
    return ((value - range.low) / *range.grid).is_integer();
  }

  static std::string CheckPlace(const ReachablePlace& promise, const Place& place) {
    if (place.state != Place::State::kInBand) return "";
    if (!promise.may_apply) return "the set was not to apply";
    if (std::find(promise.possible.begin(), promise.possible.end(), place.band) == promise.possible.end()) {
      return absl::StrCat("band ", place.band, " was not foreseen");
    }
    if (promise.decided != kNone && promise.decided != place.band) return "another band was decided";
    if (promise.decided_range != kNone && promise.decided_range != place.range) return "another range was decided";
    return "";
  }

  const Program& program_;
  const Possibility& promise_;
  std::vector<Reached> reached_;
};

std::string Describe(std::uint64_t seed, const v1::QuizDefinition& definition, const std::string& wrong,
                     const reference::Request& partial, const reference::Request& completion) {
  return absl::StrCat("seed ", seed, ": ", wrong, "\n", definition.DebugString(), "known:\n", ToText(partial),
                      "completion:\n", ToText(completion));
}

// What a form can become: all of it where that is little, else a sample.
struct Completions {
  std::vector<reference::Request> requests;
  bool all = false;
};

Completions CompletionsOf(generator::Random& random, const generator::GeneratedQuiz& quiz,
                          const reference::Request& partial) {
  Completions completions;
  const reference::Choices rest = reference::CompletionsOf(quiz.definition, quiz.choices, partial);
  completions.all = rest.Count() <= kAllCompletions;
  if (completions.all) {
    reference::ForEachRequest(
        rest, [&completions](const reference::Request& request) { completions.requests.push_back(request); });
  } else {
    for (int i = 0; i < kSampledCompletions; ++i) {
      completions.requests.push_back(generator::RandomCompletion(random, quiz.choices, partial));
    }
  }
  return completions;
}

// Of a form that nothing is known of, not even the context.
Completions AllRequests(generator::Random& random, const generator::GeneratedQuiz& quiz) {
  Completions completions;
  if (quiz.choices.Count() <= kAllCompletions) {
    // An earlier score takes more values than the few that are tried.
    completions.all = !quiz.reads_earlier_scores;
    reference::ForEachRequest(
        quiz.choices, [&completions](const reference::Request& request) { completions.requests.push_back(request); });
  } else {
    for (int i = 0; i < kSampledCompletions; ++i) {
      completions.requests.push_back(generator::RandomRequest(random, quiz.choices));
    }
  }
  return completions;
}

class PropertyPossibleTest : public testing::TestWithParam<int> {
 protected:
  // Makes quizzes that publish and calls `check` for each, until one fails.
  template <typename Check>
  void ForEachQuiz(Check check) {
    const int wanted = CasesToRun(kDefinitionsPerShard);
    int made = 0;
    for (int published = 0; published < wanted && made < 4 * wanted + 20 && !HasFailure(); ++made) {
      const std::uint64_t seed = SeedOf(100 + GetParam(), made);
      generator::Random random(seed);
      const generator::GeneratedQuiz quiz =
          generator::GenerateQuiz(random, random.Chance(75) ? generator::kSmallQuiz : generator::kUsualQuiz);
      const CompileResult compiled = CompileDefinition(quiz.definition);
      if (compiled.program == nullptr) continue;
      ++published;
      check(seed, random, quiz, *compiled.program);
    }
    RecordProperty("first_seed", std::to_string(SeedOf(100 + GetParam(), 0)));
    std::cout << "seeds from " << SeedOf(100 + GetParam(), 0) << ": " << made << " definitions made, " << completions_
              << " completions scored, " << enumerated_ << " promises checked by all completions, " << exact_ << " of "
              << scales_ << " ranges in them exact\n";
  }

  // Holds a promise against completions; exact ends have to be reached where they are all there are.
  void CheckPromise(std::uint64_t seed, const generator::GeneratedQuiz& quiz, const Program& program,
                    const Possibility& promise, const reference::Request& partial, const Completions& completions) {
    Judge judge(program, promise);
    Result result;
    for (const reference::Request& completion : completions.requests) {
      ++completions_;
      const std::optional<Input> input = InputOf(program, completion);
      ASSERT_TRUE(input.has_value()) << "seed " << seed;
      Score(program, *input, result);
      const std::string wrong = judge.Check(result);
      ASSERT_EQ(wrong, "") << Describe(seed, quiz.definition, wrong, partial, completion);
    }
    if (!completions.all) return;
    ++enumerated_;
    scales_ += static_cast<int>(program.scales.size());
    const std::string wrong = judge.CheckExact(exact_);
    ASSERT_EQ(wrong, "") << Describe(seed, quiz.definition, wrong, partial, {});
  }

  int completions_ = 0;
  int enumerated_ = 0;
  int exact_ = 0;
  int scales_ = 0;
};

TEST_P(PropertyPossibleTest, NoFormLeavesWhatIsPossibleForAll) {
  ForEachQuiz([this](std::uint64_t seed, generator::Random& random, const generator::GeneratedQuiz& quiz,
                     const Program& program) {
    CheckPromise(seed, quiz, program, PossibleForAll(program), {}, AllRequests(random, quiz));
  });
}

TEST_P(PropertyPossibleTest, NoCompletionLeavesWhatIsPossibleFromPartialAnswers) {
  ForEachQuiz([this](std::uint64_t seed, generator::Random& random, const generator::GeneratedQuiz& quiz,
                     const Program& program) {
    for (int i = 0; i < kPartialsPerDefinition && !HasFailure(); ++i) {
      const reference::Request partial = generator::RandomRequest(random, quiz.choices);
      const std::optional<Input> input = InputOf(program, partial);
      ASSERT_TRUE(input.has_value()) << "seed " << seed;
      CheckPromise(seed, quiz, program, PossibleFrom(program, *input), partial, CompletionsOf(random, quiz, partial));
    }
  });
}

// Efforts that suffice for nothing, for some of a definition, and for most.
constexpr std::int64_t kTooFewSteps[] = {0, 100, 500, 2'000, 5'000};

TEST_P(PropertyPossibleTest, TooLittleEffortMakesPromisesLateAndNeverWrong) {
  int cut_short = 0;
  ForEachQuiz([this, &cut_short](std::uint64_t seed, generator::Random& random, const generator::GeneratedQuiz& quiz,
                                 const Program& program) {
    for (const std::int64_t steps : kTooFewSteps) {
      const reference::Request partial = generator::RandomRequest(random, quiz.choices);
      const std::optional<Input> input = InputOf(program, partial);
      ASSERT_TRUE(input.has_value()) << "seed " << seed;
      AnalysisUse use;
      const Possibility promise = PossibleFrom(program, *input, {.steps = steps}, &use);
      if (use.cut_short) ++cut_short;
      CheckPromise(seed, quiz, program, promise, partial, CompletionsOf(random, quiz, partial));
    }
  });
  EXPECT_GT(cut_short, 0);
}

// A program that was proved with all effort has no fault, so with less there are only things that were not proved.
TEST_P(PropertyPossibleTest, TooLittleEffortFindsNoFaultThatIsNotThere) {
  int safe = 0;
  ForEachQuiz([this, &safe](std::uint64_t seed, generator::Random& random, const generator::GeneratedQuiz& quiz,
                            const Program& program) {
    for (const std::int64_t steps : kTooFewSteps) {
      FaultList faults;
      const Reachability reachability = CheckReachable(program, faults, {.steps = steps});
      for (const Fault& fault : faults.faults()) {
        if (fault.severity == Fault::Severity::kWarning) continue;
        EXPECT_NE(fault.message.find("steps of the analysis did not suffice"), std::string::npos)
            << "seed " << seed << ", " << steps << " steps: " << fault.path << ": " << fault.message;
      }
      if (!reachability.is_safe) continue;
      ++safe;
      CheckPromise(seed, quiz, program, reachability.for_all, {}, AllRequests(random, quiz));
    }
  });
  EXPECT_GT(safe, 0);
}

// Whether a scale is a plain aggregate over items that are always shown, so that nothing hangs on anything else. With
// weights or filled members some ends are bounds only: publishing does not try every set of absent members.
bool IsPlain(const v1::QuizDefinition& definition, const v1::Scale& scale) {
  const v1::Aggregate& aggregate = scale.aggregate();
  const bool filled = aggregate.missing().fill() > v1::MissingPolicy::FILL_LEAVE_OUT;
  if (!scale.has_aggregate() || aggregate.op() == v1::Aggregate::OP_COUNT) return false;
  if (filled || !aggregate.weights().empty()) return false;
  return std::all_of(aggregate.of().begin(), aggregate.of().end(), [&definition](const std::string& id) {
    return std::any_of(definition.items().begin(), definition.items().end(),
                       [&id](const v1::Item& item) { return item.id() == id && item.show_when().empty(); });
  });
}

TEST_P(PropertyPossibleTest, RangesOfPlainAggregatesAreExact) {
  int plain = 0;
  ForEachQuiz(
      [&plain](std::uint64_t seed, generator::Random&, const generator::GeneratedQuiz& quiz, const Program& program) {
        if (quiz.definition.has_gate()) return;
        const Possibility promise = PossibleForAll(program);
        for (std::size_t i = 0; i < promise.scales.size(); ++i) {
          const v1::Scale& scale = quiz.definition.scales(static_cast<int>(i));
          if (!IsPlain(quiz.definition, scale)) continue;
          ++plain;
          EXPECT_TRUE(promise.scales[i].range.exact) << "seed " << seed << "\n"
                                                     << scale.DebugString() << quiz.definition.DebugString();
        }
      });
  EXPECT_GT(plain, 0);
}

INSTANTIATE_TEST_SUITE_P(Shards, PropertyPossibleTest, testing::Range(0, kShards));

}  // namespace
}  // namespace ladder::quiz
