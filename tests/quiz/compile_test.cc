#include "libs/quiz/compile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/limits.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::quiz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> PathsOf(const std::vector<Fault>& faults) {
  std::vector<std::string> paths;
  paths.reserve(faults.size());
  for (const Fault& fault : faults) paths.push_back(fault.path);
  return paths;
}

std::shared_ptr<const Program> Compiled() {
  std::shared_ptr<const Program> program = CompileDefinition(ParseQuiz(SoundQuiz())).program;
  EXPECT_NE(program, nullptr);
  return program;
}

TEST(CompileTest, ASoundQuizHasAProgramAndNoFault) {
  const CompileResult compiled = CompileDefinition(ParseQuiz(SoundQuiz()));
  EXPECT_NE(compiled.program, nullptr);
  EXPECT_THAT(compiled.faults, IsEmpty());
}

TEST(CompileTest, AFaultyQuizHasNoProgram) {
  EXPECT_EQ(CompileDefinition(SoundQuizWith("smokes > 0", "smokes >")).program, nullptr);
  EXPECT_EQ(CompilePublished(SoundQuizWith("smokes > 0", "smokes >")).program, nullptr);
}

TEST(CompileTest, AllFaultsComeAtOnceInTheOrderOfTheDefinition) {
  v1::QuizDefinition definition = SoundQuizWith("it >= 2", "itt >= 2 || nothing");
  definition.mutable_provenance()->clear_licence();
  definition.mutable_items(0)->set_single_choice("stepps");
  definition.mutable_items(4)->clear_text();
  definition.mutable_alerts(0)->set_when("sex == 'femal'");
  definition.clear_examples();
  EXPECT_THAT(
      PathsOf(ErrorsOf(definition)),
      ElementsAre("provenance.licence", "items[0].single_choice", "items[4].text", "scales[1].aggregate.where:1",
                  "scales[1].aggregate.where:13", "alerts[0].when:8", "examples"));
}

TEST(CompileTest, AThousandFaultsAreListedAndTheRestCounted) {
  v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
  for (int i = 0; i < 1500; ++i) definition.mutable_scales(0)->mutable_aggregate()->add_of("nothing");
  const std::vector<Fault> errors = ErrorsOf(definition);
  ASSERT_THAT(errors, SizeIs(kMaxFaults + 1));
  EXPECT_THAT(errors.back().message, HasSubstr("and 500 more faults"));
}

TEST(CompileTest, ADefinitionPastTheSizeLimitIsRefusedUnread) {
  v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
  (*definition.mutable_title()->mutable_by_locale())["en"] = std::string(kMaxDefinitionBytes, 'x');
  const std::vector<Fault> errors = ErrorsOf(definition);
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_THAT(errors[0].message, HasSubstr("at most 921600 are taken"));
}

TEST(CompileTest, ListsEndAtTheirLimitAndNotBefore) {
  v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
  const v1::Item item = definition.items(0);
  while (definition.items_size() < kMaxItems) {
    v1::Item& added = *definition.add_items();
    added = item;
    added.set_id(absl::StrCat("i", definition.items_size()));
    added.set_optional(true);
  }
  EXPECT_THAT(ErrorsOf(definition), IsEmpty());
  definition.add_items()->CopyFrom(item);
  definition.mutable_items(kMaxItems)->set_id("last");
  EXPECT_THAT(PathsOf(ErrorsOf(definition)), ElementsAre("items"));
}

TEST(CompileTest, NamesLeadToTheirEntries) {
  const auto program = Compiled();
  EXPECT_EQ(program->names.at("packs"), (Name{Name::Kind::kItem, 3}));
  EXPECT_EQ(program->names.at("converted"), (Name{Name::Kind::kScale, 3}));
  EXPECT_EQ(program->names.at("verdict"), (Name{Name::Kind::kDecision, 0}));
  EXPECT_EQ(program->names.at("each"), (Name{Name::Kind::kAlert, 1}));
  EXPECT_EQ(program->names.at("sex"), (Name{Name::Kind::kContext, 0}));
  EXPECT_EQ(program->names.at("metric"), (Name{Name::Kind::kTable, 0}));
}

TEST(CompileTest, AReversedItemHasItsOwnTurnedOptionsAndNamedValuesStay) {
  const auto program = Compiled();
  EXPECT_EQ(program->items[0].options[0].value, Rational(0));
  EXPECT_EQ(program->items[1].options[0].value, Rational(3));
  EXPECT_EQ(program->items[1].options[1].value, Rational(0));
  EXPECT_EQ(program->items[1].options[2].value, std::nullopt);
  EXPECT_THAT(program->value_names, ElementsAre("alt"));
  EXPECT_EQ(program->items[1].options[0].named[0].value, Rational(5));
}

