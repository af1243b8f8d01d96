#include "tests/quiz/reference/reference_scorer.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/quiz/reference/exact.h"
#include "tests/quiz/reference/expression_evaluator.h"
#include "tests/quiz/reference/item_reader.h"
#include "tests/quiz/reference/missing_policy.h"

namespace ladder::quiz::reference {
namespace {

// One scoring. Everything is computed when it is first asked for and kept, so no order of evaluation has to be found.
class Run : public Names {
 public:
  Run(const Directory& directory, const Answers& answers, const Context& context)
      : directory_(directory), context_(context) {
    for (const v1::Answer& answer : answers) answers_[answer.item()] = &answer;
    gate_failed_ = GateFails();
  }

  Outcome Finish() {
    const v1::QuizDefinition& definition = directory_.definition;
    Outcome outcome;
    outcome.gate_failed = gate_failed_;
    for (const v1::Item& item : definition.items()) {
      outcome.items.push_back(StateOf(item.id()));
      if (IsMissing(item.id()) && IsRequired(item)) outcome.missing_required.push_back(item.id());
    }
    outcome.complete = outcome.missing_required.empty();
    for (const v1::Scale& scale : definition.scales()) {
      outcome.scales.push_back(ScaleOf(scale.id()).outcome);
      for (const v1::BandSet& set : scale.band_sets()) outcome.scales.back().places.push_back(PlaceOf(scale, set));
    }
    for (const v1::Decision& decision : definition.decisions()) outcome.decisions.push_back(Decide(decision.id()));
    for (const v1::Alert& alert : definition.alerts()) JudgeAlert(alert, outcome.alerts);
    outcome.guidance = Guide();
    return outcome;
  }

  // Names: what expressions read.

  Value Read(const std::string& id) override {
    if (directory_.items.count(id) != 0) {
      const std::optional<mpq_class> value = ItemNumber(id, "");
      return value.has_value() ? Value(*value) : Value(NoValue{"NO_VALUE", id});
    }
    if (directory_.scales.count(id) != 0) return ScaleOf(id).value;
    if (directory_.decisions.count(id) != 0) return Decide(id);
    return ReadContext(id);
  }

  bool Has(const std::string& id) override {
    if (const auto item = directory_.items.find(id); item != directory_.items.end()) {
      return StateOf(id) == "ANSWERED" || IsHiddenWithValue(*item->second);
    }
    if (directory_.decisions.count(id) != 0) return Decide(id) != "UNDECIDED";
    return !IsNone(Read(id));
  }

  Value Lookup(const std::string& table, const mpq_class& key) override {
    for (const v1::Row& row : directory_.tables.at(table)->rows()) {
      const mpq_class from = ParseExact(row.from());
      const bool holds = row.to().empty() ? key == from : key >= from && key < ParseExact(row.to());
      if (holds) return ParseExact(row.value());
    }
    return NoValue{"NOT_IN_TABLE", table};
  }

  Value BandOf(const std::string& scale, const std::string& set) override { return PlaceCode(scale, set, false); }
  Value RangeOf(const std::string& scale, const std::string& set) override { return PlaceCode(scale, set, true); }

  Value Chosen(const std::string& option, const std::string& item) override {
    if (StateOf(item) != "ANSWERED") return NoValue{"NO_VALUE", item};
    const auto& chosen = answers_.at(item)->options().option();
    return std::find(chosen.begin(), chosen.end(), option) != chosen.end();
  }

 private:
  struct ScaleView {
    Value value;
    ScaleOutcome outcome;  // Without places.
  };

  // Items.

  const std::string& StateOf(const std::string& id) {
    const auto known = states_.find(id);
    if (known != states_.end()) return known->second;
    const v1::Item& item = *directory_.items.at(id);
    const Value shown = item.show_when().empty() ? Value(true) : Evaluate(item.show_when(), *this, nullptr);
    std::string state;
    if (IsNone(shown)) {
      state = "UNDECIDED";
    } else if (!std::get<bool>(shown)) {
      state = "HIDDEN";
    } else {
      state = StateWhenShown(item, OptionsOf(item), AnswerTo(id));
    }
    return states_[id] = state;
  }

