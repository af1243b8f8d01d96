#include <optional>
#include <string>

#include "libs/quiz/render.h"
#include "libs/quiz/render_internal.h"
#include "libs/quiz/text.h"

namespace ladder::quiz {
namespace {

// The range before or after a place; the bands follow each other, so a place without ranges stands for its band.
Place Previous(const BandSet& set, Place place) {
  if (place.range != kNone && place.range > 0) {
    --place.range;
    return place;
  }
  --place.band;
  const std::size_t ranges = set.bands[place.band].ranges.size();
  place.range = ranges == 0 ? kNone : static_cast<Index>(ranges - 1);
  return place;
}

std::optional<Place> Next(const BandSet& set, Place place) {
  if (place.range != kNone && place.range + 1 < set.bands[place.band].ranges.size()) {
    ++place.range;
    return place;
  }
  if (place.band + 1 == set.bands.size()) return std::nullopt;
  ++place.band;
  place.range = set.bands[place.band].ranges.empty() ? kNone : 0;
  return place;
}

// Where a place begins; nothing at the bottom. A first range begins with its band.
const std::optional<Rational>& BeginOf(const BandSet& set, const Place& place) {
  const Band& band = set.bands[place.band];
  return place.range == kNone || place.range == 0 ? band.from : band.ranges[place.range].from;
}

void RenderBoundary(const Program& program, const Scale& scale, const BandSet& set, const Rational& value,
                    const Rational& at, const Place& other_side, v1::Boundary& out) {
  const Rational distance = at > value ? at - value : value - at;
  *out.mutable_at() = RenderBeside(at, scale);
  *out.mutable_distance() = RenderBeside(distance, scale);
  const Band& band = set.bands[other_side.band];
  out.set_band(program.codes[band.id]);
  if (other_side.range != kNone) out.set_range(program.codes[band.ranges[other_side.range].id]);
}

// Where a set is closed above, a value on a boundary lies below it, at distance 0 from the boundary above.
void RenderBoundaries(const Program& program, const Scale& scale, const BandSet& set, const Rational& value,
                      const Place& place, v1::Stage& stage) {
  if (const std::optional<Rational>& begin = BeginOf(set, place); begin.has_value()) {
    RenderBoundary(program, scale, set, value, *begin, Previous(set, place), *stage.mutable_below());
  }
  if (const std::optional<Place> next = Next(set, place); next.has_value()) {
    RenderBoundary(program, scale, set, value, *BeginOf(set, *next), *next, *stage.mutable_above());
  }
}

}  // namespace

void RenderStage(const Program& program, const Result& result, absl::string_view locale, v1::QuizResult& out) {
  if (!program.ladder.has_value()) return;
  const Ladder& ladder = *program.ladder;
  const Scale& scale = program.scales[ladder.scale];
  const BandSet& set = scale.band_sets[ladder.band_set];
  const ScaleScore& score = result.scales[ladder.scale];
  v1::Stage& stage = *out.mutable_stage();
  stage.set_scale(scale.id);
  stage.set_rungs(static_cast<std::uint32_t>(set.bands.size()));
  if (!score.scored) {
    *stage.mutable_not_scored() = RenderNoValue(program, score.why_not);
    return;
  }
  *stage.mutable_bounce_point() = RenderValue(score.value, scale);
  const Place& place = score.places[ladder.band_set];
  if (place.state != Place::State::kInBand) return;
  const absl::string_view default_locale = DefaultLocale(program.definition);
  const v1::Band& band = BandDefinition(program, ladder.scale, ladder.band_set, place.band);
  stage.set_stage(band.id());
  stage.set_title(TextIn(band.title(), locale, default_locale));
  stage.set_rung(place.band + 1);
  if (place.range != kNone) {
    const v1::Range& range = band.ranges(static_cast<int>(place.range));
    stage.set_range(range.id());
    stage.set_range_title(TextIn(range.title(), locale, default_locale));
  }
  RenderBoundaries(program, scale, set, score.value, place, stage);
}

}  // namespace ladder::quiz
