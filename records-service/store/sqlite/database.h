// File: database.h
//
// SQLite's C API in two small owners: a connection and a running statement. Only files of this folder include it.
//
//   absl::StatusOr<std::unique_ptr<Database>> database =
//       Database::Open(path, Database::Mode::kReadOnly);
//   Query query = (*database)->Use("SELECT etag FROM draft WHERE quiz = ?");
//   query.Text("ladder-of-healing");
//   absl::StatusOr<bool> row = query.Step();
//   if (row.ok() && *row) Print(query.TextAt(0));
//
// A connection and its queries belong to one thread at a time. Errors are INTERNAL with SQLite's own words, for the
// log; CodeOf() says which it was. sqlite_store.cc turns them into what callers see.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQLITE_DATABASE_H_
#define LADDER_RECORDS_SERVICE_STORE_SQLITE_DATABASE_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"

namespace ladder::records::sqlite {

// The extended result code of an error made here; SQLITE_OK where the status was made elsewhere.
int CodeOf(const absl::Status& status);

// A prepared statement in use. Goes back to its connection, reset and without bindings, when it ends.
class Query {
 public:
  explicit Query(sqlite3_stmt* statement, absl::Status status);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  // Bind the parameters in their order. Text and bytes must stay alive until the query ends.
  Query& Integer(std::int64_t value);
  Query& Text(absl::string_view value);
  Query& Bytes(absl::string_view value);

  // True: there is a row, which the columns below read. False: there are no more.
  absl::StatusOr<bool> Step();
  // For a statement without rows.
  absl::Status Run();

  std::int64_t IntegerAt(int column) const;
  std::optional<std::int64_t> OptionalIntegerAt(int column) const;
  std::string TextAt(int column) const;
  std::string BytesAt(int column) const;

 private:
  void Note(int code);

  sqlite3_stmt* statement_;
  absl::Status status_;  // The first error of preparing or binding.
  int bound_ = 0;
};

// A connection.
class Database {
 public:
  enum class Mode { kReadWrite, kReadOnly };

  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path, Mode mode);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // Runs statements that give no rows, separated by semicolons.
  absl::Status Execute(absl::string_view sql);
  // A statement with parameters, prepared once in the life of the connection. REQUIRES: `sql` is a literal, and no
  // other query over it is in use.
  Query Use(absl::string_view sql);
  // The first column of the first row.
  absl::StatusOr<std::int64_t> QueryInteger(absl::string_view sql);

  bool InTransaction() const;
  // How many rows the last INSERT, UPDATE or DELETE changed.
  std::int64_t Changes() const;

  // From now on a query fails with SQLITE_INTERRUPT once `clock` has passed `deadline`, which is looked at every few
  // thousand steps of SQLite's machine. The clock has to outlive the connection.
  void SetDeadline(const Clock& clock, absl::Time deadline);

  // Frames in the log after the newest commit; 0 after a checkpoint that copied all of them.
  int log_frames() const { return log_frames_; }
  // Copies what it can from the log to the database without waiting for anybody.
  absl::Status Checkpoint();
  // The last connection to close leaves the log as it is, for the next start to recover from.
  void KeepLogAtClose();

 private:
  struct Deadline {
    const Clock* clock = nullptr;
    absl::Time time;
  };

  explicit Database(sqlite3* handle);
  static int OnProgress(void* deadline);
  static int OnCommit(void* database, sqlite3* handle, const char* name, int frames);

  sqlite3* const handle_;
  absl::flat_hash_map<absl::string_view, sqlite3_stmt*> statements_;
  Deadline deadline_;
  int log_frames_ = 0;
};

}  // namespace ladder::records::sqlite

#endif  // LADDER_RECORDS_SERVICE_STORE_SQLITE_DATABASE_H_
