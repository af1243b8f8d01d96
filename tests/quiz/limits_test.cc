// Goal: what a definition costs follows from its bytes. Every product has a limit, which is counted before memory or
// time is spent and refuses with the path where it is passed.

#include "libs/quiz/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/compile/compilation.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"
#include "tests/quiz/costly_quizzes.h"

namespace ladder::quiz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<Fault> LimitFaultsOf(const CompileResult& compiled) {
  std::vector<Fault> limits;
  for (const Fault& fault : compiled.faults) {
    if (fault.is_limit) limits.push_back(fault);
  }
  return limits;
}

std::vector<Fault> ErrorsOf(const CompileResult& compiled) {
  std::vector<Fault> errors;
  for (const Fault& fault : compiled.faults) {
    if (fault.severity == Fault::Severity::kError) errors.push_back(fault);
  }
  return errors;
}

TEST(CompiledFormTest, OptionsAndNamedValuesAreHeldAsOftenAsTheyAreWritten) {
  const v1::QuizDefinition definition = ManyNamedValues(/*items=*/300, /*options=*/150, /*names=*/150);
  const std::shared_ptr<const Program> program = CompilePublished(definition).program;
  ASSERT_NE(program, nullptr);
  std::size_t named = 0;
  for (const Option& option : program->items[0].options) named += option.named.size();
  EXPECT_EQ(named, 150);
  EXPECT_LT(program->approximate_bytes, 100 * definition.ByteSizeLong());
}

TEST(CompiledFormTest, AnOptionSetHasOneListAndOneMoreForTheItemsThatTurnIt) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddChoiceItems(/*count=*/10, /*options=*/4, definition);
  for (int i = 0; i < 10; i += 2) definition.mutable_items(i)->set_reverse(true);
  const std::shared_ptr<const Program> program = CompilePublished(definition).program;
  ASSERT_NE(program, nullptr);
  std::set<const void*> lists;
  for (const Item& item : program->items) lists.insert(item.options.identity());
  EXPECT_THAT(lists, SizeIs(2));
  EXPECT_EQ(program->items[0].options[0].value, Rational(3));
  EXPECT_EQ(program->items[1].options[0].value, Rational(0));
}

TEST(CompiledFormTest, AProgramKeepsNeitherExamplesNorTheTextOfRows) {
  v1::QuizDefinition definition = ManyRows(/*tables=*/2, /*rows=*/10);
  AddEmptyExample(definition);
  const std::shared_ptr<const Program> program = CompileDefinition(definition).program;
  ASSERT_NE(program, nullptr);
  EXPECT_THAT(program->definition.examples(), IsEmpty());
  EXPECT_THAT(program->definition.tables(0).rows(), IsEmpty());
  EXPECT_THAT(program->tables[0].rows, SizeIs(10));
}

// Options in sets of the size that one may have.
v1::QuizDefinition ManyOptions(int options) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(1, 3, definition);
  for (int i = 0; i < options; ++i) {
    if (i % kMaxOptionsPerSet == 0) definition.add_option_sets()->set_id(absl::StrCat("s", i));
    v1::Option& option = *definition.mutable_option_sets(definition.option_sets_size() - 1)->add_options();
    option.set_id(absl::StrCat("o", i));
  }
  return definition;
}

v1::QuizDefinition ManyBands(int bands) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(1, 3, definition);
  for (int i = 0; i < bands; ++i) {
    if (i % kMaxBandsPerSet == 0) {
      if (definition.scales().empty() ||
          definition.scales(definition.scales_size() - 1).band_sets_size() == kMaxBandSetsPerScale) {
        definition.add_scales()->set_id(absl::StrCat("s", i));
        definition.mutable_scales(definition.scales_size() - 1)->set_formula("q0");
      }
      definition.mutable_scales(definition.scales_size() - 1)->add_band_sets()->set_id(absl::StrCat("b", i));
    }
    v1::Scale& scale = *definition.mutable_scales(definition.scales_size() - 1);
    v1::Band& band = *scale.mutable_band_sets(scale.band_sets_size() - 1)->add_bands();
    band.set_id(absl::StrCat("b", i));
    if (i % kMaxBandsPerSet > 0) band.set_from(absl::StrCat(i % kMaxBandsPerSet));
  }
  return definition;
}

v1::QuizDefinition ManyBandSets(int sets) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(1, 3, definition);
  for (int i = 0; i < sets; ++i) {
    if (i % kMaxBandSetsPerScale == 0) {
      v1::Scale& scale = *definition.add_scales();
      scale.set_id(absl::StrCat("s", i));
      scale.set_formula("q0");
    }
    v1::BandSet& set = *definition.mutable_scales(definition.scales_size() - 1)->add_band_sets();
    set.set_id(absl::StrCat("b", i));
    set.add_bands()->set_id("only");
  }
  return definition;
}

