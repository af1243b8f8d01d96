#include "tests/quiz/costly_quizzes.h"

#include <cstdlib>
#include <functional>
#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/input.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"

namespace ladder::quiz {
namespace {

std::string ItemId(int i) { return absl::StrCat("q", i); }

// "a + b + c", in groups of parentheses so that no chain is deeper than expressions may be.
std::string SumOf(int terms, const std::function<std::string(int)>& term) {
  constexpr int kGroup = 16;
  std::string sum;
  for (int i = 0; i < terms; ++i) {
    const bool begins = i % kGroup == 0;
    if (begins && i > 0) sum += ")";
    if (i > 0) sum += "+";
    if (begins) sum += "(";
    sum += term(i);
  }
  return sum + ")";
}

v1::Scale& AddFormula(const std::string& id, const std::string& formula, v1::QuizDefinition& definition) {
  v1::Scale& scale = *definition.add_scales();
  scale.set_id(id);
  *scale.mutable_title() = EnglishText("S");
  scale.set_formula(formula);
  return scale;
}

v1::Aggregate& AddAggregate(const std::string& id, v1::Aggregate::Op op, int items, v1::QuizDefinition& definition) {
  v1::Scale& scale = *definition.add_scales();
  scale.set_id(id);
  *scale.mutable_title() = EnglishText("S");
  scale.mutable_aggregate()->set_op(op);
  for (int i = 0; i < items; ++i) scale.mutable_aggregate()->add_of(ItemId(i));
  return *scale.mutable_aggregate();
}

void AddBoundary(const std::string& id, const std::string& from, v1::Band& band) {
  band.set_id(id);
  *band.mutable_title() = EnglishText("B");
  if (!from.empty()) band.set_from(from);
}

}  // namespace

v1::Text EnglishText(const std::string& words) {
  v1::Text text;
  (*text.mutable_by_locale())["en"] = words;
  return text;
}

v1::QuizDefinition EmptyQuiz() {
  v1::QuizDefinition definition;
  definition.set_id("costly");
  *definition.mutable_title() = EnglishText("Costly");
  definition.mutable_provenance()->set_source("Made for a test");
  definition.mutable_provenance()->set_licence("CC0");
  definition.mutable_provenance()->set_who_may_use("Anyone");
  return definition;
}

void AddNumberItems(int count, int max, v1::QuizDefinition& definition) {
  for (int i = 0; i < count; ++i) {
    v1::Item& item = *definition.add_items();
    item.set_id(ItemId(i));
    *item.mutable_text() = EnglishText("Q");
    item.mutable_number()->set_min("0");
    item.mutable_number()->set_max(absl::StrCat(max));
  }
}

void AddChoiceItems(int count, int options, v1::QuizDefinition& definition) {
  v1::OptionSet& set = *definition.add_option_sets();
  set.set_id("s");
  for (int i = 0; i < options; ++i) {
    v1::Option& option = *set.add_options();
    option.set_id(absl::StrCat("o", i));
    *option.mutable_text() = EnglishText("O");
    option.set_value(absl::StrCat(i));
  }
  for (int i = 0; i < count; ++i) {
    v1::Item& item = *definition.add_items();
    item.set_id(ItemId(i));
    *item.mutable_text() = EnglishText("Q");
    item.set_single_choice("s");
  }
}

void AddEmptyExample(v1::QuizDefinition& definition) {
  const CompileResult compiled = CompilePublished(definition);
  if (compiled.program == nullptr) std::abort();
  const Program& program = *compiled.program;
  std::vector<InputViolation> violations;
  const std::optional<Input> input = CheckInput(program, {}, {}, violations);
  if (!input.has_value()) std::abort();
  Result result;
  Score(program, *input, result);
  v1::QuizResult rendered;
  RenderResult(program, *input, result, "en", rendered);
  v1::Example& example = *definition.add_examples();
  example.set_id(absl::StrCat("e", definition.examples_size()));
  for (const v1::ScaleResult& scale : rendered.scales()) {
    const bool scored = scale.has_value();
    (*example.mutable_scores())[scale.scale()] =
        scored ? absl::StrCat(scale.value().exact().numerator(), "/", scale.value().exact().denominator())
               : "NOT_SCORED";
    for (const v1::BandResult& band : scale.bands()) {
      if (band.band().empty()) continue;
      (*example.mutable_bands())[absl::StrCat(scale.scale(), "/", band.band_set())] =
          band.range().empty() ? band.band() : absl::StrCat(band.band(), "/", band.range());
    }
  }
  for (const v1::DecisionResult& decision : rendered.decisions()) {
    (*example.mutable_decisions())[decision.decision()] = decision.outcome();
  }
  for (const v1::AlertResult& alert : rendered.alerts()) {
    const std::string name = alert.item().empty() ? alert.alert() : absl::StrCat(alert.alert(), "/", alert.item());
    *(alert.state() == v1::AlertResult::STATE_RAISED ? example.add_alerts() : example.add_undecided_alerts()) = name;
  }
  example.set_complete(rendered.completeness().complete());
  example.set_guidance(rendered.guidance().modality());
}

v1::QuizDefinition ManyNamedValues(int items, int options, int names) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddChoiceItems(items, options, definition);
  v1::OptionSet& set = *definition.mutable_option_sets(0);
  for (int i = 0; i < names; ++i) {
    (*set.mutable_options(i % options)->mutable_values())[absl::StrCat("n", i)] = "1";
  }
  AddAggregate("sum", v1::Aggregate::OP_SUM, 1, definition);
  return definition;
}

