// File: sqlite_store.h
//
// The embedded store: one SQLite database in write-ahead mode, synchronous=FULL, opened by one process. One connection
// writes, its transactions IMMEDIATE; a few read beside it. docs/formats/sqlite.md describes the files.
//
//   absl::StatusOr<std::unique_ptr<SqliteStore>> store = SqliteStore::Open({.directory = "/var/lib/ladder"}, clock);
//
// A full disk refuses writes and nothing else. After an I/O error of a write or a corrupt page nothing that the kernel
// says can be trusted: that write ends with kCommitUnknown, later ones with kStorageFailed, and `on_fatal` asks for the
// end of the process. The next start recovers what was committed.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQLITE_SQLITE_STORE_H_
#define LADDER_RECORDS_SERVICE_STORE_SQLITE_SQLITE_STORE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/mutex.h"
#include "records-service/store/sql/sql_store.h"
#include "records-service/store/sqlite/database.h"
#include "records-service/store/sqlite/lease.h"
#include "records-service/store/sqlite/reader_pool.h"

namespace ladder::records::sqlite {

struct SqliteOptions {
  std::string directory;
  int readers = 4;  // Connections that read.
  absl::Duration read_time_limit = absl::Seconds(2);
  // Frames of 4 KiB that gather in the log between two checkpoints: more make the log larger, fewer cost more writes.
  int checkpoint_frames = 16000;
  // Called once at most, by the thread that found out, with what to write into the log. May not call the store.
  std::function<void(const absl::Status& why)> on_fatal = nullptr;
};

class SqliteStore final : public sql::SqlStore {
 public:
  // FAILED_PRECONDITION where another process has it open, or where it has a schema that this release does not know:
  // the message then names the command to run (migrations.h).
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(SqliteOptions options, const Clock& clock);
  ~SqliteStore() override;

  void AddTo(Metrics& metrics) const override;

  // Empties the log into the database, where deleted bytes are overwritten.
  absl::Status Scrub() override;
  absl::Status Ready() override;
  void Close() override;

 private:
  SqliteStore(SqliteOptions options, std::unique_ptr<Lease> lease, std::unique_ptr<Database> writer,
              std::vector<std::unique_ptr<Database>> readers, const Clock& clock);

  absl::Status Write(UnknownCommit on_unknown, Body body) override;
  absl::Status Read(Body body) override;
  absl::Status ReadSnapshot(Body body) override;

  absl::Status Transact(Body body) ABSL_EXCLUSIVE_LOCKS_REQUIRED(writing_);
  void CheckpointIfDue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writing_);
  // From SQLite's error to the caller's.
  absl::Status WriteError(const absl::Status& status);
  absl::Status ReadError(const absl::Status& status);
  // From now on nothing is written.
  void Fail(const absl::Status& why);
  absl::Status Usable();

  const SqliteOptions options_;

  // Held while a transaction is written.
  Mutex writing_;
  // Lives as long as the database is open: its members below are let go of before it.
  std::unique_ptr<Lease> lease_ ABSL_GUARDED_BY(writing_);
  std::unique_ptr<Database> writer_ ABSL_GUARDED_BY(writing_);
  int checkpoint_at_frames_ ABSL_GUARDED_BY(writing_);

  // Never held while anything waits.
  Mutex state_;
  bool closed_ ABSL_GUARDED_BY(state_) = false;
  bool failed_ ABSL_GUARDED_BY(state_) = false;

  ReaderPool readers_;
};

}  // namespace ladder::records::sqlite

#endif  // LADDER_RECORDS_SERVICE_STORE_SQLITE_SQLITE_STORE_H_