  const v1::OptionSet* OptionsOf(const v1::Item& item) const {
    if (item.has_single_choice()) return directory_.option_sets.at(item.single_choice());
    if (item.has_multiple_choice()) return directory_.option_sets.at(item.multiple_choice().option_set());
    return nullptr;
  }

  const v1::Answer* AnswerTo(const std::string& id) const {
    const auto answer = answers_.find(id);
    return answer == answers_.end() ? nullptr : answer->second;
  }

  bool IsHiddenWithValue(const v1::Item& item) {
    return StateOf(item.id()) == "HIDDEN" && !item.hidden_value().empty();
  }

  bool IsMissing(const std::string& id) { return StateOf(id) == "MISSING" || StateOf(id) == "UNDECIDED"; }

  bool HasLeft(const v1::Item& item) {
    if (StateOf(item.id()) == "NOT_APPLICABLE") return true;
    return StateOf(item.id()) == "HIDDEN" && item.hidden_value().empty();
  }

  std::optional<mpq_class> ItemNumber(const std::string& id, const std::string& use_values) {
    const v1::Item& item = *directory_.items.at(id);
    if (IsHiddenWithValue(item)) return ParseExact(item.hidden_value());
    if (StateOf(id) != "ANSWERED") return std::nullopt;
    return NumberOf(item, OptionsOf(item), *AnswerTo(id), use_values);
  }

  bool IsRequired(const v1::Item& item) {
    if (StateOf(item.id()) == "UNDECIDED") {
      return item.required_when().empty() && !item.optional() && !WaitsForContext(item);
    }
    if (item.required_when().empty()) return !item.optional();
    return IsTrue(Evaluate(item.required_when(), *this, nullptr));
  }

  // "Context never makes a form incomplete": also not by an item that nobody can be asked without it.
  bool WaitsForContext(const v1::Item& item) {
    const std::string subject = std::get<NoValue>(Evaluate(item.show_when(), *this, nullptr)).subject;
    if (directory_.context.count(subject) != 0) return true;
    const auto read = directory_.items.find(subject);
    return read != directory_.items.end() && StateOf(subject) == "UNDECIDED" && WaitsForContext(*read->second);
  }

  // Context.

  Value ReadContext(const std::string& id) const {
    const v1::ContextValue& context = *directory_.context.at(id);
    const auto sent = context_.find(id);
    const std::string& text = sent != context_.end() ? sent->second : context.default_();
    if (text.empty()) return NoValue{"NO_VALUE", id};
    if (context.has_codes()) return text;
    return ParseExact(text);
  }

  // The gate.

  bool GateFails() {
    const v1::QuizDefinition& definition = directory_.definition;
    if (!definition.has_gate()) return false;
    std::vector<MemberView> members;
    for (const std::string& id : definition.gate().of()) members.push_back(GateMember(*directory_.items.at(id)));
    if (members.empty()) {
      for (const v1::Item& item : definition.items()) members.push_back(GateMember(item));
    }
    const NeedView need = JudgeNeed(definition.gate().need(), members);
    return !need.met;
  }

  MemberView GateMember(const v1::Item& item) {
    MemberView member{item.id(), HasLeft(item), std::nullopt, std::nullopt};
    if (Has(item.id())) member.value = 1;
    return member;
  }

  // Scales.

  const ScaleView& ScaleOf(const std::string& id) {
    const auto known = scales_.find(id);
    if (known != scales_.end()) return known->second;
    const v1::Scale& scale = *directory_.scales.at(id);
    ScaleView view;
    if (gate_failed_) {
      view.value = NoValue{"GATE", ""};
    } else if (scale.has_aggregate()) {
      view.value = Aggregate(scale, view.outcome.missing);
    } else {
      view.value = Evaluate(scale.formula(), *this, nullptr);
    }
    if (IsNone(view.value)) {
      view.outcome.reason = std::get<NoValue>(view.value).reason;
      view.outcome.subject = std::get<NoValue>(view.value).subject;
    } else {
      mpq_class& value = std::get<mpq_class>(view.value);
      view.outcome.raw = value.get_str();
      if (scale.has_rounding()) value = RoundExact(value, scale.rounding());
      view.outcome.value = value.get_str();
    }
    return scales_[id] = std::move(view);
  }

