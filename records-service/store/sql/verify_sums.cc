// Whether a clinic's sums are its log added up (verification.h), a month at a time, which holds whole spans of every
// grain.

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "records-service/store/release_rows.h"
#include "records-service/store/sql/sum_row.h"
#include "records-service/store/sql/verification.h"

namespace ladder::records::sql {
namespace {

// What of a sum is its key within a clinic.
using SumKey = std::tuple<std::string, std::string, Grain, absl::Time, std::string>;
using SumsByKey = std::map<SumKey, SumRow>;

SumKey KeyOf(const SumRow& sum) {
  return {sum.partition.series, sum.partition.campaign, sum.grain, sum.begin, sum.shape};
}

absl::string_view NameOf(Grain grain) {
  switch (grain) {
    case Grain::kTick:
      return "tick";
    case Grain::kDay:
      return "day";
    case Grain::kMonth:
      return "month";
  }
  return "";
}

// How a person names it.
std::string NameOf(const SumRow& sum) {
  const std::string of = sum.partition.campaign.empty() ? "" : absl::StrCat(" of ", sum.partition.campaign);
  return absl::StrCat(sum.partition.series, of, " in the ", NameOf(sum.grain), " ",
                      absl::FormatTime("%Y-%m-%dT%H:%MZ", sum.begin, absl::UTCTimeZone()));
}

bool IsSame(const SumRow& a, const SumRow& b) {
  return std::tie(a.entries, a.clients, a.assessments, a.window_begin, a.close_time, a.budgets, a.tables) ==
         std::tie(b.entries, b.clients, b.assessments, b.window_begin, b.close_time, b.budgets, b.tables);
}

absl::Time NextMonth(absl::Time month) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  return absl::FromCivil(absl::ToCivilMonth(month, utc) + 1, utc);
}

// The first month from this one on of which there is an entry or a sum.
absl::StatusOr<std::optional<absl::Time>> FindMonth(Connection& connection, const std::string& clinic,
                                                    absl::Time from) {
  std::optional<absl::Time> first;
  Query query = connection.Use(
      "SELECT min(n.time) FROM (SELECT min(last_tick) AS time FROM release_log WHERE clinic = ?1 AND last_tick >= ?2"
      " UNION ALL SELECT min(span_begin) FROM release_sum WHERE clinic = ?1 AND span_begin >= ?2) n");
  query.Text(clinic).Time(from);
  const absl::Status status = query.ForEach([&first](const Query& row) { first = row.OptionalTimeAt(0); });
  if (!status.ok()) return status;
  if (first.has_value()) first = BeginOfSpan(Grain::kMonth, *first);
  return first;
}

void AddTo(SumsByKey& sums, const SumRow& entry, AddTables add_tables) {
  const auto [found, is_new] = sums.try_emplace(KeyOf(entry), entry);
  if (is_new) return;
  SumRow& sum = found->second;
  absl::StatusOr<std::string> tables = add_tables(sum.tables, entry.tables);
  // What cannot be added is no sum of the store's either.
  sum.tables = tables.ok() ? *std::move(tables) : std::string();
  sum.entries += entry.entries;
  sum.clients += entry.clients;
  sum.assessments += entry.assessments;
  sum.window_begin = std::min(sum.window_begin, entry.window_begin);
  sum.close_time = std::max(sum.close_time, entry.close_time);
}

// Adds the log of a month up.
absl::StatusOr<SumsByKey> AddLog(Connection& connection, const std::string& clinic, absl::Time month,
                                 AddTables add_tables) {
  SumsByKey sums;
  Query query = connection.Use(
      "SELECT campaign, series, last_tick, shape, clients, assessments, window_begin, close_time, budgets, tables"
      " FROM release_log WHERE clinic = ? AND last_tick >= ? AND last_tick < ? ORDER BY position");
  query.Text(clinic).Time(month).Time(NextMonth(month));
  const absl::Status status = query.ForEach([&](const Query& row) {
    SumRow entry{.partition = {clinic, row.TextAt(0), row.TextAt(1)},
                 .grain = Grain::kTick,
                 .begin = row.TimeAt(2),
                 .shape = row.TextAt(3),
                 .entries = 1,
                 .clients = row.IntegerAt(4),
                 .assessments = row.IntegerAt(5),
                 .window_begin = row.TimeAt(6),
                 .close_time = row.TimeAt(7),
                 .budgets = row.TextAt(8),
                 .tables = row.BytesAt(9)};
    const absl::Time last_tick = entry.begin;
    for (const Grain grain : {Grain::kTick, Grain::kDay, Grain::kMonth}) {
      entry.grain = grain;
      entry.begin = BeginOfSpan(grain, last_tick);
      AddTo(sums, entry, add_tables);
    }
  });
  if (!status.ok()) return status;
  return sums;
}

// Compares a month's sums with `expected`; gives how many there are.
absl::StatusOr<std::int64_t> CompareSums(Connection& connection, const std::string& clinic, absl::Time month,
                                         SumsByKey expected, TellFinding tell) {
  std::int64_t count = 0;
  const auto find = [&](const SumRow& sum, const std::string& fault) { tell({clinic, "sum", NameOf(sum), fault}); };
  Query query = connection.Use("SELECT " LADDER_SUM_COLUMNS
                               " FROM release_sum WHERE clinic = ? AND span_begin >= ? AND span_begin < ?");
  query.Text(clinic).Time(month).Time(NextMonth(month));
  const absl::Status status = query.ForEach([&](const Query& row) {
    ++count;
    const SumRow stored = SumRowOf(row);
    const auto found = expected.find(KeyOf(stored));
    if (found == expected.end()) return find(stored, "has no entry of the log in it");
    if (!IsSame(stored, found->second)) find(stored, "is not the log added up");
    expected.erase(found);
  });
  if (!status.ok()) return status;
  for (const auto& [key, sum] : expected) find(sum, "does not exist, though the log has entries for it");
  return count;
}

}  // namespace

absl::StatusOr<std::int64_t> VerifySums(Connection& connection, const std::string& clinic, AddTables add_tables,
                                        TellFinding tell) {
  std::int64_t count = 0;
  absl::Time from = EarliestTime();
  while (true) {
    const absl::StatusOr<std::optional<absl::Time>> month = FindMonth(connection, clinic, from);
    if (!month.ok()) return month.status();
    if (!month->has_value()) return count;
    absl::StatusOr<SumsByKey> expected = AddLog(connection, clinic, **month, add_tables);
    if (!expected.ok()) return expected.status();
    const absl::StatusOr<std::int64_t> compared = CompareSums(connection, clinic, **month, *std::move(expected), tell);
    if (!compared.ok()) return compared.status();
    count += *compared;
    from = NextMonth(**month);
  }
}

}  // namespace ladder::records::sql
