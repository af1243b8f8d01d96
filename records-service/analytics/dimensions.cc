#include "records-service/analytics/dimensions.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace ladder::records::analytics {
namespace {

constexpr char kRange[] = "range";
constexpr char kGuidance[] = "guidance";

std::string Quoted(const AskedDimensions& ids) {
  return absl::StrJoin(ids, " and ",
                       [](std::string* out, const std::string& id) { absl::StrAppend(out, "'", id, "'"); });
}

std::string SlicesThereAre(const v1::ReleasedTables& tables) {
  return tables.slices().empty() ? std::string("the definition declares no public slices")
                                 : absl::StrCat("the public slices are ", Quoted(tables.slices()));
}

bool Contains(const AskedDimensions& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// Faults where one of them is named twice.
void CheckOnce(const AskedDimensions& by, RequestCheck& check) {
  std::set<std::string> seen;
  for (int i = 0; i < by.size(); ++i) {
    if (!seen.insert(by[i]).second) check.Fault(absl::StrCat("by[", i, "]"), absl::StrCat("'", by[i], "' comes twice"));
  }
}

}  // namespace

Dimensions CheckDistribution(const AskedDimensions& by, const v1::ReleasedTables& tables, RequestCheck& check) {
  const std::string there_are =
      absl::StrCat("there are 'range' and 'guidance', together or alone; or slices: ", SlicesThereAre(tables));
  Dimensions dimensions;
  for (int i = 0; i < by.size(); ++i) {
    // A slice of the same id would be meant by neither name.
    if (by[i] == kRange) {
      dimensions.range = true;
    } else if (by[i] == kGuidance) {
      dimensions.guidance = true;
    } else if (Contains(tables.slices(), by[i])) {
      dimensions.slices.push_back(by[i]);
    } else {
      check.Fault(absl::StrCat("by[", i, "]"),
                  absl::StrCat("'", by[i], "' is no dimension of this series: ", there_are));
    }
  }
  CheckOnce(by, check);
  if ((dimensions.range || dimensions.guidance) && !dimensions.slices.empty()) {
    check.Fault("by", absl::StrCat("the log holds no crossing of ", Quoted(by), ": ", there_are));
  }
  return dimensions;
}

Dimensions CheckTrend(const AskedDimensions& by, const v1::ReleasedTables& tables, RequestCheck& check) {
  Dimensions dimensions;
  for (int i = 0; i < by.size(); ++i) {
    if (Contains(tables.slices(), by[i])) {
      dimensions.slices.push_back(by[i]);
    } else {
      check.Fault(absl::StrCat("by[", i, "]"),
                  absl::StrCat("'", by[i], "' is no dimension of a trend: ", SlicesThereAre(tables)));
    }
  }
  CheckOnce(by, check);
  return dimensions;
}

std::size_t CellsOf(const Dimensions& by, const v1::ReleasedTables& tables) {
  if (by.range || by.guidance) {
    std::set<std::tuple<std::string, std::string, std::string>> cells;
    for (const v1::DetailCount& cell : tables.detail()) {
      cells.emplace(cell.stage(), by.range ? cell.range() : "", by.guidance ? cell.guidance() : "");
    }
    return cells.size();
  }
  std::vector<int> columns;
  for (const std::string& slice : by.slices) {
    const auto found = std::find(tables.slices().begin(), tables.slices().end(), slice);
    columns.push_back(static_cast<int>(found - tables.slices().begin()));
  }
  std::set<std::vector<std::string>> groups;
  for (const v1::StageGroup& group : tables.stage()) {
    std::vector<std::string> values;
    for (const int column : columns) values.push_back(group.slice_values(column));
    groups.insert(std::move(values));
  }
  return groups.size() * static_cast<std::size_t>(tables.stage(0).counts_size());
}

}  // namespace ladder::records::analytics