v1::QuizDefinition ManyRules(int rules) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(1, 3, definition);
  for (int i = 0; i < rules; ++i) {
    if (i % kMaxRulesPerDecision == 0) {
      v1::Decision& decision = *definition.add_decisions();
      decision.set_id(absl::StrCat("d", i));
      decision.set_otherwise("other");
    }
    v1::Rule& rule = *definition.mutable_decisions(definition.decisions_size() - 1)->add_rules();
    rule.set_when("true");
    rule.set_outcome("x");
  }
  return definition;
}

v1::QuizDefinition ManyRowsOf(int rows) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(1, 3, definition);
  for (int i = 0; i < rows; ++i) {
    const int row = i % kMaxRowsPerTable;
    if (row == 0) definition.add_tables()->set_id(absl::StrCat("t", i));
    v1::Row& added = *definition.mutable_tables(definition.tables_size() - 1)->add_rows();
    added.set_from(absl::StrCat(row));
    added.set_value("1");
  }
  return definition;
}

// A sum of `terms` numbers in as many scales as it takes: each has two nodes fewer than twice its terms.
v1::QuizDefinition ManyNodes(int scales, int terms) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(1, 3, definition);
  std::string sum = "1";
  for (int i = 1; i < terms; ++i) absl::StrAppend(&sum, "+1");
  for (int i = 0; i < scales; ++i) {
    v1::Scale& scale = *definition.add_scales();
    scale.set_id(absl::StrCat("s", i));
    scale.set_formula(sum);
  }
  return definition;
}

v1::QuizDefinition ManyJudgements(int items) {
  v1::QuizDefinition definition = AlertsForEach(/*alerts=*/0, /*items=*/500, /*terms=*/0);
  for (int i = 0; i < items; ++i) {
    if (i % 500 == 0) {
      v1::Alert& alert = *definition.add_alerts();
      alert.set_id(absl::StrCat("a", i));
      alert.set_when("it > 3");
    }
    definition.mutable_alerts(definition.alerts_size() - 1)->add_for_each(absl::StrCat("q", i % 500));
  }
  return definition;
}

// Alerts that each read out a text for each of 100 items.
v1::QuizDefinition LoudAlerts(int alerts, int bytes) {
  v1::QuizDefinition definition = AlertsForEach(alerts, /*items=*/100, /*terms=*/1);
  for (v1::Alert& alert : *definition.mutable_alerts()) {
    *alert.mutable_professional_text() = EnglishText(std::string(static_cast<std::size_t>(bytes), 'x'));
  }
  return definition;
}

struct LimitCase {
  std::string name;
  std::function<v1::QuizDefinition(bool past)> make;  // At the limit, or one past it.
  std::string path;                                   // Where it is passed.
  std::string message;
};

void PrintTo(const LimitCase& limit, std::ostream* out) { *out << limit.name; }

class LimitTest : public ::testing::TestWithParam<LimitCase> {};

