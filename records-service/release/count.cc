#include "records-service/release/count.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "records-service/release/outcome.h"

namespace ladder::records::release {
namespace {

// What orders the assessments of a client.
template <typename Assessment>
auto PlaceInTime(const Assessment& assessment) {
  return std::tie(assessment.assess_time, assessment.id);
}

// The cells of the tables by their keys.
class Cells {
 public:
  explicit Cells(v1::ReleasedTables& tables) : slices_(tables.slices().begin(), tables.slices().end()) {
    for (v1::StageGroup& group : *tables.mutable_stage()) AddGroup(group);
    for (v1::DetailCount& cell : *tables.mutable_detail()) {
      detail_[{cell.stage(), cell.range(), cell.guidance()}] = &cell;
    }
    for (v1::ChangeCount& cell : *tables.mutable_change()) change_[cell.change()] = &cell;
    for (v1::FlowCount& cell : *tables.mutable_flow()) flow_[{cell.from_stage(), cell.to_stage()}] = &cell;
  }

  absl::Status CountPlace(const Row& row) {
    absl::StatusOr<std::vector<std::string>> values = SliceValuesOf(row);
    if (!values.ok()) return values.status();
    const auto group = groups_.find(*values);
    const auto stage = stage_.find({*std::move(values), row.outcome.stage()});
    const auto detail = detail_.find({row.outcome.stage(), row.outcome.range(), row.outcome.guidance()});
    if (group == groups_.end() || stage == stage_.end() || detail == detail_.end()) return NoCellFor(row);
    group->second->set_clients(group->second->clients() + 1);
    CountIn(*stage->second);
    CountIn(*detail->second);
    return absl::OkStatus();
  }

  void CountChange(v1::Change change) { CountIn(*change_.at(change)); }

  absl::Status CountFlow(const Standing& standing, const Row& row) {
    const auto flow = flow_.find({standing.outcome.stage(), row.outcome.stage()});
    if (flow == flow_.end()) return NoCellFor(row);
    CountIn(*flow->second);
    return absl::OkStatus();
  }

 private:
  using SliceValues = std::vector<std::string>;

  void AddGroup(v1::StageGroup& group) {
    const SliceValues values(group.slice_values().begin(), group.slice_values().end());
    groups_[values] = &group;
    for (v1::StageCount& cell : *group.mutable_counts()) stage_[{values, cell.stage()}] = &cell;
  }

  // In the shape's order. A version that did not slice by one of them sent nothing for it.
  absl::StatusOr<SliceValues> SliceValuesOf(const Row& row) const {
    const absl::StatusOr<std::map<std::string, std::string>> by_id = ParseSlices(row.slices);
    if (!by_id.ok()) return by_id.status();
    SliceValues values;
    for (const std::string& id : slices_) {
      const auto found = by_id->find(id);
      values.push_back(found == by_id->end() ? "" : found->second);
    }
    return values;
  }

  // Without the outcome: errors are logged, and nothing that is logged may tell one.
  static absl::Status NoCellFor(const Row& row) {
    return Internal(absl::StrCat("the tables of its series have no cell for assessment ", row.id));
  }

  template <typename Cell>
  static void CountIn(Cell& cell) {
    cell.set_count(cell.count() + 1);
  }

