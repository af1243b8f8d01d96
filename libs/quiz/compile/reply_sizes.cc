#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/steps.h"

namespace ladder::quiz {
namespace {

// Bytes of a message, field or string besides its words, rounded up.
constexpr std::size_t kFrame = 8;
// A number as decimal text and as a ratio of 256 bits each.
constexpr std::size_t kLongestNumber = 280;

// The longest text of any locale.
std::size_t BytesOf(const v1::Text& text) {
  std::size_t longest = 0;
  for (const auto& [locale, words] : text.by_locale()) longest = std::max(longest, words.size());
  return longest + kFrame;
}

// Adds up one reply; the fault stands at the part that makes it too large.
class ReplySize {
 public:
  ReplySize(absl::string_view what, std::size_t limit, FaultList& faults)
      : what_(what), limit_(limit), faults_(faults) {}

  void Add(const std::string& path, std::size_t bytes) {
    const bool passed_before = bytes_ > limit_;
    bytes_ += bytes + kFrame;
    if (passed_before || bytes_ <= limit_) return;
    faults_.Limit(path, absl::StrCat("with this ", what_, " may have more than ", limit_,
                                     " bytes, the most that one reply may have; shorten texts or lists"));
  }

 private:
  absl::string_view what_;
  std::size_t limit_;
  FaultList& faults_;
  std::size_t bytes_ = 0;
};

void MeasureForm(Compilation& compilation) {
  const v1::QuizDefinition& definition = compilation.definition;
  ReplySize form("the form", kMaxFormBytes, compilation.faults);
  std::vector<std::size_t> sets;
  for (const v1::OptionSet& set : definition.option_sets()) {
    std::size_t bytes = 0;
    for (const v1::Option& option : set.options()) bytes += option.id().size() + BytesOf(option.text()) + kFrame;
    sets.push_back(bytes);
  }
  for (int i = 0; i < definition.items_size(); ++i) {
    const v1::Item& item = definition.items(i);
    const Index set = compilation.program.items[i].option_set;
    form.Add(At("items", i),
             item.id().size() + BytesOf(item.text()) + item.number().ByteSizeLong() + (set != kNone ? sets[set] : 0));
  }
  for (int i = 0; i < definition.context_size(); ++i) form.Add(At("context", i), definition.context(i).ByteSizeLong());
}

class ResultMeasurer {
 public:
  explicit ResultMeasurer(Compilation& compilation)
      : definition_(compilation.definition), result_("a result", kMaxResultBytes, compilation.faults) {}

  void Run() {
    for (int i = 0; i < definition_.items_size(); ++i) {
      result_.Add(At("items", i), 2 * definition_.items(i).id().size());  // Missing, or ignored.
    }
    for (int i = 0; i < definition_.scales_size(); ++i) {
      if (!definition_.scales(i).internal()) AddScale(i);
    }
    for (int i = 0; i < definition_.decisions_size(); ++i) AddDecision(i);
    for (int i = 0; i < definition_.alerts_size(); ++i) AddAlert(i);
    std::size_t longest = 0;
    for (const v1::Guidance& guidance : definition_.guidance()) {
      longest = std::max(longest, BytesOf(guidance.professional_text()) + BytesOf(guidance.client_text()));
    }
    result_.Add("guidance", longest + BytesOf(definition_.notice()));
  }

 private:
  void AddScale(int i) {
    const v1::Scale& scale = definition_.scales(i);
    std::size_t bytes = 2 * scale.id().size() + BytesOf(scale.title()) + kLongestNumber;
    // Members that are missing.
    for (const std::string& member : scale.aggregate().of()) bytes += member.size() + kFrame / 2;
    for (const v1::BandSet& set : scale.band_sets()) bytes += BytesOfSet(set);
    result_.Add(At("scales", i), bytes);
  }

  // The band that holds, with its title, and all that are still possible, without.
  static std::size_t BytesOfSet(const v1::BandSet& set) {
    std::size_t longest = 0;
    std::size_t possible = 0;
    for (const v1::Band& band : set.bands()) {
      std::size_t longest_range = 0;
      for (const v1::Range& range : band.ranges()) {
        longest_range = std::max(longest_range, range.id().size() + BytesOf(range.title()));
      }
      longest = std::max(longest, band.id().size() + BytesOf(band.title()) + longest_range);
      possible += band.id().size() + kFrame / 2;
    }
    return 2 * set.id().size() + longest + possible;
  }

  void AddDecision(int i) {
    const v1::Decision& decision = definition_.decisions(i);
    std::size_t longest = 0;
    for (const auto& [outcome, text] : decision.outcomes()) longest = std::max(longest, BytesOf(text));
    result_.Add(At("decisions", i), decision.id().size() + BytesOf(decision.title()) + kMaxIdCharacters + longest);
  }

  void AddAlert(int i) {
    const v1::Alert& alert = definition_.alerts(i);
    const std::size_t each = alert.id().size() + BytesOf(alert.professional_text()) + kFrame;
    std::size_t bytes = alert.for_each().empty() ? each : 0;
    for (const std::string& item : alert.for_each()) bytes += each + item.size() + kFrame;
    result_.Add(At("alerts", i), bytes);
  }

  const v1::QuizDefinition& definition_;
  ReplySize result_;
};

}  // namespace

void MeasureReplies(Compilation& compilation) {
  MeasureForm(compilation);
  ResultMeasurer(compilation).Run();
}

}  // namespace ladder::quiz
