#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/possible/analysis.h"
#include "libs/quiz/possible/places.h"
#include "libs/quiz/possible/summary.h"

namespace ladder::quiz {
namespace {

// Reads what no scale or decision reads, so that its divisions and lookups are proved too, and tells what never
// applies.
class ReachabilityCheck {
 public:
  ReachabilityCheck(const Program& program, FaultList& faults, const AnalysisEffort& effort)
      : program_(program),
        faults_(faults),
        budget_(effort.steps, effort.stop),
        proofs_(faults, budget_),
        analysis_(program, nullptr, LimitsAtPublish(budget_), &proofs_),
        facts_(analysis_.facts()) {}

  Reachability Run() {
    CheckEarlierScores();
    CheckItems();
    for (std::size_t i = 0; i < program_.scales.size(); ++i) CheckScale(static_cast<Index>(i));
    for (std::size_t i = 0; i < program_.decisions.size(); ++i) CheckDecision(static_cast<Index>(i));
    for (std::size_t i = 0; i < program_.alerts.size(); ++i) CheckAlert(program_.alerts[i]);
    CheckGuidance();
    CheckNorms();
    const AnalysisUse use = UseOf(budget_);
    if (use.cut_short) {
      faults_.Warning(use.cut_short_at,
                      absl::StrCat("the analysis of the quiz may take ", budget_.steps(),
                                   " steps, and from here on they did not suffice, so ranges are wider than they could "
                                   "be; simplify this, or divide it among internal scales that are rounded"));
    }
    return {.is_safe = proofs_.all_hold(), .for_all = SummaryOf(program_, analysis_), .use = use};
  }

 private:
  const std::string& PathOf(Index expression) const { return program_.expressions[expression].path; }

  void CheckEarlierScores() {
    for (std::size_t i = 0; i < program_.context.size(); ++i) {
      if (analysis_.context(static_cast<Index>(i)).number.bounded()) continue;
      if (analysis_.ReportedScale(program_.context[i].earlier_scale).number.bounded()) continue;
      proofs_.Error(absl::StrCat("context[", i, "].earlier"),
                    absl::StrCat("scale '", program_.scales[program_.context[i].earlier_scale].id,
                                 "' has no bounds that can be shown, or they hang on '", program_.context[i].id,
                                 "' itself; read the earlier score in another scale"));
    }
  }

  void CheckItems() {
    for (std::size_t i = 0; i < program_.items.size(); ++i) {
      const Item& item = program_.items[i];
      if (!facts_.items->at(i).number.bounded()) proofs_.Error(absl::StrCat("items[", i, "]"), kTooLargeMessage);
      if (item.show_when != kNone) {
        if (!analysis_.Judge(item.show_when).may_be_true) {
          faults_.Error(PathOf(item.show_when),
                        absl::StrCat("item '", item.id, "' can never be shown; mend the condition or drop the item"));
        }
      }
      if (item.required_when != kNone) analysis_.Judge(item.required_when);
    }
  }

  void CheckScale(Index index) {
    const Scale& scale = program_.scales[index];
    const AbstractValue& value = analysis_.ReportedScale(index);
    const std::string path = absl::StrCat("scales[", index, "]");
    if (value.number.empty()) {
      faults_.Error(path, absl::StrCat("scale '", scale.id, "' can never be scored; mend its rule or drop it"));
    }
    CheckDifferences(scale, value.number, path);
    for (std::size_t i = 0; i < scale.band_sets.size(); ++i) {
      const BandSet& set = scale.band_sets[i];
      const ReachedSet& reached = *analysis_.BandsOf(index, static_cast<Index>(i));
      if (set.when != kNone && !reached.applies.may_be_true) {
        faults_.Error(PathOf(set.when),
                      absl::StrCat("band set '", set.id, "' can never apply; mend the condition or drop the set"));
      }
      if (value.number.empty() || !value.number.bounded()) continue;
      CheckBands(set, reached.bands, value, scale.id, absl::StrCat(path, ".band_sets[", i, "]"));
    }
  }

  // Results tell how far a value is from a boundary, and progress how far from an earlier value.
  void CheckDifferences(const Scale& scale, const NumberSet& values, const std::string& path) {
    if (values.empty() || !values.bounded()) return;
    int most = BitsOfSum(values, values);
    const auto include = [&](const std::optional<Rational>& bound) {
      if (bound.has_value()) most = std::max(most, BitsOfSum(values, NumberSet::Of(*bound)));
    };
    for (const BandSet& set : scale.band_sets) {
      for (const Band& band : set.bands) {
        include(band.from);
        for (const Range& range : band.ranges) include(range.from);
      }
    }
    if (most > kMostBits) proofs_.Error(path, kTooLargeMessage);
  }

