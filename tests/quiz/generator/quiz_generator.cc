#include "tests/quiz/generator/quiz_generator.h"

#include <set>
#include <string>
#include <utility>

#include "tests/quiz/generator/draft.h"

namespace ladder::quiz::generator {
namespace {

// On so many random requests a generator looks at what values a scale takes.
constexpr int kPoolSize = 16;

void MakeHead(v1::QuizDefinition& definition) {
  definition.set_id("generated");
  SetText("Generated", *definition.mutable_title());
  definition.set_default_locale("en");
  definition.mutable_provenance()->set_source("Made by a random generator");
  definition.mutable_provenance()->set_licence("None needed");
  definition.mutable_provenance()->set_who_may_use("Anyone");
}

int PercentLeftOut(Random& random) {
  static constexpr int kPercents[] = {0, 0, 0, 10, 10, 40, 90};
  return kPercents[random.Below(7)];
}

template <typename Message>
void ShuffleOrder(Random& random, google::protobuf::RepeatedPtrField<Message>& list) {
  for (int i = list.size(); i > 1; --i) list.SwapElements(i - 1, random.Below(i));
}

}  // namespace

GeneratedQuiz GenerateQuiz(Random& random, const Size& size) {
  Draft draft{random, size, {}, {}, {}, {}, {}, {}};
  MakeHead(draft.definition);
  MakeOptionSets(draft);
  MakeItems(draft);
  MakeContext(draft);
  MakeVisibility(draft);
  MakeTables(draft);
  MakeGate(draft);
  const reference::Choices first = reference::ValidChoices(draft.definition, {});
  for (int i = 0; i < kPoolSize; ++i) draft.pool.push_back(RandomRequest(random, first));
  const int scales = random.Between(1, size.scales);
  for (int i = 0; i < scales; ++i) {
    MakeScale(draft);
    if (random.Chance(20)) MakeDecision(draft);
    if (size.context > 1 && random.Chance(5)) MakeEarlierScore(draft);
  }
  MakeRequirements(draft);
  MakeAlerts(draft);
  MakeGuidance(draft);
  MakeNorms(draft);
  MakeLadder(draft);
  if (random.Chance(30)) {
    ShuffleOrder(random, *draft.definition.mutable_scales());
    ShuffleOrder(random, *draft.definition.mutable_decisions());
  }
  MakeExamples(draft);
  GeneratedQuiz quiz;
  quiz.choices = reference::ValidChoices(draft.definition, draft.earlier);
  quiz.reads_earlier_scores = !draft.earlier.empty();
  quiz.definition = std::move(draft.definition);
  return quiz;
}

reference::Request RandomRequest(Random& random, const reference::Choices& choices) {
  reference::Request nothing;
  const int left_out = PercentLeftOut(random);
  for (const auto& [id, values] : choices.context) {
    if (values.size() < 2 || random.Chance(left_out)) continue;
    nothing.context[id] = *values[random.Between(1, static_cast<int>(values.size()) - 1)];
  }
  return RandomCompletion(random, choices, nothing);
}

reference::Request RandomCompletion(Random& random, const reference::Choices& choices,
                                    const reference::Request& partial) {
  reference::Request request = partial;
  std::set<std::string> answered;
  for (const v1::Answer& answer : partial.answers) answered.insert(answer.item());
  const int left_out = PercentLeftOut(random);
  for (const auto& answers : choices.items) {
    if (answers.size() < 2 || answered.count(answers[1]->item()) != 0 || random.Chance(left_out)) continue;
    *request.answers.Add() = *answers[random.Between(1, static_cast<int>(answers.size()) - 1)];
  }
  return request;
}

}  // namespace ladder::quiz::generator
