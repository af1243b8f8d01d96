// File: ladder_picture.h
//
// The ladder as people see it in a terminal: rungs from the top down, and where somebody stands or stood.

#ifndef LADDER_TOOLS_LADDERCTL_LADDER_PICTURE_H_
#define LADDER_TOOLS_LADDERCTL_LADDER_PICTURE_H_

#include <cstddef>
#include <string>
#include <vector>

namespace ladder::ctl {

struct PictureRung {
  std::string id;
  std::string title;
};

// One assessment: the rung where it stands (empty: none) and the label below its column, for example a date.
struct PictureMark {
  std::string rung;
  std::string label;
};

// `rungs` ascending, as the contracts give them; the highest is drawn first. One column for each mark, the newest ones
// where `width` columns do not hold all.
//
//   Glitter Ball   |         |
//   Snooker Ball   |     ●   |
//   Conker         |  ●      |
//                    05-01 06-01
std::string DrawLadder(const std::vector<PictureRung>& rungs, const std::vector<PictureMark>& marks, std::size_t width);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_LADDER_PICTURE_H_
