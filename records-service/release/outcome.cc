#include "records-service/release/outcome.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/change.h"
#include "libs/quiz/input.h"
#include "libs/quiz/number.h"
#include "libs/quiz/render.h"

namespace ladder::records::release {
namespace {

std::string SlicesText(const quiz::Program& program, const quiz::Input& input) {
  std::vector<std::string> parts;
  for (const std::string& id : program.definition.ladder().public_slices()) {
    const quiz::ContextInput& value = input.context[program.names.at(id).index];
    parts.push_back(absl::StrCat(id, "=", value.present ? program.codes[value.code] : ""));
  }
  return absl::StrJoin(parts, ",");
}

// The number of a ratio that a stored outcome holds; out of range if it holds none.
quiz::Rational Stored(const quiz::v1::Ratio& ratio) {
  return quiz::ParseRatio(ratio).value_or(quiz::Rational::OutOfRange());
}

v1::Change ChangeOf(quiz::ReliableChange::Verdict verdict) {
  switch (verdict) {
    case quiz::ReliableChange::Verdict::kReliablyBetter:
      return v1::CHANGE_RELIABLY_BETTER;
    case quiz::ReliableChange::Verdict::kReliablyWorse:
      return v1::CHANGE_RELIABLY_WORSE;
    case quiz::ReliableChange::Verdict::kNoReliableChange:
      return v1::CHANGE_NO_RELIABLE_CHANGE;
    case quiz::ReliableChange::Verdict::kReliableChange:
      return v1::CHANGE_NOT_ASSESSABLE;
  }
  return v1::CHANGE_NOT_ASSESSABLE;
}

}  // namespace

CountedFacts FactsOf(const quiz::Program& program, const quiz::Input& input, const quiz::v1::QuizResult& result) {
  CountedFacts facts;
  facts.slices = SlicesText(program, input);
  facts.outcome.set_stage(result.stage().stage());
  facts.outcome.set_range(result.stage().range());
  facts.outcome.set_guidance(result.guidance().guidance());
  if (result.stage().has_bounce_point()) *facts.outcome.mutable_score() = result.stage().bounce_point().exact();
  if (const quiz::Norms* norms = quiz::FindNorms(program, program.ladder->scale, input); norms != nullptr) {
    *facts.outcome.mutable_norms()->mutable_sd() = quiz::RenderRatio(*norms->sd);
    *facts.outcome.mutable_norms()->mutable_reliability() = quiz::RenderRatio(*norms->reliability);
  }
  facts.outcome.set_direction(program.scales[program.ladder->scale].direction);
  return facts;
}

std::optional<Outcome> ParseOutcome(absl::string_view bytes) {
  Outcome outcome;
  if (!outcome.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  if (outcome.has_score() && Stored(outcome.score()).out_of_range()) return std::nullopt;
  const bool has_bad_norms = outcome.has_norms() && (Stored(outcome.norms().sd()).out_of_range() ||
                                                     Stored(outcome.norms().reliability()).out_of_range());
  if (has_bad_norms || !quiz::v1::Scale::Direction_IsValid(outcome.direction())) return std::nullopt;
  return outcome;
}

absl::StatusOr<std::map<std::string, std::string>> ParseSlices(absl::string_view text) {
  std::map<std::string, std::string> values;
  if (text.empty()) return values;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    const std::vector<absl::string_view> sides = absl::StrSplit(part, '=');
    if (sides.size() != 2 || sides[0].empty() || !values.emplace(sides[0], sides[1]).second) {
      return Internal("a stored row has slices that are not of the form id=code,id=code");
    }
  }
  return values;
}

v1::Change ChangeBetween(const Outcome& earlier, const Outcome& later) {
  if (later.direction() == quiz::v1::Scale::DIRECTION_UNSPECIFIED) return v1::CHANGE_NOT_ASSESSABLE;
  const std::optional<quiz::ReliableChange> change =
      quiz::ChangeBetween(Stored(earlier.score()), Stored(later.score()), Stored(later.norms().sd()),
                          Stored(later.norms().reliability()), later.direction());
  return change.has_value() ? ChangeOf(change->verdict) : v1::CHANGE_NOT_ASSESSABLE;
}

}  // namespace ladder::records::release