  MemberView ViewMember(const v1::Aggregate& aggregate, const std::string& id) {
    MemberView member;
    member.id = id;
    if (const auto item = directory_.items.find(id); item != directory_.items.end()) {
      member.left = HasLeft(*item->second);
      member.value = ItemNumber(id, aggregate.use_values());
      return member;
    }
    const Value value = ScaleOf(id).value;
    if (IsNone(value)) {
      member.carried = std::get<NoValue>(value);
    } else {
      member.value = std::get<mpq_class>(value);
    }
    return member;
  }

  Value Aggregate(const v1::Scale& scale, std::string& missing) {
    const v1::Aggregate& aggregate = scale.aggregate();
    std::vector<MemberView> members;
    for (const std::string& id : aggregate.of()) members.push_back(ViewMember(aggregate, id));
    const NeedView need = JudgeNeed(aggregate.missing(), members);
    missing = absl::StrCat(need.answered, " of ", need.applicable, ", ", need.needed, " needed");
    if (need.applicable == 0) return NoValue{"NONE_APPLICABLE", scale.id()};
    if (!need.met) return WhyNotMet(aggregate.missing(), members, scale.id());
    return Combine(scale, members);
  }

  // What is done with the members once the need is met.
  Value Combine(const v1::Scale& scale, const std::vector<MemberView>& members) {
    const v1::Aggregate& aggregate = scale.aggregate();
    const v1::MissingPolicy& policy = aggregate.missing();
    mpq_class sum;              // Of weight times value.
    mpq_class weight_there;     // Over the members that have a value or are filled with one.
    mpq_class weight_expected;  // Over the members that have not left.
    std::vector<mpq_class> values;
    for (const MemberView& member : members) {
      if (member.left) continue;
      const auto named = aggregate.weights().find(member.id);
      const mpq_class weight = named == aggregate.weights().end() ? mpq_class(1) : ParseExact(named->second);
      weight_expected += weight;
      std::optional<mpq_class> value = member.value;
      if (!value.has_value() && policy.fill() == v1::MissingPolicy::FILL_VALUE) value = ParseExact(policy.value());
      if (!value.has_value()) continue;
      if (aggregate.op() == v1::Aggregate::OP_COUNT) {
        const Value it = *value;
        const Value met = Evaluate(aggregate.where(), *this, &it);
        if (IsNone(met)) return met;
        value = std::get<bool>(met) ? 1 : 0;
      }
      sum += weight * *value;
      weight_there += weight;
      values.push_back(*value);
    }
    const bool total = aggregate.op() == v1::Aggregate::OP_SUM || aggregate.op() == v1::Aggregate::OP_COUNT;
    const bool prorated = policy.fill() == v1::MissingPolicy::FILL_PRORATE;
    if (total && !prorated) return sum;
    if (values.empty()) return NoValue{"TOO_FEW_ANSWERED", scale.id()};
    if (total) return mpq_class(sum * weight_expected / weight_there);
    if (aggregate.op() == v1::Aggregate::OP_MEAN) return mpq_class(sum / weight_there);
    if (aggregate.op() == v1::Aggregate::OP_MAX) return *std::max_element(values.begin(), values.end());
    return *std::min_element(values.begin(), values.end());
  }

  // Bands.

  PlaceOutcome PlaceOf(const v1::Scale& scale, const v1::BandSet& set) {
    const Value value = ScaleOf(scale.id()).value;
    if (IsNone(value)) return {"NOT_SCORED", "", ""};
    const Value applies = set.when().empty() ? Value(true) : Evaluate(set.when(), *this, nullptr);
    if (IsNone(applies)) return {"CONTEXT_ABSENT", "", ""};
    if (!std::get<bool>(applies)) return {"NOT_APPLICABLE", "", ""};
    const mpq_class& number = std::get<mpq_class>(value);
    const v1::Band& band = *Last(set.bands(), number, set.upper_closed());
    return {"IN_BAND", band.id(),
            band.ranges().empty() ? std::string() : Last(band.ranges(), number, set.upper_closed())->id()};
  }

