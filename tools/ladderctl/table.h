// File: table.h
//
// Tables and bars for a terminal, aware of UTF-8.
//
//   Table table({"Scale", "Value"});
//   table.AddRow({"position", "7.50"});
//   table.Print(out);

#ifndef LADDER_TOOLS_LADDERCTL_TABLE_H_
#define LADDER_TOOLS_LADDERCTL_TABLE_H_

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ladder::ctl {

// How many columns the text takes: one for each code point. Good enough for the scripts that our texts are in.
std::size_t DisplayWidth(absl::string_view text);

// The text, filled up with spaces to `width` columns.
std::string PadRight(absl::string_view text, std::size_t width);

// The text in lines of at most `width` columns, broken at spaces; each line but the first begins with `indent` spaces.
std::string Wrap(absl::string_view text, std::size_t width, std::size_t indent);

// "[#####.....]" with `width` columns inside. `total` 0 counts as done.
std::string Bar(std::size_t done, std::size_t total, std::size_t width);

class Table {
 public:
  explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}

  // Missing cells at the end are empty.
  void AddRow(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  void Print(std::ostream& out) const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_TABLE_H_
