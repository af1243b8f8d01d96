// File: pool.h
//
// A bounded number of connections that threads borrow. They are opened when they are needed, looked at before they are
// lent, and closed where they are of no use any more.
//
//   absl::StatusOr<Pool::Loan> connection = pool.Borrow();
//   (*connection)->Use("SELECT ...");
//
// Thread-safe. A loan has to end before the pool does.

#ifndef LADDER_RECORDS_SERVICE_STORE_POSTGRES_POOL_H_
#define LADDER_RECORDS_SERVICE_STORE_POSTGRES_POOL_H_

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/mutex.h"
#include "records-service/store/postgres/connection.h"
#include "records-service/store/postgres/options.h"
#include "records-service/store/sql/store_metrics.h"

namespace ladder::records::postgres {

class Pool {
 public:
  using Loan = std::unique_ptr<Connection, std::function<void(Connection*)>>;

  // Both have to outlive the pool.
  Pool(const PostgresOptions& options, const Clock& clock);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  // Closes.
  ~Pool();

  // UNAVAILABLE: kStorageBusy where all are in use for too long, kClosed once the pool is closed. Else what kept a new
  // one from being opened (errors.h).
  absl::StatusOr<Loan> Borrow();
  // Asks the database for an answer, unless all connections are in use and so show for themselves. For `on_reachable`.
  void Check();
  // Whether the last attempt to reach the database succeeded.
  bool IsReachable();
  sql::ConnectionsInUse InUse() const;
  // False where that time is over, true where the pool is closed before.
  bool WaitForClose(absl::Duration time);
  // Waits for every loan to end and closes the connections.
  void Close();

 private:
  struct Idle {
    std::unique_ptr<Connection> connection;
    absl::Time since;
  };

  // A place for a connection, and the one that rested last where there is one. Lasts until GiveBack.
  absl::StatusOr<std::optional<Idle>> TakePlace(absl::Duration patience);
  std::optional<Idle> TakeIdle();
  absl::StatusOr<Loan> Fill(std::optional<Idle> idle);
  bool CanBeUsed(const Idle& idle);
  void GiveBack(std::unique_ptr<Connection> connection);
  void Note(bool reachable);

  const PostgresOptions& options_;
  const Clock& clock_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::vector<Idle> idle_ ABSL_GUARDED_BY(mutex_);
  int lent_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<bool> reachable_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::records::postgres

#endif  // LADDER_RECORDS_SERVICE_STORE_POSTGRES_POOL_H_
