#include <gmpxx.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/quiz/generator/draft.h"
#include "tests/quiz/reference/exact.h"
#include "tests/quiz/reference/reference_scorer.h"

namespace ladder::quiz::generator {
namespace {

std::string PositiveWeight(Random& random) {
  static constexpr const char* kWeights[] = {"2", "0.5", "1/3", "3", "1.25"};
  return kWeights[random.Below(5)];
}

std::string AnyWeight(Random& random) {
  static constexpr const char* kWeights[] = {"-1", "0", "-0.25", "100"};
  return random.Chance(70) ? PositiveWeight(random) : kWeights[random.Below(4)];
}

void MakeFill(Draft& draft, v1::Aggregate& aggregate) {
  Random& random = draft.random;
  v1::MissingPolicy& policy = *aggregate.mutable_missing();
  const bool extreme = aggregate.op() == v1::Aggregate::OP_MAX || aggregate.op() == v1::Aggregate::OP_MIN;
  const int kind = random.Below(3);
  if (kind == 0 && !extreme) {
    policy.set_fill(v1::MissingPolicy::FILL_PRORATE);
  } else if (kind == 1) {
    policy.set_fill(v1::MissingPolicy::FILL_VALUE);
    policy.set_value(absl::StrCat(random.Below(3)));
  }
}

void MakeWeights(Draft& draft, v1::Aggregate& aggregate) {
  Random& random = draft.random;
  const bool sum = aggregate.op() == v1::Aggregate::OP_SUM;
  if (!sum && aggregate.op() != v1::Aggregate::OP_MEAN) return;
  if (!random.Chance(35)) return;
  const bool any = sum && aggregate.missing().fill() != v1::MissingPolicy::FILL_PRORATE;
  for (const std::string& id : aggregate.of()) {
    if (random.Chance(60)) (*aggregate.mutable_weights())[id] = any ? AnyWeight(random) : PositiveWeight(random);
  }
}

void MakeAggregate(Draft& draft, v1::Aggregate& aggregate) {
  Random& random = draft.random;
  aggregate.set_op(static_cast<v1::Aggregate::Op>(random.Chance(40) ? 1 : random.Between(1, 5)));
  std::vector<std::string> members = draft.numeric_items;
  if (!draft.named_items.empty() && random.Chance(25)) {
    members = draft.named_items;
    aggregate.set_use_values("alt");
    const auto unusable = [&draft](const std::string& id) {
      return std::find(draft.numeric_items.begin(), draft.numeric_items.end(), id) == draft.numeric_items.end();
    };
    members.erase(std::remove_if(members.begin(), members.end(), unusable), members.end());
  }
  if (members.empty()) {
    aggregate.clear_use_values();
    members = draft.numeric_items;
  }
  if (aggregate.use_values().empty() && random.Chance(35)) {
    for (const v1::Scale& scale : draft.definition.scales()) members.push_back(scale.id());
  }
  members = random.Sample(members, random.Between(1, 5));
  random.Shuffle(members);
  for (const std::string& id : members) aggregate.add_of(id);
  if (random.Chance(70)) {
    MakeFill(draft, aggregate);
    const bool total = aggregate.op() == v1::Aggregate::OP_SUM || aggregate.op() == v1::Aggregate::OP_COUNT;
    const bool needs_some = !total || aggregate.missing().fill() == v1::MissingPolicy::FILL_PRORATE;
    MakeNeed(draft, members, needs_some, *aggregate.mutable_missing());
  }
  MakeWeights(draft, aggregate);
  if (aggregate.op() == v1::Aggregate::OP_COUNT) {
    aggregate.set_where(ExpressionGenerator(random, draft.scope, true).Boolean(random.Below(2)));
  }
}

void MakeRounding(Random& random, v1::Rounding& rounding) {
  rounding.set_digits(random.Below(3));
  rounding.set_mode(static_cast<v1::Rounding::Mode>(random.Below(3)));
}

// A condition over context, if there is any.
std::string MakeContextCondition(Draft& draft) {
  Scope scope;
  for (const v1::ContextValue& value : draft.definition.context()) {
    scope.ids.push_back(value.id());
    if (value.has_codes()) {
      scope.codes.push_back({value.id(), {value.codes().code().begin(), value.codes().code().end()}});
    } else {
      for (const Scope::Number& number : draft.scope.numbers) {
        if (number.id == value.id()) scope.numbers.push_back(number);
      }
    }
  }
  if (scope.ids.empty()) return "";
  return ExpressionGenerator(draft.random, scope).Boolean(draft.random.Below(2));
}

// Bounds among observed values, so that each part holds one of them.
std::vector<std::string> MakeBounds(Random& random, std::vector<std::string> observed, bool upper_closed, int most) {
  if (observed.size() < 2) return {};
  observed.erase(upper_closed ? observed.end() - 1 : observed.begin());
  return random.Sample(observed, random.Between(0, most));
}

void MakeBandSet(Draft& draft, const std::vector<std::string>& observed, v1::Scale& scale) {
  Random& random = draft.random;
  v1::BandSet& set = *scale.add_band_sets();
  set.set_id(absl::StrCat("set-", scale.band_sets_size()));
  set.set_upper_closed(random.Chance(40));
  if (random.Chance(40)) set.set_when(MakeContextCondition(draft));
  const std::vector<std::string> bounds = MakeBounds(random, observed, set.upper_closed(), 3);
  std::vector<std::string> inside;  // Observed values in the band under construction.
  std::size_t next = 0;
  for (std::size_t b = 0; b <= bounds.size(); ++b) {
    v1::Band& band = *set.add_bands();
    band.set_id(absl::StrCat("b", b));
    SetText(band.id(), *band.mutable_title());
    if (b > 0) band.set_from(bounds[b - 1]);
    inside.clear();
    while (next < observed.size() && (b == bounds.size() || observed[next] != bounds[b])) {
      inside.push_back(observed[next++]);
    }
    if (set.upper_closed() && next < observed.size()) inside.push_back(observed[next++]);
    if (!random.Chance(40)) continue;
    v1::Range& first = *band.add_ranges();
    first.set_id("r0");
    SetText("r0", *first.mutable_title());
    for (const std::string& bound : MakeBounds(random, inside, set.upper_closed(), 2)) {
      v1::Range& range = *band.add_ranges();
      range.set_id(absl::StrCat("r", band.ranges_size() - 1));
      SetText(range.id(), *range.mutable_title());
      range.set_from(bound);
    }
  }
}

// Puts the codes of a scale's band sets in scope.
void AddPlaces(const v1::Scale& scale, Scope& scope) {
  for (const v1::BandSet& set : scale.band_sets()) {
    const std::string arguments = absl::StrCat(
        "(", scale.id(), scale.band_sets_size() == 1 ? std::string() : absl::StrCat(", '", set.id(), "'"), ")");
    Scope::Code bands{absl::StrCat("band", arguments), {}};
    std::set<std::string> ranges;
    for (const v1::Band& band : set.bands()) {
      bands.codes.push_back(band.id());
      for (const v1::Range& range : band.ranges()) ranges.insert(range.id());
    }
    scope.codes.push_back(bands);
    if (!ranges.empty()) scope.codes.push_back({absl::StrCat("range", arguments), {ranges.begin(), ranges.end()}});
  }
}

}  // namespace

std::vector<std::string> ObserveScale(const Draft& draft, const std::string& scale) {
  int index = 0;
  while (draft.definition.scales(index).id() != scale) ++index;
  const auto less = [](const mpq_class& a, const mpq_class& b) { return a < b; };
  std::set<mpq_class, decltype(less)> values(less);
  const reference::ReferenceScorer scorer(draft.definition);
  for (const reference::Request& request : draft.pool) {
    const std::string value = scorer.Score(request.answers, request.context).scales[index].value;
    if (!value.empty()) values.insert(reference::ParseExact(value));
  }
  std::vector<std::string> texts;
  for (const mpq_class& value : values) texts.push_back(value.get_str());
  return texts;
}

void MakeNeed(Draft& draft, const std::vector<std::string>& of, bool needs_some, v1::MissingPolicy& policy) {
  Random& random = draft.random;
  const int count = static_cast<int>(of.size());
  const int kind = random.Below(4);
  if (kind == 0) {
    policy.mutable_all();
  } else if (kind == 1) {
    policy.set_at_least(random.Between(needs_some ? 1 : 0, count));
  } else if (kind == 2) {
    static constexpr const char* kShares[] = {"1/2", "2/3", "0.8", "1", "0.25"};
    policy.set_at_least_share(kShares[random.Below(5)]);
  }
  if (count > 1 && random.Chance(25) && (!needs_some || policy.has_at_least())) {
    for (const std::string& id : random.Sample(of, random.Between(1, count - 1))) policy.add_may_miss(id);
  }
}

void MakeScale(Draft& draft) {
  Random& random = draft.random;
  v1::Scale scale;
  scale.set_id(absl::StrCat("s", draft.definition.scales_size() + 1));
  SetText(scale.id(), *scale.mutable_title());
  scale.set_internal(random.Chance(15));
  scale.set_direction(static_cast<v1::Scale::Direction>(random.Below(3)));
  if (!draft.numeric_items.empty() && random.Chance(55)) {
    MakeAggregate(draft, *scale.mutable_aggregate());
  } else {
    scale.set_formula(ExpressionGenerator(random, draft.scope).Number(random.Between(1, 3)));
  }
  if (random.Chance(40)) MakeRounding(random, *scale.mutable_rounding());
  if (random.Chance(20)) scale.mutable_shown()->set_digits(random.Below(4));
  *draft.definition.add_scales() = scale;
  const std::vector<std::string> observed = ObserveScale(draft, scale.id());
  v1::Scale& added = *draft.definition.mutable_scales(draft.definition.scales_size() - 1);
  if (!observed.empty()) {
    for (int sets = random.Below(3); sets > 0; --sets) MakeBandSet(draft, observed, added);
  }
  draft.scope.numbers.push_back({added.id(), observed});
  draft.scope.ids.push_back(added.id());
  AddPlaces(added, draft.scope);
}

void MakeEarlierScore(Draft& draft) {
  Random& random = draft.random;
  const v1::Scale& scale = draft.definition.scales(random.Below(draft.definition.scales_size()));
  const std::vector<std::string> observed = ObserveScale(draft, scale.id());
  if (observed.empty()) return;
  v1::ContextValue& value = *draft.definition.add_context();
  value.set_id(absl::StrCat("c", draft.definition.context_size()));
  value.mutable_earlier()->set_scale(scale.id());
  value.mutable_earlier()->set_which(random.Chance(50) ? v1::EarlierScore::WHICH_FIRST : v1::EarlierScore::WHICH_LAST);
  draft.earlier[value.id()] = observed;
  draft.scope.numbers.push_back({value.id(), observed});
  draft.scope.ids.push_back(value.id());
  for (reference::Request& request : draft.pool) {
    if (random.Chance(70)) request.context[value.id()] = random.Pick(observed);
  }
}

}  // namespace ladder::quiz::generator