  // The range may be too wide, never too narrow: what it does not reach is reached by no form. But only where it is
  // exact does it show an author where the scale really ends, and refuses.
  void CheckBands(const BandSet& set, const std::vector<BandReached>& reached, const AbstractValue& value,
                  const std::string& scale, const std::string& path) {
    const NumberSet& values = value.number;
    const bool exact = std::min(value.exactness, values.exactness()) >= Exactness::kEnds;
    const auto tell = [&](const std::string& place, const std::string& message) {
      exact ? faults_.Error(place, message) : faults_.Warning(place, message);
    };
    auto next = reached.begin();
    const std::string where =
        absl::StrCat("; scale '", scale, "' goes from ", values.low().ToString(), " to ", values.high().ToString());
    for (std::size_t i = 0; i < set.bands.size(); ++i) {
      const std::string band_path = absl::StrCat(path, ".bands[", i, "]");
      if (next == reached.end() || next->band != i) {
        tell(band_path, absl::StrCat("band '", program_.codes[set.bands[i].id], "' can never be reached", where,
                                     GridText(values)));
        continue;
      }
      const std::set<Index> ranges(next->ranges.begin(), next->ranges.end());
      for (std::size_t j = 0; j < set.bands[i].ranges.size(); ++j) {
        if (ranges.count(static_cast<Index>(j)) > 0) continue;
        tell(absl::StrCat(band_path, ".ranges[", j, "]"),
             absl::StrCat("range '", program_.codes[set.bands[i].ranges[j].id], "' can never be reached", where,
                          GridText(values)));
      }
      ++next;
    }
  }

  static std::string GridText(const NumberSet& values) {
    if (!values.grid().has_value() || values.grid()->sign() == 0) return "";
    return absl::StrCat(" in steps of ", values.grid()->ToString());
  }

  void CheckDecision(Index index) {
    const Decision& decision = program_.decisions[index];
    bool may_go_on = true;
    for (const Rule& rule : decision.rules) {
      const Analysis::Truth holds = analysis_.Judge(rule.when);
      if (!holds.may_be_true) {
        faults_.Error(PathOf(rule.when), absl::StrCat("this rule of decision '", decision.id,
                                                      "' can never apply: its condition is never true"));
      } else if (!may_go_on) {
        faults_.Error(PathOf(rule.when), absl::StrCat("this rule of decision '", decision.id,
                                                      "' can never apply: one before it always settles the matter"));
      }
      may_go_on = may_go_on && holds.may_be_false;
    }
    if (!may_go_on) {
      faults_.Warning(absl::StrCat("decisions[", index, "].otherwise"),
                      absl::StrCat("decision '", decision.id, "' never comes to this: its rules always settle it"));
    }
  }

  void CheckGuidance() {
    bool may_go_on = true;
    for (std::size_t i = 0; i < program_.guidance.size(); ++i) {
      const Guidance& guidance = program_.guidance[i];
      Analysis::Truth holds{.may_be_true = true};
      if (guidance.when != kNone) holds = analysis_.Judge(guidance.when);
      const std::string path = guidance.when != kNone ? PathOf(guidance.when) : absl::StrCat("guidance[", i, "].when");
      if (!holds.may_be_true) {
        faults_.Error(path, absl::StrCat("guidance '", guidance.id, "' can never apply: its condition is never true"));
      } else if (!may_go_on) {
        faults_.Error(path, absl::StrCat("guidance '", guidance.id,
                                         "' can never apply: one before it always settles the matter"));
      }
      may_go_on = may_go_on && holds.may_be_false;
    }
  }

  void CheckAlert(const Alert& alert) {
    bool may_be_raised = false;
    if (alert.for_each.empty()) may_be_raised = analysis_.Judge(alert.when).may_be_true;
    for (const Index item : alert.for_each) {
      const ItemOutcomes& outcomes = facts_.items->at(item);
      AbstractValue it = NumberIn(outcomes.number);
      it.may_be_none = outcomes.may_be_missing || outcomes.may_have_left;
      it.sources = outcomes.sources;
      const bool raised = RangeOfExpression(facts_, alert.when, &it).may_be_true;
      if (!raised) {
        faults_.Warning(PathOf(alert.when), absl::StrCat("alert '", alert.id, "' can never be raised for item '",
                                                         program_.items[item].id, "'"));
      }
      may_be_raised = may_be_raised || raised;
    }
    if (!may_be_raised) {
      faults_.Error(PathOf(alert.when),
                    absl::StrCat("alert '", alert.id, "' can never be raised: its condition is never true"));
    }
  }

  void CheckNorms() {
    for (const Norms& norms : program_.norms) {
      if (norms.when != kNone && !analysis_.Judge(norms.when).may_be_true) {
        faults_.Error(PathOf(norms.when), "these norms can never apply: their condition is never true");
      }
    }
  }

  const Program& program_;
  FaultList& faults_;
  AnalysisBudget budget_;
  ProofFaults proofs_;
  Analysis analysis_;
  const Facts& facts_;
};

}  // namespace

Reachability CheckReachable(const Program& program, FaultList& faults, const AnalysisEffort& effort) {
  return ReachabilityCheck(program, faults, effort).Run();
}

}  // namespace ladder::quiz
