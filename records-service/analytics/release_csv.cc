#include "records-service/analytics/release_csv.h"

#include <cmath>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/chassis/errors.h"
#include "records-service/release/discrete_laplace.h"
#include "records-service/release/release_options.h"

namespace ladder::records::analytics {
namespace {

std::string Field(absl::string_view text) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

std::string Show(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(time.seconds()), absl::UTCTimeZone());
}

// "reliably_better" and so on.
std::string Show(v1::Change change) {
  constexpr absl::string_view kPrefix = "CHANGE_";
  return absl::AsciiStrToLower(v1::Change_Name(change).substr(kPrefix.size()));
}

// The columns that differ from cell to cell.
struct Cell {
  std::string slices = "";
  std::string group_clients = "";
  std::string stage = "";
  std::string range = "";
  std::string guidance = "";
  std::string change = "";
  std::string from_stage = "";
  std::int64_t count = 0;
};

// Writes the lines of one table.
class TableWriter {
 public:
  TableWriter(const std::string& entry_columns, absl::string_view table, const release::Budget& budget,
              std::string& csv)
      : before_(absl::StrCat(entry_columns, ",", table, ",")),
        after_(absl::StrCat(",", ToText(budget), ",", absl::StrFormat("%.4f", std::sqrt(release::Variance(budget))),
                            "\r\n")),
        csv_(csv) {}

  void Write(const Cell& cell) {
    absl::StrAppend(&csv_, before_, Field(cell.slices), ",", cell.group_clients, ",", Field(cell.stage), ",",
                    Field(cell.range), ",", Field(cell.guidance), ",", cell.change, ",", Field(cell.from_stage), ",",
                    cell.count, after_);
  }

 private:
  const std::string before_;
  const std::string after_;
  std::string& csv_;
};

// For example "sex=female,informant=".
std::string SlicesOf(const v1::ReleasedTables& tables, const v1::StageGroup& group) {
  std::vector<std::string> slices;
  for (int i = 0; i < tables.slices_size() && i < group.slice_values_size(); ++i) {
    slices.push_back(absl::StrCat(tables.slices(i), "=", group.slice_values(i)));
  }
  return absl::StrJoin(slices, ",");
}

void WriteTables(const v1::ReleasedTables& tables, const release::Budgets& budgets, const std::string& entry_columns,
                 std::string& csv) {
  TableWriter stage(entry_columns, "stage", budgets.stage, csv);
  for (const v1::StageGroup& group : tables.stage()) {
    const std::string slices = SlicesOf(tables, group);
    for (const v1::StageCount& cell : group.counts()) {
      stage.Write({.slices = slices,
                   .group_clients = absl::StrCat(group.clients()),
                   .stage = cell.stage(),
                   .count = cell.count()});
    }
  }
  TableWriter detail(entry_columns, "detail", budgets.detail, csv);
  for (const v1::DetailCount& cell : tables.detail()) {
    detail.Write({.stage = cell.stage(), .range = cell.range(), .guidance = cell.guidance(), .count = cell.count()});
  }
  TableWriter change(entry_columns, "change", budgets.change, csv);
  for (const v1::ChangeCount& cell : tables.change()) {
    change.Write({.change = Show(cell.change()), .count = cell.count()});
  }
  TableWriter flow(entry_columns, "flow", budgets.flow, csv);
  for (const v1::FlowCount& cell : tables.flow()) {
    flow.Write({.stage = cell.to_stage(), .from_stage = cell.from_stage(), .count = cell.count()});
  }
}

}  // namespace

absl::Status AppendCsv(const v1::ReleaseEntry& entry, std::string& csv) {
  const std::vector<std::string> name = absl::StrSplit(entry.name(), '/');
  const absl::StatusOr<release::Budgets> budgets = release::FromMessage(entry.budgets());
  if (name.size() != 4 || !budgets.ok()) return Internal(absl::StrCat(entry.name(), " is no entry of a log"));
  const std::string entry_columns =
      absl::StrJoin({Field(name[1]), name[3], Field(entry.campaign()), Field(entry.series()),
                     Show(entry.window_begin()), Show(entry.window_end()), Show(entry.close_time()),
                     absl::StrCat(entry.clients()), absl::StrCat(entry.assessments())},
                    ",");
  WriteTables(entry.tables(), *budgets, entry_columns, csv);
  return absl::OkStatus();
}

}  // namespace ladder::records::analytics
