// How SqlStore keeps assessments apart that cannot be used (repair_store.h).
//
// As a removal (removal.cc), a transaction takes its clinic alone and the turn of the clinic's releases, so that no
// replay and no release meets a row on its way. A tombstone keeps the request_id from being recorded again, also by a
// program of an earlier release.

#include <utility>

#include "records-service/store/sql/assessment_row.h"
#include "records-service/store/sql/sql_store.h"
#include "records-service/store/sql/tombstones.h"
#include "records-service/store/sql/turn.h"

namespace ladder::records::sql {
namespace {

// From assessment a.
constexpr absl::string_view kMove =
    "INSERT INTO assessment_set_aside (" LADDER_ASSESSMENT_KEYS
    ", submission, result, series, slices, outcome, late, cohort, set_aside_time, why)"
    " SELECT " LADDER_ASSESSMENT_KEYS
    ", submission, result, series, slices, outcome, late,"
    " CASE WHEN EXISTS (SELECT 1 FROM cohort c WHERE c.clinic = a.clinic AND c.id = a.cohort AND c.state = 3)"
    " THEN a.cohort ELSE '' END, ?, ?"
    " FROM assessment a WHERE a.clinic = ? AND a.id = ? ON CONFLICT (clinic, id) DO NOTHING";
constexpr absl::string_view kList = "SELECT " LADDER_ASSESSMENT_COLUMNS
                                    ", set_aside_time, why FROM assessment_set_aside"
                                    " WHERE clinic = ? AND client = ? AND id > ? ORDER BY id LIMIT ?";
constexpr int kSetAsideTime = 16;  // The column after those of an assessment.
constexpr int kWhy = 17;

// What else belongs to the row.
struct Frame {
  std::string client;
  std::string request_id;
  std::string series;
};

absl::StatusOr<std::optional<Frame>> FindFrame(Connection& connection, absl::string_view clinic, absl::string_view id) {
  std::optional<Frame> frame;
  Query query = connection.Use("SELECT client, request_id, series FROM assessment WHERE clinic = ? AND id = ?");
  query.Text(clinic).Text(id);
  const absl::Status status = query.ForEach([&frame](const Query& row) {
    frame = Frame{row.TextAt(0), row.TextAt(1), row.TextAt(2)};
  });
  if (!status.ok()) return status;
  return frame;
}

absl::Status RemoveStanding(Connection& connection, absl::string_view clinic, const Frame& frame,
                            absl::string_view id) {
  return connection.Use("DELETE FROM standing WHERE clinic = ? AND series = ? AND client = ? AND id = ?")
      .Text(clinic)
      .Text(frame.series)
      .Text(frame.client)
      .Text(id)
      .Run();
}

// False where it has gone.
absl::StatusOr<bool> MoveRow(Connection& connection, absl::string_view clinic, const UnusableRow& row, absl::Time now,
                             Tombstones& tombstones) {
  const absl::StatusOr<std::optional<Frame>> frame = FindFrame(connection, clinic, row.id);
  if (!frame.ok()) return frame.status();
  if (!frame->has_value()) return false;
  absl::Status status = connection.Use(kMove).Time(now).Text(row.why).Text(clinic).Text(row.id).Run();
  if (status.ok()) {
    status = connection.Use("DELETE FROM assessment WHERE clinic = ? AND id = ?").Text(clinic).Text(row.id).Run();
  }
  if (status.ok() && !(*frame)->series.empty()) status = RemoveStanding(connection, clinic, **frame, row.id);
  if (status.ok()) status = tombstones.PutRequest((*frame)->request_id, std::nullopt);
  if (!status.ok()) return status;
  return true;
}

}  // namespace

absl::StatusOr<std::size_t> SqlStore::SetAside(absl::string_view clinic, absl::Span<const UnusableRow> rows,
                                               absl::Time now) {
  std::size_t moved = 0;
  const absl::Status status = Write(UnknownCommit::kTell, [&](Connection& connection) {
    moved = 0;
    absl::Status taken = TakeClinicAlone(connection, clinic);
    if (taken.ok()) taken = TakeReleaseTurn(connection, clinic);
    if (taken.ok()) {
      taken = connection.Use("UPDATE clinic SET repairs = repairs + 1 WHERE clinic = ?").Text(clinic).Run();
    }
    if (!taken.ok()) return taken;
    absl::StatusOr<Tombstones> tombstones = Tombstones::Of(connection, clinic);
    if (!tombstones.ok()) return tombstones.status();
    for (const UnusableRow& row : rows) {
      const absl::StatusOr<bool> is_moved = MoveRow(connection, clinic, row, now, *tombstones);
      if (!is_moved.ok()) return is_moved.status();
      if (*is_moved) ++moved;
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return moved;
}

absl::StatusOr<bool> SqlStore::WasSetAside(absl::string_view clinic, absl::string_view request_id) {
  bool found = false;
  const absl::Status status = Read([&](Connection& connection) {
    found = false;
    Query query = connection.Use("SELECT 1 FROM assessment_set_aside WHERE clinic = ? AND request_id = ?");
    query.Text(clinic).Text(request_id);
    return query.ForEach([&found](const Query&) { found = true; });
  });
  if (!status.ok()) return status;
  return found;
}

absl::StatusOr<SetAsidePage> SqlStore::ListSetAside(const SetAsideQuery& query) {
  SetAsidePage page;
  const absl::Status status = Read([&](Connection& connection) {
    page = {};
    Query list = connection.Use(kList);
    list.Text(query.clinic).Text(query.client).Text(query.after_id);
    list.Integer(static_cast<std::int64_t>(query.limit) + 1);
    std::size_t bytes = 0;
    while (true) {
      const absl::StatusOr<bool> found = list.Step();
      if (!found.ok()) return found.status();
      if (!*found) return absl::OkStatus();
      page.more = page.rows.size() >= query.limit || (!page.rows.empty() && bytes >= query.max_bytes);
      if (page.more) return absl::OkStatus();
      page.rows.push_back({AssessmentRowOf(list), list.TimeAt(kSetAsideTime), list.TextAt(kWhy)});
      bytes += page.rows.back().row.submission.size() + page.rows.back().row.result.size();
    }
  });
  if (!status.ok()) return status;
  return page;
}

}  // namespace ladder::records::sql
