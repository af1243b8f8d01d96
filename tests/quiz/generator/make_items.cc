#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/quiz/generator/draft.h"

namespace ladder::quiz::generator {
namespace {

constexpr int kSets = 4;
constexpr int kTagSet = 3;  // The last set is only asked for with `in`: its options have no value.

std::string OptionValue(Random& random, int position) {
  static constexpr const char* kOddValues[] = {"-2", "-1", "0.5", "1/3", "2.25", "7", "-5/6", "10"};
  if (random.Chance(80)) return absl::StrCat(position);
  return kOddValues[random.Below(8)];
}

void AddOtherOption(v1::Option::Meaning meaning, const std::string& id, v1::OptionSet& set) {
  v1::Option& option = *set.add_options();
  option.set_id(id);
  option.set_meaning(meaning);
  SetText(id, *option.mutable_text());
}

std::vector<std::string> ValuesOf(const v1::OptionSet& set) {
  std::vector<std::string> values;
  for (const v1::Option& option : set.options()) {
    if (!option.value().empty()) values.push_back(option.value());
  }
  return values;
}

bool HasNamedValues(const v1::OptionSet& set) {
  return std::any_of(set.options().begin(), set.options().end(),
                     [](const v1::Option& option) { return !option.values().empty(); });
}

void MakeFormat(Draft& draft, v1::NumberFormat& format, std::vector<std::string>& values) {
  Random& random = draft.random;
  const int min = random.Between(-2, 2);
  const int steps = random.Between(1, draft.size.numbers - 1);
  format.set_min(absl::StrCat(min));
  const bool halves = random.Chance(30);
  const int max = min + (halves ? (steps + 1) / 2 : steps);
  format.set_max(absl::StrCat(max));
  if (halves) {
    format.set_step("0.5");
    format.set_unit("cm");
  } else if (random.Chance(50)) {
    format.set_step("1");
  }
  for (int value = min; value <= max; ++value) values.push_back(absl::StrCat(value));
}

void MakeNumericItem(Draft& draft, v1::Item& item, std::vector<std::string> values) {
  item.set_reverse(draft.random.Chance(25));
  draft.numeric_items.push_back(item.id());
  draft.scope.numbers.push_back({item.id(), std::move(values)});
}

void MakeChoice(Draft& draft, v1::Item& item) {
  Random& random = draft.random;
  const v1::OptionSet& set = draft.definition.option_sets(random.Below(kSets));
  const bool tags = ValuesOf(set).empty();
  if (!tags && random.Chance(75)) {
    item.set_single_choice(set.id());
    MakeNumericItem(draft, item, ValuesOf(set));
  } else {
    item.mutable_multiple_choice()->set_option_set(set.id());
    Scope::Code selection{item.id(), {}};
    for (const v1::Option& option : set.options()) {
      if (option.meaning() <= v1::Option::MEANING_SCORED) selection.codes.push_back(option.id());
    }
    draft.scope.selections.push_back(selection);
    if (tags || random.Chance(30)) return;
    item.mutable_multiple_choice()->set_sum_values(true);
    MakeNumericItem(draft, item, ValuesOf(set));
  }
  if (HasNamedValues(set)) draft.named_items.push_back(item.id());
}

bool IsNumeric(const Draft& draft, const std::string& id) {
  return std::find(draft.numeric_items.begin(), draft.numeric_items.end(), id) != draft.numeric_items.end();
}

// The part of the scope that conditions of an item may read: items that come before it in some order, and context.
Scope ScopeOf(const Draft& draft, const std::vector<std::string>& allowed) {
  const auto is_allowed = [&allowed](const std::string& id) {
    return std::find(allowed.begin(), allowed.end(), id) != allowed.end();
  };
  Scope scope;
  for (const Scope::Number& number : draft.scope.numbers) {
    if (is_allowed(number.id)) scope.numbers.push_back(number);
  }
  for (const Scope::Code& code : draft.scope.codes) {
    if (is_allowed(code.text)) scope.codes.push_back(code);
  }
  for (const Scope::Code& selection : draft.scope.selections) {
    if (is_allowed(selection.text)) scope.selections.push_back(selection);
  }
  scope.ids = allowed;
  return scope;
}

}  // namespace

void SetText(const std::string& words, v1::Text& text) { (*text.mutable_by_locale())["en"] = words; }

void MakeOptionSets(Draft& draft) {
  Random& random = draft.random;
  for (int s = 0; s < kSets; ++s) {
    v1::OptionSet& set = *draft.definition.add_option_sets();
    set.set_id(absl::StrCat("set", s));
    const bool named = random.Chance(40);
    const int count = random.Between(2, draft.size.options);
    for (int o = 0; o < count; ++o) {
      v1::Option& option = *set.add_options();
      option.set_id(absl::StrCat("o", o));
      SetText(option.id(), *option.mutable_text());
      if (s == kTagSet) continue;
      option.set_value(OptionValue(random, o));
      if (named) (*option.mutable_values())["alt"] = OptionValue(random, count - o);
    }
    if (random.Chance(30)) AddOtherOption(v1::Option::MEANING_MISSING, "skip", set);
    if (random.Chance(30)) AddOtherOption(v1::Option::MEANING_NOT_APPLICABLE, "na", set);
  }
}

void MakeItems(Draft& draft) {
  Random& random = draft.random;
  const int count = random.Between(2, draft.size.items);
  for (int i = 0; i < count; ++i) {
    v1::Item& item = *draft.definition.add_items();
    item.set_id(absl::StrCat("q", i + 1));
    SetText(item.id(), *item.mutable_text());
    draft.scope.ids.push_back(item.id());
    item.set_optional(random.Chance(20));
    const int kind = random.Below(10);
    if (kind < 7 || i == 0) {
      MakeChoice(draft, item);
    } else if (kind < 9) {
      std::vector<std::string> values;
      MakeFormat(draft, *item.mutable_number(), values);
      MakeNumericItem(draft, item, values);
    } else {
      item.mutable_free_text();
    }
  }
}

void MakeVisibility(Draft& draft) {
  Random& random = draft.random;
  std::vector<int> order;
  for (int i = 0; i < draft.definition.items_size(); ++i) order.push_back(i);
  if (random.Chance(50)) random.Shuffle(order);
  std::vector<std::string> allowed;
  for (const v1::ContextValue& value : draft.definition.context()) allowed.push_back(value.id());
  for (const int i : order) {
    v1::Item& item = *draft.definition.mutable_items(i);
    const Scope scope = ScopeOf(draft, allowed);
    if (!allowed.empty() && random.Chance(30)) {
      item.set_show_when(ExpressionGenerator(random, scope).Boolean(random.Below(2)));
      if (IsNumeric(draft, item.id()) && random.Chance(50)) item.set_hidden_value(absl::StrCat(random.Below(4)));
    }
    allowed.push_back(item.id());
  }
}

void MakeContext(Draft& draft) {
  Random& random = draft.random;
  for (int count = random.Between(0, draft.size.context); count > 0; --count) {
    v1::ContextValue& value = *draft.definition.add_context();
    value.set_id(absl::StrCat("c", draft.definition.context_size()));
    draft.scope.ids.push_back(value.id());
    if (random.Chance(60)) {
      Scope::Code code{value.id(), {}};
      for (const char* name : {"female", "male", "x-1"}) {
        value.mutable_codes()->add_code(name);
        code.codes.emplace_back(name);
      }
      if (random.Chance(40)) value.set_default_(random.Pick(code.codes));
      draft.scope.codes.push_back(code);
    } else {
      std::vector<std::string> values;
      MakeFormat(draft, *value.mutable_number(), values);
      if (random.Chance(40)) value.set_default_(random.Pick(values));
      draft.scope.numbers.push_back({value.id(), values});
    }
  }
}

void MakeTables(Draft& draft) {
  Random& random = draft.random;
  for (int count = random.Below(3); count > 0; --count) {
    v1::Table& table = *draft.definition.add_tables();
    table.set_id(absl::StrCat("t", draft.definition.tables_size()));
    draft.scope.tables.push_back(table.id());
    const bool everywhere = random.Chance(40);
    int from = everywhere ? -1000000 : random.Between(-3, 1);
    const int rows = random.Between(2, 6);
    for (int r = 0; r < rows; ++r) {
      v1::Row& row = *table.add_rows();
      row.set_from(absl::StrCat(from));
      const int to = everywhere && r == rows - 1 ? 1000000 : r == 0 && everywhere ? 0 : from + random.Between(1, 3);
      if (everywhere || random.Chance(50)) row.set_to(absl::StrCat(to));
      from = to;
      row.set_value(OptionValue(random, r * 2));
    }
    if (!everywhere) table.set_outside(v1::Table::OUTSIDE_NOT_SCORED);
  }
}

void MakeGate(Draft& draft) {
  if (!draft.random.Chance(20)) return;
  v1::Gate& gate = *draft.definition.mutable_gate();
  std::vector<std::string> of;
  for (const v1::Item& item : draft.definition.items()) of.push_back(item.id());
  if (draft.random.Chance(50)) {
    of = draft.random.Sample(of, draft.random.Between(1, draft.definition.items_size()));
    for (const std::string& id : of) gate.add_of(id);
  }
  MakeNeed(draft, of, true, *gate.mutable_need());
  if (gate.of().empty()) gate.mutable_need()->clear_may_miss();
}

}  // namespace ladder::quiz::generator