v1::QuizDefinition SumOfProducts(int products) {
  constexpr int kItems = 10;
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(kItems, 300, definition);
  AddFormula("sum",
             SumOf(products, [](int i) { return absl::StrCat(ItemId(i % kItems), "*", ItemId((i + 1) % kItems)); }),
             definition);
  return definition;
}

v1::QuizDefinition NestedProducts(int depth) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(4, 300, definition);
  std::string formula = "q0";
  for (int i = 0; i < depth; ++i) formula = absl::StrCat("(", formula, "+q1*q2)*q3/(1+q0)");
  AddFormula("nested", formula, definition);
  return definition;
}

v1::QuizDefinition UnknownMembers(int members, int scales) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddChoiceItems(400, 3, definition);
  v1::Aggregate& sum = AddAggregate("sum", v1::Aggregate::OP_SUM, 1, definition);
  for (int i = 0; i < members; ++i) sum.add_of(absl::StrCat("z", i));
  for (int i = 0; i < scales; ++i) definition.add_scales();
  return definition;
}

v1::QuizDefinition SlowPartial(int scales, int terms) {
  constexpr int kItems = 10;
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(kItems, 63, definition);
  for (int scale = 0; scale < scales; ++scale) {
    AddFormula(absl::StrCat("s", scale),
               SumOf(terms,
                     [scale](int i) {
                       return absl::StrCat(ItemId((i + scale) % kItems), "*", ItemId((i + scale + 1) % kItems));
                     }),
               definition);
  }
  return definition;
}

v1::QuizDefinition EarlierScoreOfProducts(int products) {
  v1::QuizDefinition definition = SumOfProducts(products);
  v1::ContextValue& before = *definition.add_context();
  before.set_id("before");
  before.mutable_earlier()->set_scale("sum");
  return definition;
}

v1::QuizDefinition ManyRows(int tables, int rows) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(tables, rows, definition);
  for (int i = 0; i < tables; ++i) {
    definition.mutable_items(i)->mutable_number()->set_max(absl::StrCat(rows - 1));
    v1::Table& table = *definition.add_tables();
    table.set_id(absl::StrCat("t", i));
    for (int j = 0; j < rows; ++j) {
      v1::Row& row = *table.add_rows();
      row.set_from(absl::StrCat(j));
      row.set_to(absl::StrCat(j + 1));
      row.set_value(absl::StrCat((j * 7919) % 10'007, ".", 101 + (j * 31) % 899));
    }
    AddFormula(absl::StrCat("s", i), absl::StrCat("lookup('t", i, "', ", ItemId(i), ")"), definition);
  }
  return definition;
}

v1::QuizDefinition ManyMembers(int scales, int items) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddChoiceItems(items, 4, definition);
  for (int i = 0; i < scales; ++i) AddAggregate(absl::StrCat("s", i), v1::Aggregate::OP_SUM, items, definition);
  return definition;
}

v1::QuizDefinition AlertsForEach(int alerts, int items, int terms) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(items, 300, definition);
  for (int i = 0; i < alerts; ++i) {
    v1::Alert& alert = *definition.add_alerts();
    alert.set_id(absl::StrCat("a", i));
    *alert.mutable_professional_text() = EnglishText("A");
    std::string when;
    for (int j = 0; j < terms; ++j) {
      absl::StrAppend(&when, j == 0 ? "" : " || ", "it*", ItemId(j % items), "==", 7 + j);
    }
    alert.set_when(when);
    for (int j = 0; j < items; ++j) alert.add_for_each(ItemId(j));
  }
  return definition;
}