  // The last part that begins below the value, or at it where the bounds belong to the part above them.
  template <typename Part>
  static const Part* Last(const google::protobuf::RepeatedPtrField<Part>& parts, const mpq_class& value,
                          bool upper_closed) {
    const Part* last = &parts.Get(0);
    for (const Part& part : parts) {
      if (part.from().empty()) continue;
      const mpq_class from = ParseExact(part.from());
      if (upper_closed ? value > from : value >= from) last = &part;
    }
    return last;
  }

  Value PlaceCode(const std::string& scale_id, const std::string& set_id, bool want_range) {
    const v1::Scale& scale = *directory_.scales.at(scale_id);
    for (const v1::BandSet& set : scale.band_sets()) {
      if (!set_id.empty() && set.id() != set_id) continue;
      const PlaceOutcome place = PlaceOf(scale, set);
      if (place.state == "NOT_SCORED") return ScaleOf(scale_id).value;
      const std::string& code = want_range ? place.range : place.band;
      return code.empty() ? Value(NoValue{"NO_VALUE", scale_id}) : Value(code);
    }
    throw std::logic_error("no band set " + set_id);
  }

  // Decisions, alerts and guidance.

  const std::string& Decide(const std::string& id) {
    const auto known = decisions_.find(id);
    if (known != decisions_.end()) return known->second;
    const v1::Decision& decision = *directory_.decisions.at(id);
    std::string outcome = decision.otherwise();
    for (const v1::Rule& rule : decision.rules()) {
      const Value holds = Evaluate(rule.when(), *this, nullptr);
      if (IsNone(holds)) {
        outcome = "UNDECIDED";
        break;
      }
      if (std::get<bool>(holds)) {
        outcome = rule.outcome();
        break;
      }
    }
    return decisions_[id] = outcome;
  }

  void JudgeAlert(const v1::Alert& alert, std::vector<std::string>& judgements) {
    if (alert.for_each().empty()) {
      judgements.push_back(absl::StrCat(alert.id(), " ", Judgement(Evaluate(alert.when(), *this, nullptr))));
    }
    for (const std::string& id : alert.for_each()) {
      const Value it = Read(id);
      judgements.push_back(absl::StrCat(alert.id(), "/", id, " ", Judgement(Evaluate(alert.when(), *this, &it))));
    }
  }

  static std::string Judgement(const Value& raised) {
    if (IsNone(raised)) return "UNDECIDED";
    return std::get<bool>(raised) ? "RAISED" : "CLEAR";
  }

  std::string Guide() {
    for (const v1::Guidance& guidance : directory_.definition.guidance()) {
      const Value holds = guidance.when().empty() ? Value(true) : Evaluate(guidance.when(), *this, nullptr);
      if (IsNone(holds)) return "UNDECIDED";
      if (std::get<bool>(holds)) return guidance.id();
    }
    return "";
  }

  static bool IsTrue(const Value& value) { return std::holds_alternative<bool>(value) && std::get<bool>(value); }

  const Directory& directory_;
  const Context& context_;
  std::map<std::string, const v1::Answer*> answers_;
  std::map<std::string, std::string> states_;
  std::map<std::string, ScaleView> scales_;
  std::map<std::string, std::string> decisions_;
  bool gate_failed_ = false;
};

}  // namespace

Directory::Directory(const v1::QuizDefinition& d) : definition(d) {
  for (const v1::OptionSet& set : d.option_sets()) option_sets[set.id()] = &set;
  for (const v1::Item& item : d.items()) items[item.id()] = &item;
  for (const v1::ContextValue& value : d.context()) context[value.id()] = &value;
  for (const v1::Table& table : d.tables()) tables[table.id()] = &table;
  for (const v1::Scale& scale : d.scales()) scales[scale.id()] = &scale;
  for (const v1::Decision& decision : d.decisions()) decisions[decision.id()] = &decision;
}

Outcome ReferenceScorer::Score(const Answers& answers, const Context& context) const {
  return Run(directory_, answers, context).Finish();
}

}  // namespace ladder::quiz::reference