TEST(CompileTest, ReversedNumbersAndSumsKnowWhatTheyAreTakenFrom) {
  EXPECT_EQ(CompilePublished(SoundQuizWith(R"(hidden_value: "0")", "reverse: true")).program->items[3].reverse_sum,
            Rational(10));
  const auto program = CompilePublished(SoundQuizWith(R"(multiple_choice { option_set: "devices" })",
                                                      R"(multiple_choice { option_set: "steps" sum_values: true }
                                                         reverse: true)"))
                           .program;
  EXPECT_EQ(program->items[4].reverse_sum, Rational(3));
}

TEST(CompileTest, WhatReadsComesAfterWhatItReads) {
  v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
  definition.mutable_scales(0)->mutable_aggregate()->add_of("base");
  v1::Scale& base = *definition.add_scales();
  base.set_id("base");
  base.set_formula("sleep + 1");
  const auto program = CompilePublished(definition).program;
  ASSERT_NE(program, nullptr);
  std::vector<std::string> order;
  for (const Step& step : program->evaluation_order) {
    order.push_back(step.kind == Name::Kind::kScale ? program->scales[step.index].id
                                                    : program->decisions[step.index].id);
  }
  EXPECT_THAT(order, ElementsAre("base", "total", "count", "average", "converted", "most", "verdict"));
}

TEST(CompileTest, AnItemsVisibilityIsDecidedAfterThatOfTheItemsItReads) {
  const auto program = CompilePublished(SoundQuizWith(R"(single_choice: "steps"
    reverse: true)",
                                                      R"(single_choice: "steps" show_when: "packs > 1")"))
                           .program;
  ASSERT_NE(program, nullptr);
  EXPECT_THAT(program->visibility_order, ElementsAre(0, 2, 3, 1, 4, 5));
}

TEST(CompileTest, EveryCodeIsInternedOnce) {
  const auto program = Compiled();
  std::vector<std::string> codes = program->codes;
  std::sort(codes.begin(), codes.end());
  EXPECT_EQ(std::adjacent_find(codes.begin(), codes.end()), codes.end());
  EXPECT_EQ(program->codes[program->undecided_code], "UNDECIDED");
  EXPECT_EQ(program->codes[program->scales[0].band_sets[0].bands[1].id], "high");
  EXPECT_EQ(program->codes[program->decisions[0].otherwise], "none");
}

TEST(CompileTest, AnExpressionIsATreeWhoseChildrenStandFirst) {
  const auto program = Compiled();
  const Expression& rule = program->expressions[program->decisions[0].rules[0].when];
  EXPECT_EQ(rule.path, "decisions[0].rules[0].when");
  ASSERT_THAT(rule.nodes, SizeIs(3));
  EXPECT_EQ(rule.root().op, Op::kGreaterOrEqual);
  EXPECT_EQ(rule.root().type, Type::kBoolean);
  EXPECT_EQ(rule.nodes[rule.root().args[0]].op, Op::kScale);
  EXPECT_EQ(rule.nodes[rule.root().args[1]].column, 10);
  EXPECT_EQ(program->numbers[rule.nodes[rule.root().args[1]].index], Rational(4));
}

TEST(CompileTest, TheGateWithoutAListAsksForEveryItem) {
  const auto program = CompilePublished(SoundQuizWith(R"(of: "sleep"
    of: "smokes")",
                                                      ""))
                           .program;
  ASSERT_NE(program, nullptr);
  EXPECT_TRUE(program->gate->every_shown_item);
  EXPECT_THAT(program->gate->members, SizeIs(6));
}

TEST(CompilePublishedTest, LeavesTextsAndExamplesOut) {
  v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
  definition.clear_examples();
  definition.mutable_items(0)->clear_text();
  EXPECT_NE(CompilePublished(definition).program, nullptr);
  EXPECT_EQ(CompileDefinition(definition).program, nullptr);
}

TEST(CompileTest, EveryKindOfFaultIsToldInOneGo) {
  v1::QuizDefinition definition = SoundQuizWith("lookup('metric', total)", "total / count");
  definition.mutable_provenance()->clear_licence();
  definition.mutable_items(0)->mutable_text()->mutable_by_locale()->clear();
  definition.mutable_examples(0)->clear_id();
  std::vector<std::string> paths;
  for (const Fault& fault : ErrorsOf(definition)) paths.push_back(fault.path);
  EXPECT_THAT(
      paths, ::testing::IsSupersetOf({"provenance.licence", "items[0].text", "scales[3].formula:1", "examples[0].id"}));
}

TEST(CompileTest, ExamplesRunWhereverScoringIsSafe) {
  v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
  definition.mutable_provenance()->clear_licence();
  (*definition.mutable_examples(0)->mutable_scores())["total"] = "1000";
  std::vector<std::string> paths;
  for (const Fault& fault : ErrorsOf(definition)) paths.push_back(fault.path);
  EXPECT_THAT(paths, ElementsAre("provenance.licence", "examples[0].scores[\"total\"]"));
}

TEST(CompileTest, ACircleIsToldBesideANameThatIsUnknown) {
  v1::QuizDefinition definition = SoundQuizWith("lookup('metric', total)", "converted + nothing");
  v1::Scale& a = *definition.add_scales();
  a.set_id("first");
  a.set_formula("second");
  v1::Scale& b = *definition.add_scales();
  b.set_id("second");
  b.set_formula("first");
  std::vector<std::string> messages;
  for (const Fault& fault : ErrorsOf(definition)) messages.push_back(fault.message);
  EXPECT_THAT(messages, ::testing::Contains(::testing::HasSubstr("goes in a circle: first -> second -> first")));
  EXPECT_THAT(messages, ::testing::Contains(::testing::HasSubstr("'nothing'")));
}

TEST(WarningsTest, AHiddenValueThatIsNeverUsedIsWorthALook) {
  EXPECT_THAT(PathsOf(WarningsOf(SoundQuizWith(R"(show_when: "smokes > 0")", "optional: true"))),
              ElementsAre("items[3].hidden_value"));
}

}  // namespace
}  // namespace ladder::quiz