  const std::vector<std::string> slices_;
  absl::flat_hash_map<SliceValues, v1::StageGroup*> groups_;
  absl::flat_hash_map<std::pair<SliceValues, std::string>, v1::StageCount*> stage_;
  absl::flat_hash_map<std::tuple<std::string, std::string, std::string>, v1::DetailCount*> detail_;
  absl::flat_hash_map<int, v1::ChangeCount*> change_;
  absl::flat_hash_map<std::pair<std::string, std::string>, v1::FlowCount*> flow_;
};

// Counts one client and keeps the new standing.
absl::Status CountClient(const Row& latest, const Standings& standings, Cells& cells, std::vector<Standing>& kept) {
  if (absl::Status status = cells.CountPlace(latest); !status.ok()) return status;
  const auto standing = standings.find(latest.client);
  if (standing == standings.end()) {
    cells.CountChange(v1::CHANGE_FIRST);
  } else {
    if (PlaceInTime(latest) < PlaceInTime(standing->second)) return absl::OkStatus();
    cells.CountChange(ChangeBetween(standing->second.outcome, latest.outcome));
    if (absl::Status status = cells.CountFlow(standing->second, latest); !status.ok()) return status;
  }
  kept.push_back({latest.client, latest.assess_time, latest.id, latest.outcome});
  return absl::OkStatus();
}

absl::Time TickBegin(absl::Time time, absl::Duration tick) {
  return absl::UnixEpoch() + absl::Floor(time - absl::UnixEpoch(), tick);
}

void SetWindow(absl::Span<const Row> rows, absl::Duration tick, Counted& counted) {
  const auto earlier = [](const Row& a, const Row& b) { return a.assess_time < b.assess_time; };
  const auto [first, last] = std::minmax_element(rows.begin(), rows.end(), earlier);
  counted.window_begin = TickBegin(first->assess_time, tick);
  counted.window_end = TickBegin(last->assess_time, tick) + tick;
}

}  // namespace

absl::StatusOr<Counted> CountCohort(const TableShape& shape, absl::Duration tick, absl::Span<const Row> rows,
                                    const Standings& standings) {
  std::map<absl::string_view, const Row*> latest_by_client;
  for (const Row& row : rows) {
    const Row*& latest = latest_by_client[row.client];
    if (latest == nullptr || PlaceInTime(*latest) < PlaceInTime(row)) latest = &row;
  }
  Counted counted;
  counted.tables = EmptyTables(shape);
  counted.clients = static_cast<std::int64_t>(latest_by_client.size());
  counted.assessments = static_cast<std::int64_t>(rows.size());
  SetWindow(rows, tick, counted);
  Cells cells(counted.tables);
  for (const auto& [client, latest] : latest_by_client) {
    if (absl::Status status = CountClient(*latest, standings, cells, counted.standings); !status.ok()) return status;
  }
  return counted;
}

std::vector<std::vector<Row>> CutIntoRuns(std::vector<Row> rows, std::int64_t target_cohort) {
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return PlaceInTime(a) < PlaceInTime(b); });
  const auto target = static_cast<std::size_t>(target_cohort);
  std::vector<std::vector<Row>> runs;
  absl::flat_hash_set<std::string> clients;  // Of the last run.
  for (Row& row : rows) {
    const bool full = clients.size() == target && !clients.contains(row.client);
    if (runs.empty() || full) {
      runs.emplace_back();
      clients.clear();
    }
    clients.insert(row.client);
    runs.back().push_back(std::move(row));
  }
  if (runs.size() > 1 && clients.size() < target) {
    std::vector<Row> rest = std::move(runs.back());
    runs.pop_back();
    std::move(rest.begin(), rest.end(), std::back_inserter(runs.back()));
  }
  return runs;
}

absl::StatusOr<std::vector<Counted>> CountHistory(const TableShape& shape, absl::Duration tick,
                                                  std::int64_t target_cohort, std::vector<Row> rows,
                                                  Standings standings) {
  std::vector<Counted> entries;
  for (const std::vector<Row>& run : CutIntoRuns(std::move(rows), target_cohort)) {
    absl::StatusOr<Counted> counted = CountCohort(shape, tick, run, standings);
    if (!counted.ok()) return counted.status();
    ReplaceStandings(counted->standings, standings);
    entries.push_back(*std::move(counted));
  }
  return entries;
}

void ReplaceStandings(absl::Span<const Standing> newer, Standings& standings) {
  for (const Standing& standing : newer) standings.insert_or_assign(standing.client, standing);
}

void AddNoise(const Budgets& budgets, NoiseSource& noise, v1::ReleasedTables& tables) {
  const auto add = [&noise](const Budget& budget, auto& cell) { cell.set_count(cell.count() + noise.Draw(budget)); };
  for (v1::StageGroup& group : *tables.mutable_stage()) {
    for (v1::StageCount& cell : *group.mutable_counts()) add(budgets.stage, cell);
  }
  for (v1::DetailCount& cell : *tables.mutable_detail()) add(budgets.detail, cell);
  for (v1::ChangeCount& cell : *tables.mutable_change()) add(budgets.change, cell);
  for (v1::FlowCount& cell : *tables.mutable_flow()) add(budgets.flow, cell);
}

}  // namespace ladder::records::release