TEST_P(LimitTest, IsTheMostThatIsTakenAndOneMoreIsRefusedByItsPath) {
  EXPECT_THAT(LimitFaultsOf(CompilePublished(GetParam().make(false))), IsEmpty());
  const v1::QuizDefinition past = GetParam().make(true);
  for (const CompileResult& compiled : {CompilePublished(past), CompileDefinition(past)}) {
    EXPECT_EQ(compiled.program, nullptr);
    EXPECT_TRUE(compiled.passes_limit);
    const std::vector<Fault> limits = LimitFaultsOf(compiled);
    ASSERT_THAT(limits, SizeIs(1));
    EXPECT_EQ(limits[0].path, GetParam().path);
    EXPECT_THAT(limits[0].message, HasSubstr(GetParam().message));
    EXPECT_EQ(compiled.analysis_steps, 0);
    EXPECT_THAT(WhyPastLimits(compiled), HasSubstr(GetParam().path));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Limits, LimitTest,
    ::testing::Values(LimitCase{"Options", [](bool past) { return ManyOptions(kMaxOptions + past); },
                                "option_sets[100].options", "options of all option sets"},
                      LimitCase{"NamedValues",
                                [](bool past) { return ManyNamedValues(1, 200, kMaxNamedValues + past); },
                                "option_sets[0].options", "named values of all options"},
                      LimitCase{"Rows", [](bool past) { return ManyRowsOf(kMaxTableRows + past); }, "tables[5].rows",
                                "rows of all tables"},
                      LimitCase{"BandSets", [](bool past) { return ManyBandSets(kMaxBandSets + past); },
                                "scales[40].band_sets", "band sets of all scales"},
                      LimitCase{"Bands", [](bool past) { return ManyBands(kMaxBands + past); },
                                "scales[4].band_sets[0].bands", "bands and ranges"},
                      LimitCase{"Members",
                                [](bool past) {
                                  v1::QuizDefinition definition = ManyMembers(20, 500);
                                  if (past) definition.mutable_gate()->add_of("q0");
                                  return definition;
                                },
                                "scales[19].aggregate.of", "members of all aggregates and the gate"},
                      LimitCase{"Rules", [](bool past) { return ManyRules(kMaxRules + past); }, "decisions[50].rules",
                                "rules of all decisions"},
                      LimitCase{"Judgements", [](bool past) { return ManyJudgements(kMaxAlertJudgements + past); },
                                "alerts[20].for_each", "items in for_each"},
                      LimitCase{"Nodes", [](bool past) { return ManyNodes(past ? 201 : 190, 125); },
                                "scales[200].formula", "names, numbers and operators"},
                      LimitCase{"ScoringSteps", [](bool past) { return AlertsForEach(past ? 9 : 8, 100, 8); },
                                "alerts[8]", "one scoring takes more than"},
                      LimitCase{"FormBytes", [](bool past) { return LongForm(past ? 101 : 99, 10, 1'024); },
                                "items[100]", "the form may have more than"},
                      LimitCase{"ResultBytes", [](bool past) { return LoudAlerts(past ? 6 : 4, 1'000); }, "alerts[5]",
                                "a result may have more than"}),
    [](const auto& test) { return test.param.name; });

TEST(LimitsTest, AllExamplesTogetherAreBounded) {
  const CompileResult fits = CompileDefinition(ManyExamples(/*scales=*/10, /*terms=*/100, /*examples=*/50));
  EXPECT_THAT(ErrorsOf(fits), IsEmpty());
  const v1::QuizDefinition many = ManyExamples(/*scales=*/20, /*terms=*/200, /*examples=*/400);
  const CompileResult refused = CompileDefinition(many);
  const std::int64_t fit = kMaxExampleSteps / CompilePublished(many).program->scoring_steps;
  ASSERT_THAT(LimitFaultsOf(refused), SizeIs(1));
  EXPECT_EQ(LimitFaultsOf(refused)[0].path, absl::StrCat("examples[", fit, "]"));
}

TEST(LimitsTest, NothingElseIsLookedAtWhereAListIsTooLong) {
  for (const v1::QuizDefinition& definition : {EmptyOptions(200'000), UnknownMembers(1'000, 30'000)}) {
    EXPECT_THAT(ErrorsOf(CompileDefinition(definition)), ::testing::Each(::testing::Field(&Fault::is_limit, true)));
  }
}

TEST(LimitsTest, ADefinitionOf25000RowsIsPublishedWithinATenthOfTheAnalysis) {
  v1::QuizDefinition definition = ManyRows(/*tables=*/5, /*rows=*/5'000);
  definition.mutable_provenance()->set_deviations(std::string(110'000, 'x'));
  AddEmptyExample(definition);
  ASSERT_GE(definition.ByteSizeLong(), std::size_t{680} * 1024);
  const CompileResult compiled = CompileDefinition(definition);
  ASSERT_NE(compiled.program, nullptr);
  EXPECT_LT(compiled.analysis_steps, kMaxAnalysisSteps / 10);
  EXPECT_LT(compiled.program->approximate_bytes, std::size_t{16} << 20);
}

TEST(FaultListTest, ListsAThousandErrorsAndAsManyWarningsAndCountsTheOthers) {
  FaultList faults;
  for (int i = 0; i < 1500; ++i) faults.Warning("w", "warning");
  for (int i = 0; i < 2500; ++i) faults.Error("e", "error");
  EXPECT_THAT(faults.faults(), SizeIs(2 * kMaxFaults));
  EXPECT_EQ(faults.errors(), 2500);
  EXPECT_EQ(faults.warnings(), 1500);
  EXPECT_TRUE(faults.is_full());
}

TEST(FaultListTest, LongMessagesAreCutOffBetweenCharacters) {
  FaultList faults;
  std::string message(kMaxFaultBytes - 1, 'x');
  for (int i = 0; i < 1000; ++i) message += "\u20ac";
  faults.Error(message, message);
  EXPECT_EQ(faults.faults()[0].message, std::string(kMaxFaultBytes - 1, 'x') + "...");
  EXPECT_EQ(faults.faults()[0].path, faults.faults()[0].message);
}

TEST(FaultListTest, WarningsHoweverManyRefuseNothing) {
  v1::QuizDefinition definition = ManyBands(2'000);
  for (v1::Scale& scale : *definition.mutable_scales()) {
    *scale.mutable_title() = EnglishText("S");
    for (v1::BandSet& set : *scale.mutable_band_sets()) {
      for (v1::Band& band : *set.mutable_bands()) *band.mutable_title() = EnglishText("B");
    }
  }
  definition.mutable_items(0)->mutable_number()->set_max("100");
  AddEmptyExample(definition);
  const CompileResult compiled = CompileDefinition(definition);
  EXPECT_NE(compiled.program, nullptr);
  EXPECT_THAT(ErrorsOf(compiled), IsEmpty());
  ASSERT_THAT(compiled.faults, SizeIs(kMaxFaults + 1));  // No example reaches any of the bands.
  EXPECT_EQ(compiled.faults.back().severity, Fault::Severity::kWarning);
}

TEST(SuggestionTest, CandidatesAreAskedForOnlyWhileSuggestionsAreLeft) {
  const v1::QuizDefinition definition = EmptyQuiz();
  Compilation compilation(definition, {});
  int asked = 0;
  for (int i = 0; i < 60'000; ++i) {
    compilation.Suggest("totla", [&asked] {
      ++asked;
      return std::vector<absl::string_view>{"total"};
    });
  }
  EXPECT_EQ(asked, kMaxSuggestions);
}

TEST(SuggestionTest, NoMoreCandidatesAreLookedAtThanTheLimitSays) {
  const v1::QuizDefinition definition = EmptyQuiz();
  Compilation compilation(definition, {});
  const std::vector<absl::string_view> candidates(kMaxCandidates / 2, "total");
  EXPECT_THAT(compilation.Suggest("totla", candidates), HasSubstr("did you mean 'total'"));
  EXPECT_THAT(compilation.Suggest("totla", candidates), HasSubstr("did you mean 'total'"));
  EXPECT_EQ(compilation.Suggest("totla", candidates), "");
}

TEST(PathTest, AKeyThatIsNoIdIsCutOff) {
  EXPECT_EQ(AtKey("weights", "q1"), "weights[\"q1\"]");
  EXPECT_LT(AtKey("weights", std::string(400'000, 'k')).size(), 100);
}

TEST(CompileTest, ACircleOfManyIsToldByItsBeginning) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(500, 3, definition);
  for (int i = 0; i < 500; ++i) {
    definition.mutable_items(i)->set_show_when(absl::StrCat("q", (i + 1) % 500, " > 0"));
  }
  const std::vector<Fault> errors = ErrorsOf(CompilePublished(definition));
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_THAT(errors[0].message, HasSubstr("q0 -> q1"));
  EXPECT_THAT(errors[0].message, HasSubstr("-> ... -> q0"));
  EXPECT_LT(errors[0].message.size(), 300);
}

TEST(ExplanationTest, WhatWouldBeTooLargeIsLeftOut) {
  v1::QuizDefinition definition = ManyMembers(/*scales=*/10, /*items=*/100);
  const std::string long_id(60, 'x');
  for (int i = 0; i < 100; ++i) definition.mutable_items(i)->mutable_multiple_choice()->set_option_set("s");
  for (v1::Item& item : *definition.mutable_items()) item.mutable_multiple_choice()->set_sum_values(true);
  for (int i = 4; i < 30; ++i) {
    v1::Option& option = *definition.mutable_option_sets(0)->add_options();
    option.set_id(absl::StrCat(long_id, i));
    option.set_value("1");
  }
  const std::shared_ptr<const Program> program = CompilePublished(definition).program;
  ASSERT_NE(program, nullptr);
  Input input;
  input.answers.resize(program->items.size());
  Result result;
  v1::QuizResult rendered;
  Score(*program, input, result);
  EXPECT_TRUE(RenderExplanations(*program, input, result, rendered));
  EXPECT_THAT(rendered.explanations(), SizeIs(10));
  for (AnswerValue& answer : input.answers) {
    answer.given = true;
    for (Index i = 0; i < 30; ++i) answer.options.push_back(i);
  }
  rendered.Clear();
  Score(*program, input, result);
  EXPECT_FALSE(RenderExplanations(*program, input, result, rendered));
  EXPECT_THAT(rendered.explanations(), IsEmpty());
}

TEST(StopTest, CompilingThatIsAskedToStopSaysNothingOfTheDefinition) {
  std::stop_source stop;
  stop.request_stop();
  const v1::QuizDefinition definition = SumOfProducts(200);
  for (const CompileResult& compiled :
       {CompileDefinition(definition, stop.get_token()), CompilePublished(definition, stop.get_token())}) {
    EXPECT_TRUE(compiled.stopped);
    EXPECT_EQ(compiled.program, nullptr);
    EXPECT_THAT(compiled.faults, IsEmpty());
  }
  EXPECT_FALSE(CompilePublished(definition).stopped);
}

}  // namespace
}  // namespace ladder::quiz
