// File: database.h
//
// A connection over SQLite's C API. Only files of this folder include it.
//
//   absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(path, Database::Mode::kReadOnly);
//
// Errors are INTERNAL with SQLite's own words, for the log; CodeOf() says which it was. sqlite_store.cc turns them into
// what callers see.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQLITE_DATABASE_H_
#define LADDER_RECORDS_SERVICE_STORE_SQLITE_DATABASE_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "records-service/store/sql/connection.h"

namespace ladder::records::sqlite {

// The extended result code of an error made here; SQLITE_OK where the status was made elsewhere.
int CodeOf(const absl::Status& status);

// A connection.
class Database final : public sql::Connection {
 public:
  // kCreate also writes, and makes the file where it is missing.
  enum class Mode { kCreate, kReadWrite, kReadOnly };

  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path, Mode mode);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() override;

  sql::Query Use(absl::string_view sql) override;
  // A transaction that writes has the database for itself.
  sql::Query UseForShare(absl::string_view sql) override { return Use(sql); }
  std::int64_t Changes() const override;
  // A commit costs no way to a server.
  void CommitWithNext() override {}

  // How every database of ours is written: ahead into a log, synced at each commit.
  absl::Status Configure();

  // Runs statements that give no rows, separated by semicolons.
  absl::Status Execute(absl::string_view sql);
  // The first column of the first row.
  absl::StatusOr<std::int64_t> QueryInteger(absl::string_view sql);

  bool InTransaction() const;

  // From now on a query fails with SQLITE_INTERRUPT once `clock` has passed `deadline`, which is looked at every few
  // thousand steps of SQLite's machine. The clock has to outlive the connection.
  void SetDeadline(const Clock& clock, absl::Time deadline);

  // Frames in the log after the newest commit; 0 after a checkpoint that copied all of them.
  int log_frames() const { return log_frames_; }
  // Copies what it can from the log to the database without waiting for anybody.
  absl::Status Checkpoint();
  // Copies all of the log and truncates it; waits a while for those who read it. False where one of them stays.
  absl::StatusOr<bool> EmptyLog();
  // Makes this database what `source` is at one moment. Others may write to `source` meanwhile.
  absl::Status CopyFrom(Database& source);
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
  absl::flat_hash_map<std::string, sqlite3_stmt*> statements_;
  Deadline deadline_;
  int log_frames_ = 0;
};

}  // namespace ladder::records::sqlite

#endif  // LADDER_RECORDS_SERVICE_STORE_SQLITE_DATABASE_H_
