#include "libs/quiz/compile/items.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/steps.h"

namespace ladder::quiz {
namespace {

using Values = std::vector<Rational>;

Option::Meaning MeaningOf(const v1::Option& source) {
  switch (source.meaning()) {
    case v1::Option::MEANING_MISSING:
      return Option::Meaning::kMissing;
    case v1::Option::MEANING_NOT_APPLICABLE:
      return Option::Meaning::kNotApplicable;
    default:
      return Option::Meaning::kScored;
  }
}

void CollectValueNames(Compilation& compilation) {
  std::set<std::string> names;
  for (const v1::OptionSet& set : compilation.definition.option_sets()) {
    for (const v1::Option& option : set.options()) {
      for (const auto& [name, value] : option.values()) names.insert(name);
    }
  }
  compilation.program.value_names.assign(names.begin(), names.end());
}

Index ValueName(const Program& program, absl::string_view name) {
  const auto found = std::lower_bound(program.value_names.begin(), program.value_names.end(), name);
  return static_cast<Index>(found - program.value_names.begin());
}

Option CompileOption(const std::string& path, const v1::Option& source, Compilation& compilation) {
  Option option;
  option.id = source.id();
  option.meaning = MeaningOf(source);
  // What cannot be read counts as 0 from here on, so that those who use the option do not complain as well.
  const auto read = [&compilation](const std::string& value_path, const std::string& text) {
    return compilation.Number(value_path, text).value_or(Rational(0));
  };
  if (!source.value().empty()) option.value = read(path + ".value", source.value());
  option.named.reserve(source.values().size());
  for (const auto& [name, text] : Sorted(source.values())) {  // As value_names are sorted.
    option.named.push_back({ValueName(compilation.program, name), read(AtKey(path + ".values", name), *text)});
  }
  const bool has_value = !source.value().empty() || !source.values().empty();
  if (option.meaning != Option::Meaning::kScored && has_value) {
    compilation.faults.Error(path + (source.value().empty() ? ".values" : ".value"),
                             "an option that means missing or not applicable is never scored; remove its value");
  }
  return option;
}

std::vector<Option> CompileOptionSet(const std::string& path, const v1::OptionSet& source, Compilation& compilation) {
  if (source.options().empty()) compilation.faults.Error(path + ".options", "add at least one option");
  UniqueCodes ids(compilation.faults);
  std::vector<Option> options;
  for (int i = 0; i < source.options_size(); ++i) {
    const std::string option_path = absl::StrCat(path, ".", At("options", i));
    ids.Check(option_path + ".id", source.options(i).id());
    options.push_back(CompileOption(option_path, source.options(i), compilation));
  }
  return options;
}

std::vector<OptionList> CompileOptionSets(Compilation& compilation) {
  UniqueCodes ids(compilation.faults);
  std::vector<OptionList> sets;
  for (int i = 0; i < compilation.definition.option_sets_size(); ++i) {
    const v1::OptionSet& source = compilation.definition.option_sets(i);
    ids.Check(At("option_sets", i) + ".id", source.id());
    sets.emplace_back(CompileOptionSet(At("option_sets", i), source, compilation));
  }
  return sets;
}

Values ScoredValues(const Item& item) {
  Values values;
  for (const Option& option : item.options) {
    if (option.meaning == Option::Meaning::kScored && option.value.has_value()) values.push_back(*option.value);
  }
  return values;
}

// The least sum of any choice, of all that is negative, and the greatest, of all that is positive, come to the sum.
Rational LeastPlusGreatestSum(const Values& values) {
  Rational sum;
  for (const Rational& value : values) sum += value;
  return sum;
}

// The options of a single choice with their values turned. REQUIRES: `values` are theirs and not empty.
OptionList ReverseOptions(const OptionList& options, const Values& values) {
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  const Rational sum = *least + *greatest;
  std::vector<Option> turned(options.begin(), options.end());
  for (Option& option : turned) {
    if (option.value.has_value()) option.value = sum - *option.value;
  }
  return OptionList(std::move(turned));
}

// Items of the definition, one after another, over the option sets they share.
class ItemCompiler {
 public:
  ItemCompiler(std::vector<OptionList> option_sets, Compilation& compilation)
      : option_sets_(std::move(option_sets)),
        option_set_ids_(IdsOf(compilation.definition.option_sets())),
        compilation_(compilation) {}

  Item Compile(const std::string& path, const v1::Item& source) {
    Item item;
    item.id = source.id();
    item.optional = source.optional();
    ReadKind(path, source, item);
    if (source.reverse()) CompileReverse(path + ".reverse", item);
    ReadHiddenValue(path, source, item);
    return item;
  }

 private:
  void ReadKind(const std::string& path, const v1::Item& source, Item& item) {
    switch (source.kind_case()) {
      case v1::Item::kSingleChoice:
        item.kind = Item::Kind::kSingleChoice;
        ReadOptions(path + ".single_choice", source.single_choice(), item);
        return;
      case v1::Item::kMultipleChoice:
        item.kind = Item::Kind::kMultipleChoice;
        ReadOptions(path + ".multiple_choice.option_set", source.multiple_choice().option_set(), item);
        item.sum_values = source.multiple_choice().sum_values();
        CheckSum(path, item);
        return;
      case v1::Item::kNumber:
        item.kind = Item::Kind::kNumber;
        item.number = CompileNumberFormat(path + ".number", source.number(), compilation_);
        return;
      case v1::Item::kFreeText:
        item.kind = Item::Kind::kFreeText;
        return;
      case v1::Item::KIND_NOT_SET:
        compilation_.faults.Error(
            path, "the kind of answer is missing; set one of single_choice, multiple_choice, number and free_text");
        return;
    }
  }

