// The QuizStore of SqlStore.

#include <utility>

#include "absl/strings/str_cat.h"
#include "records-service/store/sql/sql_store.h"

namespace ladder::records::sql {
namespace {

// What is active follows from the newest activation, so it is written in one place only.
#define LADDER_SELECT_QUIZ                                                                                      \
  "SELECT quiz.quiz, revision, quiz.generation, coalesce(activation.version, 0), coalesce(version.digest, '')," \
  " latest_version, create_time, update_time FROM quiz"                                                         \
  " LEFT JOIN activation ON activation.quiz = quiz.quiz AND activation.generation = quiz.generation"            \
  " LEFT JOIN version ON version.quiz = quiz.quiz AND version.number = activation.version"

constexpr absl::string_view kFindQuiz = LADDER_SELECT_QUIZ " WHERE quiz.quiz = ?";
constexpr absl::string_view kListQuizzes = LADDER_SELECT_QUIZ " WHERE quiz.quiz > ? ORDER BY quiz.quiz LIMIT ?";

#undef LADDER_SELECT_QUIZ

QuizRow QuizOf(const Query& query) {
  QuizRow row;
  row.quiz = query.TextAt(0);
  row.revision = query.IntegerAt(1);
  row.generation = query.IntegerAt(2);
  row.active_version = query.IntegerAt(3);
  row.active_digest = query.TextAt(4);
  row.latest_version = query.IntegerAt(5);
  row.create_time = query.TimeAt(6);
  row.update_time = query.TimeAt(7);
  return row;
}

// In the order in which VersionOf reads them.
#define LADDER_VERSION_COLUMNS "quiz, number, digest, publish_time, retire_time"

constexpr absl::string_view kFindVersion =
    "SELECT " LADDER_VERSION_COLUMNS " FROM version WHERE quiz = ? AND number = ?";
constexpr absl::string_view kFindVersionWhole =
    "SELECT " LADDER_VERSION_COLUMNS ", definition FROM version WHERE quiz = ? AND number = ?";
constexpr absl::string_view kFindVersionByDigest =
    "SELECT " LADDER_VERSION_COLUMNS " FROM version WHERE quiz = ? AND digest = ?";
constexpr absl::string_view kListVersions =
    "SELECT " LADDER_VERSION_COLUMNS " FROM version WHERE quiz = ? AND number < ? ORDER BY number DESC LIMIT ?";

#undef LADDER_VERSION_COLUMNS

VersionRow VersionOf(const Query& query) {
  VersionRow row;
  row.quiz = query.TextAt(0);
  row.number = query.IntegerAt(1);
  row.digest = query.TextAt(2);
  row.publish_time = query.TimeAt(3);
  row.retire_time = query.OptionalTimeAt(4);
  return row;
}

std::int64_t Limit(std::size_t limit) { return static_cast<std::int64_t>(limit); }

absl::Status Changed(absl::string_view what) { return absl::AbortedError(absl::StrCat(what, " has changed")); }

absl::Status Publish(Connection& connection, const VersionRow& version, std::int64_t latest) {
  if (version.number != latest + 1) return absl::InternalError("a version is not the next one");
  return connection
      .Use(
          "INSERT INTO version (quiz, number, definition, digest, publish_time, retire_time)"
          " VALUES (?, ?, ?, ?, ?, NULL)")
      .Text(version.quiz)
      .Integer(version.number)
      .Bytes(version.definition)
      .Text(version.digest)
      .Time(version.publish_time)
      .Run();
}

absl::Status Retire(Connection& connection, const QuizUpdate& update) {
  const absl::Status status =
      connection.Use("UPDATE version SET retire_time = ? WHERE quiz = ? AND number = ? AND retire_time IS NULL")
          .Time(update.time)
          .Text(update.quiz)
          .Integer(*update.retire)
          .Run();
  if (!status.ok()) return status;
  return connection.Changes() == 1 ? absl::OkStatus() : absl::InternalError("a version to retire is not there");
}

absl::Status Activate(Connection& connection, const QuizUpdate& update, std::int64_t generation) {
  if (update.activate->generation != generation + 1) return absl::InternalError("a generation is not the next one");
  return connection.Use("INSERT INTO activation (quiz, generation, version, beneath, time) VALUES (?, ?, ?, ?, ?)")
      .Text(update.quiz)
      .Integer(update.activate->generation)
      .Integer(update.activate->version)
      .Integer(update.activate->beneath)
      .Time(update.activate->time)
      .Run();
}

// What the quiz has before the update.
struct Counters {
  std::int64_t generation = 0;
  std::int64_t latest_version = 0;
};

// The first statement of an update: whoever decided on the same revision waits here, and then finds another one.
absl::StatusOr<Counters> NextRevision(Connection& connection, const QuizUpdate& update) {
  Query query = connection.Use(
      "UPDATE quiz SET revision = revision + 1 WHERE quiz = ? AND revision = ? RETURNING generation, latest_version");
  query.Text(update.quiz).Integer(update.expected_revision);
  const absl::StatusOr<bool> found = query.Step();
  if (!found.ok()) return found.status();
  if (!*found) return Changed("the quiz");
  return Counters{query.IntegerAt(0), query.IntegerAt(1)};
}

absl::Status WriteCounters(Connection& connection, const QuizUpdate& update) {
  absl::Status status;
  if (update.publish.has_value()) {
    status =
        connection.Use("UPDATE quiz SET latest_version = latest_version + 1 WHERE quiz = ?").Text(update.quiz).Run();
  }
  if (status.ok() && update.activate.has_value()) {
    status = connection.Use("UPDATE quiz SET generation = generation + 1, update_time = ? WHERE quiz = ?")
                 .Time(update.time)
                 .Text(update.quiz)
                 .Run();
  }
  return status;
}

absl::Status CreateQuiz(Connection& connection, const DraftRow& draft) {
  absl::Status status =
      connection
          .Use(
              "INSERT INTO quiz (quiz, revision, generation, latest_version, create_time, update_time)"
              " VALUES (?1, 0, 0, 0, ?2, ?2) ON CONFLICT (quiz) DO NOTHING")
          .Text(draft.quiz)
          .Time(draft.update_time)
          .Run();
  if (!status.ok()) return status;
  if (connection.Changes() == 0) return Changed("the draft");
  return connection.Use("INSERT INTO draft (quiz, definition, etag, update_time) VALUES (?, ?, ?, ?)")
      .Text(draft.quiz)
      .Bytes(draft.definition)
      .Text(draft.etag)
      .Time(draft.update_time)
      .Run();
}

absl::Status ReplaceDraft(Connection& connection, const DraftRow& draft, absl::string_view expected_etag) {
  const absl::Status status =
      connection.Use("UPDATE draft SET definition = ?, etag = ?, update_time = ? WHERE quiz = ? AND etag = ?")
          .Bytes(draft.definition)
          .Text(draft.etag)
          .Time(draft.update_time)
          .Text(draft.quiz)
          .Text(expected_etag)
          .Run();
  if (!status.ok()) return status;
  return connection.Changes() == 1 ? absl::OkStatus() : Changed("the draft");
}

}  // namespace

absl::StatusOr<std::optional<QuizRow>> SqlStore::FindQuiz(absl::string_view quiz) {
  std::optional<QuizRow> row;
  const absl::Status status = Read([&](Connection& connection) {
    Query query = connection.Use(kFindQuiz);
    query.Text(quiz);
    return query.ForEach([&row](const Query& found) { row = QuizOf(found); });
  });
  if (!status.ok()) return status;
  return row;
}

absl::StatusOr<std::vector<QuizRow>> SqlStore::ListQuizzes(absl::string_view after, std::size_t limit) {
  std::vector<QuizRow> rows;
  const absl::Status status = Read([&](Connection& connection) {
    rows.clear();
    Query query = connection.Use(kListQuizzes);
    query.Text(after).Integer(Limit(limit));
    return query.ForEach([&rows](const Query& found) { rows.push_back(QuizOf(found)); });
  });
  if (!status.ok()) return status;
  return rows;
}

absl::StatusOr<std::optional<DraftRow>> SqlStore::FindDraft(absl::string_view quiz) {
  std::optional<DraftRow> row;
  const absl::Status status = Read([&](Connection& connection) {
    Query query = connection.Use("SELECT quiz, definition, etag, update_time FROM draft WHERE quiz = ?");
    query.Text(quiz);
    return query.ForEach([&row](const Query& found) {
      row = DraftRow{found.TextAt(0), found.BytesAt(1), found.TextAt(2), found.TimeAt(3)};
    });
  });
  if (!status.ok()) return status;
  return row;
}

absl::Status SqlStore::PutDraft(const DraftRow& draft, absl::string_view expected_etag) {
  return Write(UnknownCommit::kTell, [&](Connection& connection) {
    return expected_etag.empty() ? CreateQuiz(connection, draft) : ReplaceDraft(connection, draft, expected_etag);
  });
}

absl::StatusOr<std::optional<VersionRow>> SqlStore::FindVersion(absl::string_view quiz, std::int64_t number,
                                                                Content content) {
  std::optional<VersionRow> row;
  const absl::Status status = Read([&](Connection& connection) {
    Query query = connection.Use(content == Content::kWhole ? kFindVersionWhole : kFindVersion);
    query.Text(quiz).Integer(number);
    return query.ForEach([&](const Query& found) {
      row = VersionOf(found);
      if (content == Content::kWhole) row->definition = found.BytesAt(5);
    });
  });
  if (!status.ok()) return status;
  return row;
}

absl::StatusOr<std::optional<VersionRow>> SqlStore::FindVersionByDigest(absl::string_view quiz,
                                                                        absl::string_view digest) {
  std::optional<VersionRow> row;
  const absl::Status status = Read([&](Connection& connection) {
    Query query = connection.Use(kFindVersionByDigest);
    query.Text(quiz).Text(digest);
    return query.ForEach([&row](const Query& found) { row = VersionOf(found); });
  });
  if (!status.ok()) return status;
  return row;
}

absl::StatusOr<std::vector<VersionRow>> SqlStore::ListVersions(absl::string_view quiz, std::int64_t before,
                                                               std::size_t limit) {
  std::vector<VersionRow> rows;
  const absl::Status status = Read([&](Connection& connection) {
    rows.clear();
    Query query = connection.Use(kListVersions);
    query.Text(quiz).Integer(before).Integer(Limit(limit));
    return query.ForEach([&rows](const Query& found) { rows.push_back(VersionOf(found)); });
  });
  if (!status.ok()) return status;
  return rows;
}

absl::StatusOr<std::optional<ActivationRow>> SqlStore::FindActivation(absl::string_view quiz, std::int64_t generation) {
  std::optional<ActivationRow> row;
  const absl::Status status = Read([&](Connection& connection) {
    Query query =
        connection.Use("SELECT generation, version, beneath, time FROM activation WHERE quiz = ? AND generation = ?");
    query.Text(quiz).Integer(generation);
    return query.ForEach([&row](const Query& found) {
      row = ActivationRow{found.IntegerAt(0), found.IntegerAt(1), found.IntegerAt(2), found.TimeAt(3)};
    });
  });
  if (!status.ok()) return status;
  return row;
}

absl::Status SqlStore::UpdateQuiz(const QuizUpdate& update) {
  return Write(UnknownCommit::kTell, [&](Connection& connection) {
    const absl::StatusOr<Counters> counters = NextRevision(connection, update);
    if (!counters.ok()) return counters.status();
    absl::Status status;
    if (update.publish.has_value()) status = Publish(connection, *update.publish, counters->latest_version);
    if (status.ok() && update.retire.has_value()) status = Retire(connection, update);
    if (status.ok() && update.activate.has_value()) status = Activate(connection, update, counters->generation);
    if (status.ok()) status = WriteCounters(connection, update);
    return status;
  });
}

}  // namespace ladder::records::sql
