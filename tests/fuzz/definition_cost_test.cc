// Damaged and costly definitions cost no more than the limits say.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/fuzz/mutation.h"
#include "tests/fuzz/try_definition.h"
#include "tests/quiz/costly_quizzes.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::quiz {
namespace {

constexpr int kDamagedCostly = 4;

TEST(DefinitionCostTest, CostlyDefinitionsCostNoMoreThanTheirBytes) {
  Random random(6);
  const std::vector<v1::QuizDefinition> costly = {ManyNamedValues(100, 100, 100),
                                                  SumOfProducts(40),
                                                  NestedProducts(10),
                                                  UnknownMembers(5'000, 0),
                                                  SlowPartial(3, 100),
                                                  EarlierScoreOfProducts(5),
                                                  ManyRows(3, 500),
                                                  ManyMembers(10, 100),
                                                  AlertsForEach(3, 50, 20),
                                                  ConditionalChains(10, 20),
                                                  ManyRangeCodes(3, 100),
                                                  LongForm(50, 20, 500),
                                                  ManyExamples(5, 20, 5),
                                                  WeightedMeans(10, 12)};
  for (std::size_t i = 0; i < costly.size(); ++i) {
    SCOPED_TRACE(absl::StrCat("costly quiz ", i));
    TryDefinition(costly[i], random);
    for (int j = 0; j < kDamagedCostly; ++j) {
      v1::QuizDefinition definition = costly[i];
      MutateDefinition(definition, random);
      TryDefinition(definition, random);
    }
  }
}

}  // namespace
}  // namespace ladder::quiz
