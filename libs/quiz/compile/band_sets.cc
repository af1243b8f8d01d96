#include "libs/quiz/compile/band_sets.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ladder::quiz {
namespace {

// Lower bounds of bands or of the ranges in one band: the first has none, the others ascend.
class LowerBounds {
 public:
  LowerBounds(absl::string_view what, Compilation& compilation) : what_(what), compilation_(compilation) {}

  std::optional<Rational> Read(const std::string& path, bool is_first, const std::string& text) {
    if (is_first) {
      if (!text.empty()) {
        compilation_.faults.Error(path, absl::StrCat("the first ", what_, " has no lower bound; remove from"));
      }
      return std::nullopt;
    }
    std::optional<Rational> bound = compilation_.Number(path, text);
    if (bound.has_value() && last_.has_value() && *bound <= *last_) {
      compilation_.faults.Error(path, absl::StrCat("has to be more than ", last_->ToString(), ", where the ", what_,
                                                   " before begins; put them in ascending order"));
    }
    if (bound.has_value()) last_ = bound;
    return bound;
  }

 private:
  absl::string_view what_;
  Compilation& compilation_;
  std::optional<Rational> last_;
};

std::vector<Range> CompileRanges(const std::string& path, const v1::Band& source, Compilation& compilation) {
  UniqueCodes ids(compilation.faults);
  LowerBounds bounds("range", compilation);
  std::vector<Range> ranges;
  for (int i = 0; i < source.ranges_size(); ++i) {
    const std::string range_path = absl::StrCat(path, ".", At("ranges", i));
    ids.Check(range_path + ".id", source.ranges(i).id());
    ranges.push_back({compilation.Intern(source.ranges(i).id()),
                      bounds.Read(range_path + ".from", i == 0, source.ranges(i).from())});
  }
  return ranges;
}

// Ranges lie inside of their band, which ends where the next one begins.
void CheckRangesLieInside(const std::string& path, const Band& band, const Band* next, Compilation& compilation) {
  for (std::size_t i = 0; i < band.ranges.size(); ++i) {
    const std::optional<Rational>& from = band.ranges[i].from;
    const std::string range_path = absl::StrCat(path, ".", At("ranges", static_cast<int>(i)), ".from");
    if (from.has_value() && band.from.has_value() && *from <= *band.from) {
      compilation.faults.Error(range_path,
                               absl::StrCat("has to be more than ", band.from->ToString(), ", where the band begins"));
    }
    if (from.has_value() && next != nullptr && next->from.has_value() && *from >= *next->from) {
      compilation.faults.Error(
          range_path, absl::StrCat("has to be less than ", next->from->ToString(), ", where the next band begins"));
    }
  }
}

BandSet CompileBandSet(const std::string& path, const v1::BandSet& source, Compilation& compilation) {
  BandSet set;
  set.id = source.id();
  set.upper_closed = source.upper_closed();
  if (source.bands().empty()) compilation.faults.Error(path + ".bands", "add at least one band");
  UniqueCodes ids(compilation.faults);
  LowerBounds bounds("band", compilation);
  for (int i = 0; i < source.bands_size(); ++i) {
    const v1::Band& band = source.bands(i);
    const std::string band_path = absl::StrCat(path, ".", At("bands", i));
    ids.Check(band_path + ".id", band.id());
    set.bands.push_back({compilation.Intern(band.id()), bounds.Read(band_path + ".from", i == 0, band.from()),
                         CompileRanges(band_path, band, compilation)});
  }
  for (std::size_t i = 0; i < set.bands.size(); ++i) {
    const Band* next = i + 1 < set.bands.size() ? &set.bands[i + 1] : nullptr;
    CheckRangesLieInside(absl::StrCat(path, ".", At("bands", static_cast<int>(i))), set.bands[i], next, compilation);
  }
  return set;
}

}  // namespace

std::vector<BandSet> CompileBandSets(const std::string& path, const v1::Scale& source, Compilation& compilation) {
  UniqueCodes ids(compilation.faults);
  std::vector<BandSet> sets;
  for (int i = 0; i < source.band_sets_size(); ++i) {
    const std::string set_path = absl::StrCat(path, ".", At("band_sets", i));
    ids.Check(set_path + ".id", source.band_sets(i).id());
    sets.push_back(CompileBandSet(set_path, source.band_sets(i), compilation));
  }
  return sets;
}

}  // namespace ladder::quiz
