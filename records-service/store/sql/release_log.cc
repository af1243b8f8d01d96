// How SqlStore reads the release log and its sums (release_store.h).

#include <utility>

#include "absl/strings/str_cat.h"
#include "records-service/store/sql/sql_store.h"
#include "records-service/store/sql/sum_row.h"

namespace ladder::records::sql {
namespace {

LogHead HeadOf(const Query& row) { return {row.TextAt(0), row.IntegerAt(1)}; }

LogRow LogRowOf(const Query& row) {
  LogRow entry;
  entry.partition = {row.TextAt(0), row.TextAt(1), row.TextAt(2)};
  entry.position = row.IntegerAt(3);
  entry.cohort = row.TextAt(4);
  entry.run = row.IntegerAt(5);
  entry.close_time = row.TimeAt(6);
  entry.figures = {.window_begin = row.TimeAt(7),
                   .last_tick = row.TimeAt(8),
                   .window_end = row.TimeAt(9),
                   .clients = row.IntegerAt(10),
                   .assessments = row.IntegerAt(11),
                   .budgets = row.TextAt(12),
                   .tables = row.BytesAt(13),
                   .shape = row.TextAt(14)};
  return entry;
}

#define LADDER_OF_SPANS \
  "series = ?1 AND grain = ?2 AND span_begin >= ?3 AND span_begin < ?4 ORDER BY clinic, span_begin, campaign, shape"

constexpr absl::string_view kSumsOfClinic =
    "SELECT " LADDER_SUM_COLUMNS " FROM release_sum WHERE clinic = ?5 AND " LADDER_OF_SPANS;
// Looks for each clinic in turn: the sums of another grain, which are many more, are not touched. To SQLite a CROSS
// JOIN says which table comes first.
constexpr absl::string_view kSumsOfAll = "SELECT " LADDER_SUM_COLUMNS
                                         " FROM (SELECT clinic AS releasing FROM head) h CROSS JOIN release_sum WHERE "
                                         "clinic = releasing AND " LADDER_OF_SPANS;

#undef LADDER_OF_SPANS

absl::Status ReadPart(Connection& connection, const SumQuery& asked, const SumQuery::Part& part,
                      std::vector<SumRow>& rows) {
  Query query = connection.Use(asked.clinic.empty() ? kSumsOfAll : kSumsOfClinic);
  query.Text(asked.series).Integer(static_cast<std::int64_t>(part.grain)).Time(part.from).Time(part.before);
  if (!asked.clinic.empty()) query.Text(asked.clinic);
  return query.ForEach([&rows](const Query& row) { rows.push_back(SumRowOf(row)); });
}

absl::Status ReadHeads(Connection& connection, absl::string_view clinic, std::vector<LogHead>& heads) {
  Query query = connection.Use(clinic.empty() ? "SELECT clinic, position FROM head ORDER BY clinic"
                                              : "SELECT clinic, position FROM head WHERE clinic = ?");
  if (!clinic.empty()) query.Text(clinic);
  return query.ForEach([&heads](const Query& row) { heads.push_back(HeadOf(row)); });
}

}  // namespace

absl::StatusOr<std::string> SqlStore::LogEpoch() {
  std::string epoch;
  const absl::Status status = ReadSettled([&](Connection& connection) {
    Query query = connection.Use("SELECT epoch FROM log_epoch");
    return query.ForEach([&epoch](const Query& row) { epoch = row.TextAt(0); });
  });
  if (!status.ok()) return status;
  return epoch;
}

absl::StatusOr<std::vector<LogHead>> SqlStore::ListHeads(absl::string_view after_clinic, std::size_t limit) {
  std::vector<LogHead> heads;
  const absl::Status status = ReadSettled([&](Connection& connection) {
    heads.clear();
    Query query = connection.Use("SELECT clinic, position FROM head WHERE clinic > ? ORDER BY clinic LIMIT ?");
    query.Text(after_clinic).Integer(static_cast<std::int64_t>(limit));
    return query.ForEach([&heads](const Query& row) { heads.push_back(HeadOf(row)); });
  });
  if (!status.ok()) return status;
  return heads;
}

absl::StatusOr<std::vector<LogRow>> SqlStore::ReadLog(absl::string_view clinic, std::int64_t after_position,
                                                      std::size_t limit) {
  std::vector<LogRow> entries;
  const absl::Status status = ReadSettled([&](Connection& connection) {
    entries.clear();
    Query query = connection.Use(
        "SELECT clinic, campaign, series, position, cohort, run, close_time, window_begin, last_tick, window_end,"
        " clients, assessments, budgets, tables, shape FROM release_log"
        " WHERE clinic = ? AND position > ? ORDER BY position LIMIT ?");
    query.Text(clinic).Integer(after_position).Integer(static_cast<std::int64_t>(limit));
    return query.ForEach([&entries](const Query& row) { entries.push_back(LogRowOf(row)); });
  });
  if (!status.ok()) return status;
  return entries;
}

absl::StatusOr<Sums> SqlStore::ReadSums(const SumQuery& query) {
  Sums sums;
  const absl::Status status = ReadSnapshot([&](Connection& connection) {
    sums = {};
    absl::Status read = ReadHeads(connection, query.clinic, sums.heads);
    for (const SumQuery::Part& part : query.parts) {
      if (read.ok()) read = ReadPart(connection, query, part, sums.rows);
    }
    return read;
  });
  if (!status.ok()) return status;
  return sums;
}

}  // namespace ladder::records::sql
