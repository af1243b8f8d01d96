#include "libs/quiz/render.h"

namespace ladder::quiz {
namespace {

void RenderPossibleBand(const Program& program, const BandSet& set, const ReachablePlace& place,
                        const ReachableRange& range, v1::PossibleBand& out) {
  out.set_band_set(set.id);
  for (const Index band : place.possible) out.add_possible(program.codes[set.bands[band].id]);
  if (place.decided == kNone) return;
  const Band& band = set.bands[place.decided];
  out.set_decided(program.codes[band.id]);
  out.set_if_scored(range.may_be_unscored);
  if (place.decided_range != kNone) out.set_decided_range(program.codes[band.ranges[place.decided_range].id]);
}

void RenderPossibleScale(const Program& program, const Scale& scale, const ScalePossibility& possibility,
                         v1::Possible& out) {
  const ReachableRange& range = possibility.range;
  out.set_may_be_unscored(range.may_be_unscored);
  out.set_exact(range.exact);
  if (!range.can_be_scored) return;
  *out.mutable_minimum() = RenderValue(range.low, scale);
  *out.mutable_maximum() = RenderValue(range.high, scale);
  for (Index set = 0; set < scale.band_sets.size(); ++set) {
    const ReachablePlace& place = possibility.places[set];
    if (place.may_apply) RenderPossibleBand(program, scale.band_sets[set], place, range, *out.add_bands());
  }
}

}  // namespace

void RenderPossible(const Program& program, const Possibility& possibility, v1::QuizResult& out) {
  int rendered = 0;  // Internal scales have no result.
  for (Index scale = 0; scale < program.scales.size(); ++scale) {
    if (program.scales[scale].internal) continue;
    RenderPossibleScale(program, program.scales[scale], possibility.scales[scale],
                        *out.mutable_scales(rendered++)->mutable_possible());
  }
  for (int decision = 0; decision < out.decisions_size(); ++decision) {
    out.mutable_decisions(decision)->set_decided(possibility.outcomes[static_cast<std::size_t>(decision)].size() == 1);
  }
}

}  // namespace ladder::quiz
