// File: reader_pool.h
//
// A fixed number of read-only connections that threads borrow.
//
//   absl::StatusOr<ReaderPool::Loan> reader = pool.Borrow();
//   (*reader)->Use("SELECT ...");
//
// Thread-safe. A loan has to end before the pool does.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQLITE_READER_POOL_H_
#define LADDER_RECORDS_SERVICE_STORE_SQLITE_READER_POOL_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/mutex.h"
#include "records-service/store/sql/store_metrics.h"
#include "records-service/store/sqlite/database.h"

namespace ladder::records::sqlite {

class ReaderPool {
 public:
  using Loan = std::unique_ptr<Database, std::function<void(Database*)>>;

  // Whoever borrows a connection has `time_limit` for it: a reader that stays keeps the log from being emptied.
  ReaderPool(std::vector<std::unique_ptr<Database>> connections, const Clock& clock, absl::Duration time_limit);
  ~ReaderPool();

  // Waits while every connection is out, which `time_limit` bounds. UNAVAILABLE once the pool is closed.
  absl::StatusOr<Loan> Borrow();
  sql::ConnectionsInUse InUse() const;
  // Waits for every loan to end and closes the connections.
  void Close();

 private:
  void GiveBack(Database* connection);

  const Clock& clock_;
  const absl::Duration time_limit_;
  const std::size_t size_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::vector<std::unique_ptr<Database>> idle_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace ladder::records::sqlite

#endif  // LADDER_RECORDS_SERVICE_STORE_SQLITE_READER_POOL_H_
