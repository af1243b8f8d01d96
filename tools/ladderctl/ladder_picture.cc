#include "tools/ladderctl/ladder_picture.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/ladderctl/table.h"

namespace ladder::ctl {
namespace {

constexpr char kMark[] = "●";
constexpr std::size_t kGap = 2;  // Columns between marks.

std::string Centred(const std::string& text, std::size_t width) {
  const std::size_t used = std::min(DisplayWidth(text), width);
  return PadRight(absl::StrCat(std::string((width - used) / 2, ' '), text), width);
}

}  // namespace

std::string DrawLadder(const std::vector<PictureRung>& rungs, const std::vector<PictureMark>& marks,
                       std::size_t width) {
  std::size_t title_width = 0;
  for (const PictureRung& rung : rungs) title_width = std::max(title_width, DisplayWidth(rung.title));
  std::size_t column_width = 1;
  for (const PictureMark& mark : marks) column_width = std::max(column_width, DisplayWidth(mark.label));

  const std::size_t room = width > title_width + 4 ? width - title_width - 4 : column_width;
  const std::size_t fitting = std::max<std::size_t>(1, (room + kGap) / (column_width + kGap));
  const std::size_t first = marks.size() > fitting ? marks.size() - fitting : 0;

  const auto row = [&](const auto& cell) {
    std::string line;
    for (std::size_t i = first; i < marks.size(); ++i) {
      absl::StrAppend(&line, i == first ? "" : std::string(kGap, ' '), Centred(cell(marks[i]), column_width));
    }
    return line;
  };
  std::string picture;
  for (auto rung = rungs.rbegin(); rung != rungs.rend(); ++rung) {
    const std::string line = row([&](const PictureMark& mark) { return mark.rung == rung->id ? kMark : ""; });
    absl::StrAppend(&picture, PadRight(rung->title, title_width), " | ", line, " |\n");
  }
  const std::string labels = row([](const PictureMark& mark) { return mark.label; });
  const std::string under = absl::StrCat(std::string(title_width + 3, ' '), labels);
  absl::StrAppend(&picture, absl::StripTrailingAsciiWhitespace(under), "\n");
  return picture;
}

}  // namespace ladder::ctl
