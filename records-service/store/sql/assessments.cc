// The AssessmentStore of SqlStore.

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "records-service/store/sql/assessment_row.h"
#include "records-service/store/sql/sql_store.h"

namespace ladder::records::sql {
namespace {

constexpr absl::string_view kInsert =
    "INSERT INTO assessment (" LADDER_ASSESSMENT_COLUMNS
    ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (clinic, request_id) DO NOTHING";
constexpr absl::string_view kFindRequest =
    "SELECT " LADDER_ASSESSMENT_COLUMNS " FROM assessment WHERE clinic = ? AND request_id = ?";
constexpr absl::string_view kFindId = "SELECT id FROM assessment WHERE clinic = ? AND request_id = ?";
constexpr absl::string_view kFindAssessment =
    "SELECT " LADDER_ASSESSMENT_COLUMNS " FROM assessment WHERE clinic = ? AND id = ? AND client = ?";
// The bounds hold the cursor as well: a page goes on below it.
constexpr absl::string_view kList =
    "SELECT " LADDER_ASSESSMENT_COLUMNS
    " FROM assessment WHERE clinic = ?1 AND client = ?2 AND assess_time >= ?3 AND (assess_time, id) < (?4, ?5)"
    " AND (?6 = '' OR quiz = ?6) ORDER BY assess_time DESC, id DESC LIMIT ?7";
// What is large is read of rows of the quiz only.
constexpr absl::string_view kListQuiz =
    "SELECT " LADDER_ASSESSMENT_KEYS
    ", CASE WHEN quiz = ?3 THEN submission END, CASE WHEN quiz = ?3 THEN result END, " LADDER_ASSESSMENT_FACTS
    " FROM assessment WHERE clinic = ?1 AND id > ?2 ORDER BY id LIMIT ?4";

absl::Status Insert(Connection& connection, const AssessmentRow& row, absl::string_view cohort) {
  return connection.Use(kInsert)
      .Text(row.clinic)
      .Text(row.client)
      .Text(row.id)
      .Text(row.request_id)
      .Text(row.quiz)
      .Integer(row.version)
      .Text(row.campaign)
      .Time(row.assess_time)
      .Time(row.create_time)
      .Bytes(row.submission)
      .Bytes(row.result)
      .Text(row.series)
      .Text(row.slices)
      .Bytes(row.outcome)
      .Integer(row.late ? 1 : 0)
      .Text(cohort)
      .Run();
}

absl::StatusOr<std::optional<AssessmentRow>> First(Query& query) {
  const absl::StatusOr<bool> found = query.Step();
  if (!found.ok()) return found.status();
  if (!*found) return std::nullopt;
  return AssessmentRowOf(query);
}

absl::StatusOr<std::optional<AssessmentRow>> Request(Connection& connection, absl::string_view clinic,
                                                     absl::string_view request_id) {
  Query query = connection.Use(kFindRequest);
  query.Text(clinic).Text(request_id);
  return First(query);
}

// Whether the request_id is held by this very row.
absl::StatusOr<bool> IsHeldBy(Connection& connection, const AssessmentRow& row) {
  Query query = connection.Use(kFindId);
  query.Text(row.clinic).Text(row.request_id);
  const absl::StatusOr<bool> found = query.Step();
  if (!found.ok()) return found.status();
  return *found && query.TextAt(0) == row.id;
}

std::pair<absl::string_view, absl::string_view> KeyOf(const AssessmentRow& row) { return {row.clinic, row.request_id}; }

// Every engine takes the keys of a batch in this order, so that writers cannot wait for each other in a circle. Rows of
// one request_id keep theirs.
std::vector<std::size_t> SortedByKey(absl::Span<const AssessmentRow> rows) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&rows](std::size_t a, std::size_t b) { return KeyOf(rows[a]) < KeyOf(rows[b]); });
  return order;
}

}  // namespace

absl::StatusOr<std::vector<bool>> SqlStore::InsertAssessments(Connection& connection,
                                                              absl::Span<const StampedRow> rows) {
  std::vector<bool> is_new;
  for (const StampedRow& stamped : rows) {
    absl::Status inserted = Insert(connection, *stamped.row, stamped.cohort);
    if (!inserted.ok()) return inserted;
    is_new.push_back(connection.Changes() == 1);
  }
  return is_new;
}