v1::QuizDefinition ConditionalChains(int rules, int branches) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(2, 300, definition);
  AddFormula("s", "q0*q1", definition);
  v1::Decision& decision = *definition.add_decisions();
  decision.set_id("d");
  *decision.mutable_title() = EnglishText("D");
  decision.set_otherwise("other");
  for (int i = 0; i < rules; ++i) {
    std::string when;
    for (int j = 0; j < branches; ++j) absl::StrAppend(&when, "s==", i * branches + j, "?q0*q1>", j, ":");
    when += "q0>299";
    v1::Rule& rule = *decision.add_rules();
    rule.set_when(when);
    rule.set_outcome(absl::StrCat("r", i));
  }
  return definition;
}

v1::QuizDefinition ManyRangeCodes(int rules, int codes) {
  constexpr int kBands = 100;
  constexpr int kRanges = 20;
  v1::QuizDefinition definition = EmptyQuiz();
  AddNumberItems(1, kBands * kRanges - 1, definition);
  v1::BandSet& set = *AddFormula("s", "q0", definition).add_band_sets();
  set.set_id("b");
  for (int i = 0; i < kBands; ++i) {
    v1::Band& band = *set.add_bands();
    AddBoundary(absl::StrCat("b", i), i == 0 ? "" : absl::StrCat(i * kRanges), band);
    for (int j = 0; j < kRanges; ++j) {
      v1::Range& range = *band.add_ranges();
      range.set_id(absl::StrCat("r", i, "_", j));
      *range.mutable_title() = EnglishText("R");
      if (j > 0) range.set_from(absl::StrCat(i * kRanges + j));
    }
  }
  v1::Decision& decision = *definition.add_decisions();
  decision.set_id("d");
  *decision.mutable_title() = EnglishText("D");
  decision.set_otherwise("other");
  for (int i = 0; i < rules; ++i) {
    std::string when = "range(s) in [";
    for (int j = 0; j < codes; ++j) absl::StrAppend(&when, j == 0 ? "" : ",", "'r99_", j % kRanges, "'");
    v1::Rule& rule = *decision.add_rules();
    rule.set_when(when + "]");
    rule.set_outcome("r");
  }
  return definition;
}

v1::QuizDefinition EmptyOptions(int options) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddChoiceItems(1, 2, definition);
  for (int i = 0; i < options; ++i) definition.mutable_option_sets(0)->add_options();
  return definition;
}

v1::QuizDefinition LongForm(int items, int options, int bytes) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddChoiceItems(items, options, definition);
  for (v1::Option& option : *definition.mutable_option_sets(0)->mutable_options()) {
    *option.mutable_text() = EnglishText(std::string(static_cast<std::size_t>(bytes), 'x'));
  }
  AddAggregate("sum", v1::Aggregate::OP_SUM, 1, definition);
  return definition;
}

v1::QuizDefinition ManyExamples(int scales, int terms, int examples) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddChoiceItems(2, 2, definition);
  for (int i = 0; i < scales; ++i) {
    AddFormula(absl::StrCat("s", i),
               SumOf(terms, [](int j) { return absl::StrCat("(has(q", j % 2, ")?q", j % 2, ":", j, ")"); }),
               definition);
  }
  AddEmptyExample(definition);
  for (int i = 1; i < examples; ++i) {
    *definition.add_examples() = definition.examples(0);
    definition.mutable_examples(i)->set_id(absl::StrCat("e", i + 1));
  }
  return definition;
}

v1::QuizDefinition WeightedMeans(int scales, int items) {
  v1::QuizDefinition definition = EmptyQuiz();
  AddChoiceItems(items, 4, definition);
  for (int i = 0; i < scales; ++i) {
    v1::Aggregate& mean = AddAggregate(absl::StrCat("s", i), v1::Aggregate::OP_MEAN, items, definition);
    mean.mutable_missing()->set_at_least(1);
    for (int j = 0; j < items; ++j) (*mean.mutable_weights())[ItemId(j)] = absl::StrCat(1 + (i + j) % 97);
  }
  return definition;
}

}  // namespace ladder::quiz
