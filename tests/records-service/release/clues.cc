#include "tests/records-service/release/clues.h"

#include <gtest/gtest.h>

namespace ladder::records::release {

bool Clue::PointsToFirst(const Log& log) const {
  const std::vector<std::int64_t> cells = counts(log[entry]);
  return cells[one] >= in_one && cells[other] <= in_other;
}

std::vector<Clue> CluesOf(const std::vector<Counts>& tables, const Log& first, const Log& second) {
  std::vector<Clue> clues;
  for (std::size_t entry = 0; entry < first.size(); ++entry) {
    for (const Counts counts : tables) {
      const std::vector<std::int64_t> a = counts(first[entry]);
      const std::vector<std::int64_t> b = counts(second[entry]);
      if (a == b) continue;
      Clue& clue = clues.emplace_back();
      clue.entry = entry;
      clue.counts = counts;
      int moved = 0;
      for (std::size_t cell = 0; cell < a.size(); ++cell) {
        if (a[cell] == b[cell]) continue;
        ++moved;
        (a[cell] > b[cell] ? clue.one : clue.other) = cell;
      }
      EXPECT_EQ(moved, 2) << "one client moves from one cell to another";
      clue.in_one = a[clue.one];
      clue.in_other = a[clue.other];
    }
  }
  return clues;
}

}  // namespace ladder::records::release