absl::StatusOr<std::vector<WriteOutcome>> SqlStore::CreateAssessments(absl::Span<const AssessmentRow> rows) {
  const std::vector<std::size_t> order = SortedByKey(rows);
  std::vector<WriteOutcome> outcomes;
  int runs = 0;
  const absl::Status status = Write(UnknownCommit::kRerun, [&](Connection& connection) {
    ++runs;
    outcomes.assign(rows.size(), WriteOutcome());
    const absl::StatusOr<std::vector<bool>> erased = FindErased(connection, rows);
    if (!erased.ok()) return erased.status();
    std::vector<StampedRow> firsts;  // Of each key that may be written.
    for (const std::size_t i : order) {
      outcomes[i].erased = (*erased)[i];
      if (outcomes[i].erased) continue;
      if (firsts.empty() || KeyOf(*firsts.back().row) != KeyOf(rows[i])) firsts.push_back({&rows[i], ""});
    }
    absl::Status stamped = StampCohorts(connection, absl::MakeSpan(firsts));
    if (!stamped.ok()) return stamped;
    connection.CommitWithNext();
    const absl::StatusOr<std::vector<bool>> is_new = InsertAssessments(connection, firsts);
    if (!is_new.ok()) return is_new.status();
    std::size_t key = 0;
    for (const std::size_t i : order) {
      if (outcomes[i].erased) continue;
      if (KeyOf(*firsts[key].row) != KeyOf(rows[i])) ++key;
      const bool is_first = firsts[key].row == &rows[i];
      outcomes[i].exists = !is_first || !(*is_new)[key];
      if (runs == 1 || !is_first || !outcomes[i].exists) continue;
      // Perhaps written by an earlier run, whose commit was made although nobody heard of it.
      const absl::StatusOr<bool> is_held = IsHeldBy(connection, rows[i]);
      if (!is_held.ok()) return is_held.status();
      outcomes[i].exists = !*is_held;
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return outcomes;
}

absl::StatusOr<std::optional<AssessmentRow>> SqlStore::FindRequest(absl::string_view clinic,
                                                                   absl::string_view request_id) {
  std::optional<AssessmentRow> row;
  // Settled: who finds a request takes it for acknowledged.
  const absl::Status status = ReadSettled([&](Connection& connection) {
    absl::StatusOr<std::optional<AssessmentRow>> found = Request(connection, clinic, request_id);
    if (!found.ok()) return found.status();
    row = *std::move(found);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return row;
}

absl::StatusOr<std::optional<AssessmentRow>> SqlStore::FindAssessment(absl::string_view clinic,
                                                                      absl::string_view client, absl::string_view id) {
  std::optional<AssessmentRow> row;
  const absl::Status status = Read([&](Connection& connection) {
    Query query = connection.Use(kFindAssessment);
    query.Text(clinic).Text(id).Text(client);
    absl::StatusOr<std::optional<AssessmentRow>> found = First(query);
    if (!found.ok()) return found.status();
    row = *std::move(found);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return row;
}

absl::StatusOr<AssessmentPage> SqlStore::ListAssessments(const AssessmentQuery& query) {
  // Rows of `before` itself lie outside: no id is less than the empty one.
  absl::Time below_time = query.before;
  absl::string_view below_id;
  if (query.after.has_value() && query.after->assess_time < query.before) {
    below_time = query.after->assess_time;
    below_id = query.after->id;
  }
  AssessmentPage page;
  const absl::Status status = Read([&](Connection& connection) {
    page = {};
    Query list = connection.Use(kList);
    list.Text(query.clinic).Text(query.client).Time(query.from).Time(below_time);
    list.Text(below_id).Text(query.quiz).Integer(static_cast<std::int64_t>(query.limit) + 1);
    std::size_t bytes = 0;
    while (true) {
      const absl::StatusOr<bool> found = list.Step();
      if (!found.ok()) return found.status();
      if (!*found) return absl::OkStatus();
      page.more = page.rows.size() >= query.limit || (!page.rows.empty() && bytes >= query.max_bytes);
      if (page.more) return absl::OkStatus();
      page.rows.push_back(AssessmentRowOf(list));
      bytes += page.rows.back().submission.size() + page.rows.back().result.size();
    }
  });
  if (!status.ok()) return status;
  return page;
}

absl::StatusOr<QuizAssessmentPage> SqlStore::ListQuizAssessments(const QuizAssessmentQuery& query) {
  QuizAssessmentPage page;
  const absl::Status status = Read([&](Connection& connection) {
    page = {};
    Query list = connection.Use(kListQuiz);
    list.Text(query.clinic).Text(query.after_id).Text(query.quiz);
    list.Integer(static_cast<std::int64_t>(query.limit) + 1);
    std::size_t looked_at = 0;
    std::size_t bytes = 0;
    while (true) {
      const absl::StatusOr<bool> found = list.Step();
      if (!found.ok()) return found.status();
      if (!*found) return absl::OkStatus();
      page.more = looked_at >= query.limit || (looked_at > 0 && bytes >= query.max_bytes);
      if (page.more) return absl::OkStatus();
      ++looked_at;
      AssessmentRow row = AssessmentRowOf(list);
      page.last_id = row.id;
      if (row.quiz != query.quiz) continue;
      bytes += row.submission.size() + row.result.size();
      page.rows.push_back(std::move(row));
    }
  });
  if (!status.ok()) return status;
  return page;
}

}  // namespace ladder::records::sql