  void ReadOptions(const std::string& path, const std::string& set_id, Item& item) {
    item.option_set = compilation_.FindAmong(path, "option set", set_id, option_set_ids_);
    if (item.option_set == kNone) return;
    item.options = option_sets_[item.option_set];
  }

  void CheckSum(const std::string& path, const Item& item) {
    if (!item.sum_values) return;
    if (const std::string why = WhyNoNumber(compilation_.program, item, kNone); !why.empty()) {
      compilation_.faults.Error(path + ".multiple_choice.sum_values", why);
    }
  }

  // Turns v into min + max - v over the item's own scored values.
  void CompileReverse(const std::string& path, Item& item) {
    const Values values = ScoredValues(item);
    if (item.kind == Item::Kind::kSingleChoice && !values.empty()) {
      // The first item that needs the turned options makes them for all others of its option set.
      OptionList& turned = turned_[item.option_set];
      if (turned.empty()) turned = ReverseOptions(item.options, values);
      item.options = turned;
      for (const Rational& value : ScoredValues(item)) {
        if (!compilation_.CheckInRange(path, value)) return;
      }
    } else if (item.kind == Item::Kind::kNumber) {
      item.reverse_sum = item.number.min + item.number.max;
    } else if (item.kind == Item::Kind::kMultipleChoice && item.sum_values) {
      item.reverse_sum = LeastPlusGreatestSum(values);
    } else {
      compilation_.faults.Error(path, "the item has no values that could be turned; remove reverse");
    }
    if (item.reverse_sum.has_value()) compilation_.CheckInRange(path, *item.reverse_sum);
  }

  void ReadHiddenValue(const std::string& path, const v1::Item& source, Item& item) {
    item.hidden_value = compilation_.OptionalNumber(path + ".hidden_value", source.hidden_value());
    if (!item.hidden_value.has_value()) return;
    if (source.show_when().empty()) {
      compilation_.faults.Warning(path + ".hidden_value",
                                  "the item is never hidden, as it has no show_when; remove it");
    }
    const bool unscored =
        item.kind == Item::Kind::kFreeText || (item.kind == Item::Kind::kMultipleChoice && !item.sum_values);
    if (unscored) {
      compilation_.faults.Error(path + ".hidden_value",
                                "the item has no value when it is shown, so none when hidden; "
                                "remove hidden_value");
    }
  }

  std::vector<OptionList> option_sets_;
  absl::flat_hash_map<Index, OptionList> turned_;  // By option set; empty: no item has turned it yet.
  std::vector<absl::string_view> option_set_ids_;
  Compilation& compilation_;
};

std::string WhyNoNumberOfOptions(const Program& program, const Item& item, Index use_values) {
  for (const Option& option : item.options) {
    if (option.meaning != Option::Meaning::kScored || option.ValueOf(use_values) != nullptr) continue;
    return absl::StrCat("option '", option.id, "' of item '", item.id, "' has no ",
                        use_values == kNone ? "value" : absl::StrCat("value '", program.value_names[use_values], "'"),
                        "; give it one, or say that it means missing or not applicable");
  }
  return "";
}

void CheckLimits(const std::string& path, const NumberFormat& format, Compilation& compilation) {
  if (format.max < format.min) {
    compilation.faults.Error(path, absl::StrCat("is less than min, which is ", format.min.ToString()));
    return;
  }
  const Rational steps = (format.max - format.min) / format.step;
  if (compilation.CheckInRange(path, steps) && !steps.is_integer()) {
    compilation.faults.Error(path, absl::StrCat("is not reached from ", format.min.ToString(), " in steps of ",
                                                format.step.ToString(), "; change max or step"));
  }
}

}  // namespace

std::string WhyNoNumber(const Program& program, const Item& item, Index use_values) {
  switch (item.kind) {
    case Item::Kind::kFreeText:
      return absl::StrCat("item '", item.id, "' is free text, which is never scored; only has(", item.id,
                          ") can be asked");
    case Item::Kind::kNumber:
      return use_values == kNone ? ""
                                 : absl::StrCat("item '", item.id,
                                                "' is a number and has no named values; "
                                                "take it out, or leave use_values out");
    case Item::Kind::kMultipleChoice:
      if (!item.sum_values) {
        return absl::StrCat("item '", item.id, "' is a multiple choice without a sum; ask 'option' in ", item.id,
                            ", or set sum_values");
      }
      return WhyNoNumberOfOptions(program, item, use_values);
    case Item::Kind::kSingleChoice:
      return WhyNoNumberOfOptions(program, item, use_values);
  }
  return "";
}

NumberFormat CompileNumberFormat(const std::string& path, const v1::NumberFormat& source, Compilation& compilation) {
  const std::optional<Rational> min = compilation.Number(path + ".min", source.min());
  const std::optional<Rational> max = compilation.Number(path + ".max", source.max());
  const std::optional<Rational> step =
      source.step().empty() ? Rational(1) : compilation.Number(path + ".step", source.step());
  NumberFormat format{min.value_or(Rational(0)), max.value_or(Rational(0)), step.value_or(Rational(1))};
  if (format.step.sign() <= 0) {
    compilation.faults.Error(path + ".step", "the step has to be more than 0");
    format.step = 1;
  } else if (min.has_value() && max.has_value() && step.has_value()) {
    CheckLimits(path + ".max", format, compilation);
  }
  return format;
}

void CompileItems(Compilation& compilation) {
  if (compilation.definition.items().empty()) compilation.faults.Error("items", "add at least one item");
  CollectValueNames(compilation);
  ItemCompiler compiler(CompileOptionSets(compilation), compilation);
  for (int i = 0; i < compilation.definition.items_size(); ++i) {
    compilation.program.items.push_back(compiler.Compile(At("items", i), compilation.definition.items(i)));
  }
}

}  // namespace ladder::quiz
