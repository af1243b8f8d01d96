#include "libs/quiz/compile/comparison.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/quiz/quote.h"

namespace ladder::quiz {
namespace {

constexpr absl::string_view kNotScored = "NOT_SCORED";
constexpr absl::string_view kUnprintable = "something else";

using Texts = std::map<std::string, std::string>;

std::string Plain(const Rational& value) {
  const std::optional<int> digits = ExactDigits(value);
  return digits.has_value() ? FormatDecimal(value, *digits) : value.ToString();
}

Texts ScoresOf(const Program& program, const Result& result) {
  Texts scores;
  for (Index i = 0; i < program.scales.size(); ++i) {
    if (program.scales[i].internal) continue;
    const ScaleScore& score = result.scales[i];
    scores[program.scales[i].id] = score.scored ? Plain(score.value) : std::string(kNotScored);
  }
  return scores;
}

std::string BandAndRange(const Program& program, const BandSet& set, const Place& place) {
  const Band& band = set.bands[place.band];
  const std::string& id = program.codes[band.id];
  return place.range == kNone ? id : absl::StrCat(id, "/", program.codes[band.ranges[place.range].id]);
}

Texts BandsOf(const Program& program, const Result& result) {
  Texts bands;
  for (Index i = 0; i < program.scales.size(); ++i) {
    const Scale& scale = program.scales[i];
    if (scale.internal) continue;
    for (Index j = 0; j < scale.band_sets.size(); ++j) {
      const Place& place = result.scales[i].places[j];
      if (place.state != Place::State::kInBand) continue;
      bands[absl::StrCat(scale.id, "/", scale.band_sets[j].id)] = BandAndRange(program, scale.band_sets[j], place);
    }
  }
  return bands;
}

Texts DecisionsOf(const Program& program, const Result& result) {
  Texts decisions;
  for (Index i = 0; i < program.decisions.size(); ++i) {
    decisions[program.decisions[i].id] = program.codes[result.outcomes[i]];
  }
  return decisions;
}

std::set<std::string> AlertsOf(const Program& program, const Result& result, AlertJudgement::State state) {
  std::set<std::string> alerts;
  for (const AlertJudgement& judgement : result.alerts) {
    if (judgement.state != state) continue;
    const std::string& id = program.alerts[judgement.alert].id;
    alerts.insert(judgement.item == kNone ? id : absl::StrCat(id, "/", program.items[judgement.item].id));
  }
  return alerts;
}

// Numbers agree where they are the same number, however they are written.
bool SameScore(const std::string& expected, const std::string& given) {
  if (expected == given) return true;
  const absl::StatusOr<Rational> left = Rational::Parse(expected);
  const absl::StatusOr<Rational> right = Rational::Parse(given);
  return left.ok() && right.ok() && *left == *right;
}

bool SameText(const std::string& expected, const std::string& given) { return expected == given; }

class Comparison {
 public:
  Comparison(const std::string& path, FaultList& faults) : path_(path), faults_(faults) {}

  void Compare(absl::string_view field, const google::protobuf::Map<std::string, std::string>& expected,
               const Texts& given, bool (*same)(const std::string&, const std::string&)) {
    for (const auto& [key, value] : given) {
      const auto found = expected.find(key);
      if (found == expected.end()) {
        Fault(AtKey(field, key), absl::StrCat("is left out; scoring gives ", value));
      } else if (!same(found->second, value)) {
        Fault(AtKey(field, key),
              absl::StrCat(QuoteCode(found->second, kUnprintable), " was expected, scoring gives ", value));
      }
    }
    for (const auto& [key, value] : Sorted(expected)) {
      if (given.count(std::string(key)) > 0) continue;
      Fault(AtKey(field, key), absl::StrCat(QuoteCode(*value, kUnprintable),
                                            " was expected, but results have nothing of that name here; remove it"));
    }
  }

  // `what` is for example "raised".
  void CompareAlerts(absl::string_view field, absl::string_view what,
                     const google::protobuf::RepeatedPtrField<std::string>& expected,
                     const std::set<std::string>& given) {
    const std::set<std::string> listed(expected.begin(), expected.end());
    for (const std::string& alert : given) {
      if (listed.count(alert) == 0) {
        Fault(std::string(field), absl::StrCat("'", alert, "' is left out; scoring says that it is ", what));
      }
    }
    for (int i = 0; i < expected.size(); ++i) {
      if (given.count(expected[i]) > 0) continue;
      Fault(At(field, i),
            absl::StrCat(QuoteCode(expected[i], kUnprintable), " was expected; scoring says that it is not ", what));
    }
  }

  void Fault(const std::string& field, std::string message) {
    faults_.Error(absl::StrCat(path_, ".", field), std::move(message));
  }

 private:
  const std::string& path_;
  FaultList& faults_;
};

std::string GuidanceOf(const Program& program, const Result& result) {
  if (result.guidance == kNone) return "";
  const Index modality = program.guidance[result.guidance].modality;
  return program.definition.modalities(static_cast<int>(modality)).id();
}

}  // namespace

void CompareWithExample(const std::string& path, const v1::Example& example, const Program& program,
                        const Result& result, FaultList& faults) {
  Comparison comparison(path, faults);
  comparison.Compare("scores", example.scores(), ScoresOf(program, result), SameScore);
  comparison.Compare("bands", example.bands(), BandsOf(program, result), SameText);
  comparison.Compare("decisions", example.decisions(), DecisionsOf(program, result), SameText);
  comparison.CompareAlerts("alerts", "raised", example.alerts(),
                           AlertsOf(program, result, AlertJudgement::State::kRaised));
  if (example.complete() != result.complete) {
    comparison.Fault("complete", result.complete ? "scoring says that the form is complete"
                                                 : "scoring says that the form is not complete");
  }
  const std::string guidance = GuidanceOf(program, result);
  if (example.guidance() != guidance) {
    comparison.Fault("guidance",
                     absl::StrCat(example.guidance().empty() ? "none" : QuoteCode(example.guidance(), kUnprintable),
                                  " was expected, scoring gives ", guidance.empty() ? "none" : guidance));
  }
  comparison.CompareAlerts("undecided_alerts", "undecided", example.undecided_alerts(),
                           AlertsOf(program, result, AlertJudgement::State::kUndecided));
}

}  // namespace ladder::quiz
