#include "records-service/titles.h"

#include <string>

#include "libs/quiz/text.h"

namespace ladder::records {
namespace {

namespace definition = ladder::quiz::v1;

// The element with this id; null where there is none.
template <typename List>
auto* FindById(const List& list, absl::string_view id) {
  for (const auto& element : list) {
    if (element.id() == id) return &element;
  }
  return static_cast<decltype(&list.Get(0))>(nullptr);
}

class Titles {
 public:
  Titles(const quiz::Program& program, absl::string_view locale)
      : program_(program), locale_(locale), default_locale_(quiz::DefaultLocale(program.definition)) {}

  const std::string& Of(const definition::Text& text) const { return quiz::TextIn(text, locale_, default_locale_); }

  const definition::Scale* FindScale(absl::string_view id) const { return FindById(program_.definition.scales(), id); }

  const definition::BandSet* LadderSet() const {
    if (!program_.definition.has_ladder()) return nullptr;
    const definition::Scale* scale = FindScale(program_.definition.ladder().scale());
    return scale == nullptr ? nullptr : FindById(scale->band_sets(), program_.definition.ladder().band_set());
  }

 private:
  const quiz::Program& program_;
  const absl::string_view locale_;
  const absl::string_view default_locale_;
};

// Sets the titles of a band and of a range in it.
void SetTitles(const Titles& titles, const definition::BandSet* set, absl::string_view band_id,
               absl::string_view range_id, std::string* title, std::string* range_title) {
  const definition::Band* band = set == nullptr ? nullptr : FindById(set->bands(), band_id);
  if (band == nullptr) return;
  *title = titles.Of(band->title());
  const definition::Range* range = FindById(band->ranges(), range_id);
  if (range != nullptr) *range_title = titles.Of(range->title());
}

}  // namespace

void Retitle(const quiz::Program& program, absl::string_view locale, v1::ProgressPoint& point) {
  const Titles titles(program, locale);
  if (point.has_stage()) {
    definition::Stage& stage = *point.mutable_stage();
    SetTitles(titles, titles.LadderSet(), stage.stage(), stage.range(), stage.mutable_title(),
              stage.mutable_range_title());
  }
  for (definition::ScaleResult& result : *point.mutable_scales()) {
    const definition::Scale* scale = titles.FindScale(result.scale());
    if (scale == nullptr) continue;
    result.set_title(titles.Of(scale->title()));
    for (definition::BandResult& band : *result.mutable_bands()) {
      SetTitles(titles, FindById(scale->band_sets(), band.band_set()), band.band(), band.range(), band.mutable_title(),
                band.mutable_range_title());
    }
  }
}

void AddRungs(const quiz::Program& program, absl::string_view locale, v1::Progress& progress) {
  const Titles titles(program, locale);
  const definition::BandSet* set = titles.LadderSet();
  if (set == nullptr) return;
  for (const definition::Band& band : set->bands()) {
    definition::Rung* rung = progress.add_rungs();
    rung->set_stage(band.id());
    rung->set_title(titles.Of(band.title()));
  }
}

}  // namespace ladder::records
