#include "records-service/release/outcome.h"

#include <algorithm>
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

// The input that was scored, or what is wrong with the submission.
absl::StatusOr<quiz::Input> InputOf(const quiz::Program& program, const v1::Submission& submission) {
  std::vector<quiz::InputViolation> violations;
  std::optional<quiz::Input> input = quiz::CheckInput(program, submission.answers(), submission.context(), violations);
  if (input.has_value()) return *std::move(input);
  std::vector<FieldViolation> faults;
  for (const quiz::InputViolation& violation : violations) {
    faults.push_back({absl::StrCat("submission.", violation.field), violation.description});
  }
  return InvalidArgument(std::move(faults));
}

std::string SlicesText(const quiz::Program& program, const quiz::Input& input) {
  std::vector<std::string> parts;
  for (const std::string& id : program.definition.ladder().public_slices()) {
    const quiz::ContextInput& value = input.context[program.names.at(id).index];
    parts.push_back(absl::StrCat(id, "=", value.present ? program.codes[value.code] : ""));
  }
  return absl::StrJoin(parts, ",");
}

const quiz::BandSet& RungsOf(const quiz::Program& program) {
  return program.scales[program.ladder->scale].band_sets[program.ladder->band_set];
}

bool IsPlace(const quiz::Program& program, const std::string& stage, const std::string& range) {
  if (stage.empty()) return range.empty();
  for (const quiz::Band& band : RungsOf(program).bands) {
    if (program.codes[band.id] != stage) continue;
    const auto is_range = [&](const quiz::Range& candidate) { return program.codes[candidate.id] == range; };
    if (band.ranges.empty()) return range.empty();
    return std::any_of(band.ranges.begin(), band.ranges.end(), is_range);
  }
  return false;
}

bool IsGuidance(const quiz::Program& program, const std::string& id) {
  const auto is_it = [&id](const quiz::Guidance& guidance) { return guidance.id == id; };
  return id.empty() || std::any_of(program.guidance.begin(), program.guidance.end(), is_it);
}

// The result was checked by who made it; this only keeps it from naming cells that are not there.
absl::Status CheckResult(const quiz::Program& program, const quiz::v1::QuizResult& result) {
  std::vector<FieldViolation> faults;
  const quiz::v1::Stage& stage = result.stage();
  if (!IsPlace(program, stage.stage(), stage.range())) {
    faults.push_back({"result.stage", "names a stage and range that this version's ladder does not have"});
  }
  if (stage.has_bounce_point() && !quiz::ParseRatio(stage.bounce_point().exact()).has_value()) {
    faults.push_back({"result.stage.bounce_point.exact", "is no exact number"});
  }
  if (!IsGuidance(program, result.guidance().guidance())) {
    faults.push_back({"result.guidance.guidance", "is no guidance of this version"});
  }
  return faults.empty() ? absl::OkStatus() : InvalidArgument(std::move(faults));
}

struct Judgement {
  quiz::Rational sd;
  quiz::Rational reliability;
};

// Nothing where the norms cannot judge: a deviation is above 0, a reliability from 0 to below 1.
std::optional<Judgement> JudgementBy(const Norms& norms) {
  const std::optional<quiz::Rational> sd = quiz::ParseRatio(norms.sd());
  const std::optional<quiz::Rational> reliability = quiz::ParseRatio(norms.reliability());
  if (!sd.has_value() || !reliability.has_value()) return std::nullopt;
  if (sd->sign() <= 0 || reliability->sign() < 0 || *reliability >= quiz::Rational(1)) return std::nullopt;
  return Judgement{*sd, *reliability};
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

absl::StatusOr<CountedFacts> FactsOf(const quiz::Program& program, const v1::Submission& submission,
                                     const quiz::v1::QuizResult& result) {
  const absl::StatusOr<quiz::Input> input = InputOf(program, submission);
  if (!input.ok()) return input.status();
  if (absl::Status status = CheckResult(program, result); !status.ok()) return status;
  CountedFacts facts;
  facts.slices = SlicesText(program, *input);
  facts.outcome.set_stage(result.stage().stage());
  facts.outcome.set_range(result.stage().range());
  facts.outcome.set_guidance(result.guidance().guidance());
  if (result.stage().has_bounce_point()) *facts.outcome.mutable_score() = result.stage().bounce_point().exact();
  if (const quiz::Norms* norms = quiz::FindNorms(program, program.ladder->scale, *input); norms != nullptr) {
    *facts.outcome.mutable_norms()->mutable_sd() = quiz::RenderRatio(*norms->sd);
    *facts.outcome.mutable_norms()->mutable_reliability() = quiz::RenderRatio(*norms->reliability);
  }
  facts.outcome.set_direction(program.scales[program.ladder->scale].direction);
  return facts;
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
  const std::optional<quiz::Rational> before = quiz::ParseRatio(earlier.score());
  const std::optional<quiz::Rational> now = quiz::ParseRatio(later.score());
  const std::optional<Judgement> judgement = JudgementBy(later.norms());
  const bool no_direction = later.direction() == quiz::v1::Scale::DIRECTION_UNSPECIFIED;
  if (!before.has_value() || !now.has_value() || !judgement.has_value() || no_direction) {
    return v1::CHANGE_NOT_ASSESSABLE;
  }
  return ChangeOf(quiz::ChangeBetween(*before, *now, judgement->sd, judgement->reliability, later.direction()).verdict);
}

}  // namespace ladder::records::release
