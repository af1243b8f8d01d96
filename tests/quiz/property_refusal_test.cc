// What publishing refuses because it can never be never is: an analysis that is too narrow would refuse sound quizzes.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/quiz/compile.h"
#include "tests/quiz/generator/quiz_generator.h"
#include "tests/quiz/property_support.h"
#include "tests/quiz/reference/reference_scorer.h"

namespace ladder::quiz {
namespace {

constexpr int kDefinitions = 1500;
constexpr int kRequestsPerDefinition = 100;

// "scales[2].band_sets[0].when" as ("scales", 2), ("band_sets", 0), ("when", -1).
std::vector<std::pair<std::string, int>> ReadPath(const std::string& path) {
  std::vector<std::pair<std::string, int>> steps;
  for (const std::string& step : std::vector<std::string>(absl::StrSplit(path, '.'))) {
    const std::size_t bracket = step.find('[');
    const bool indexed = bracket != std::string::npos;
    steps.emplace_back(step.substr(0, bracket), indexed ? std::atoi(step.c_str() + bracket + 1) : -1);
  }
  return steps;
}

// Whether an outcome has what a fault says can never be, for a fault of a scale.
bool RefutesForScale(const v1::Scale& scale, const std::vector<std::pair<std::string, int>>& path,
                     const reference::ScaleOutcome& outcome) {
  if (path.size() == 1) return !outcome.value.empty();
  if (path[1].first != "band_sets") return false;
  const reference::PlaceOutcome& place = outcome.places[path[1].second];
  if (place.state != "IN_BAND" || path.size() < 3 || path[2].first != "bands") return place.state == "IN_BAND";
  const v1::Band& band = scale.band_sets(path[1].second).bands(path[2].second);
  if (place.band != band.id()) return false;
  return path.size() < 4 || place.range == band.ranges(path[3].second).id();
}

bool Refutes(const v1::QuizDefinition& definition, const Fault& fault, const reference::Outcome& outcome) {
  const std::vector<std::pair<std::string, int>> path = ReadPath(fault.path);
  const auto& [list, index] = path[0];
  if (list == "items") return outcome.items[index] != "HIDDEN" && outcome.items[index] != "UNDECIDED";
  if (list == "scales") return RefutesForScale(definition.scales(index), path, outcome.scales[index]);
  if (list == "guidance") return outcome.guidance == definition.guidance(index).id();
  if (list == "decisions" && path.size() > 1 && path[1].first == "rules") {
    return outcome.decisions[index] == definition.decisions(index).rules(path[1].second).outcome();
  }
  if (list != "alerts") return false;
  const std::string& id = definition.alerts(index).id();
  return std::any_of(outcome.alerts.begin(), outcome.alerts.end(), [&id](const std::string& judgement) {
    return judgement.substr(0, judgement.find_first_of(" /")) == id && absl::EndsWith(judgement, " RAISED");
  });
}

bool RefusesWhatCanNeverBe(const Fault& fault) {
  if (fault.severity != Fault::Severity::kError) return false;
  return absl::StrContains(fault.message, "can never be ") || absl::StrContains(fault.message, "can never apply");
}

TEST(PropertyRefusalTest, WhatIsRefusedBecauseItCanNeverBeNeverIs) {
  const int made = CasesToRun(kDefinitions);
  int claims = 0;
  for (int i = 0; i < made && !testing::Test::HasFailure(); ++i) {
    const std::uint64_t seed = SeedOf(200, i);
    generator::Random random(seed);
    const generator::GeneratedQuiz quiz =
        generator::GenerateQuiz(random, random.Chance(50) ? generator::kSmallQuiz : generator::kUsualQuiz);
    std::vector<Fault> never = CompileDefinition(quiz.definition).faults;
    never.erase(
        std::remove_if(never.begin(), never.end(), [](const Fault& fault) { return !RefusesWhatCanNeverBe(fault); }),
        never.end());
    claims += static_cast<int>(never.size());
    const reference::ReferenceScorer reference(quiz.definition);
    for (int r = 0; r < kRequestsPerDefinition && !never.empty() && !testing::Test::HasFailure(); ++r) {
      const reference::Request request = generator::RandomRequest(random, quiz.choices);
      const reference::Outcome outcome = reference.Score(request.answers, request.context);
      for (const Fault& fault : never) {
        EXPECT_FALSE(Refutes(quiz.definition, fault, outcome))
            << "seed " << seed << "\n"
            << ToText({fault}) << quiz.definition.DebugString() << ToText(request) << reference::ToText(outcome);
      }
    }
  }
  std::cout << "seeds from " << SeedOf(200, 0) << ": " << claims << " claims that something can never be\n";
  EXPECT_GT(claims, 0);
}

}  // namespace
}  // namespace ladder::quiz
