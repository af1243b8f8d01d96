// File: options.h
//
// Which PostgreSQL the store uses, and how patient it is.

#ifndef LADDER_RECORDS_SERVICE_STORE_POSTGRES_OPTIONS_H_
#define LADDER_RECORDS_SERVICE_STORE_POSTGRES_OPTIONS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/chassis/options.h"

namespace ladder::records::postgres {

struct PostgresOptions {
  // libpq's keywords and values, or a URI; several hosts for a failover. No password: it would be seen in a process
  // list. What it says goes before the defaults of connection.cc.
  std::string conninfo;
  Secret password = Secret();  // Empty: none is sent, unless libpq finds one in its own places.

  int connections = 8;  // At most; opened when they are needed.
  // For each host that conninfo names. libpq counts in seconds, two at least.
  absl::Duration connect_timeout = absl::Seconds(3);
  // The server stops a statement that takes longer.
  absl::Duration statement_timeout = absl::Seconds(5);
  // A connection on which no answer is complete by then is given up. More than the server needs for a statement, as a
  // commit may wait for a standby.
  absl::Duration reply_timeout = absl::Seconds(10);
  // How long a call waits for a connection while all are in use.
  absl::Duration borrow_timeout = absl::Seconds(2);
  // A connection that rested this long is asked whether it still stands before it is used.
  absl::Duration check_after = absl::Seconds(10);
  // How often the database is asked whether it can be reached, for `on_reachable`.
  absl::Duration health_interval = absl::Seconds(5);

  // How often a transaction is tried after conflicts and lost connections, the first time counted. The pause after the
  // n-th attempt is uniform between 0 and min(backoff_max, backoff_initial * 2^(n-1)).
  int max_attempts = 10;
  // No attempt begins later than this after the first: callers have given up by then.
  absl::Duration retry_limit = absl::Seconds(10);
  absl::Duration backoff_initial = absl::Milliseconds(20);
  absl::Duration backoff_max = absl::Seconds(1);

  // Told at the first connection and whenever it changes, by any thread. May not call the store.
  std::function<void(bool reachable)> on_reachable = nullptr;
};

// Whether libpq can read it, and no password stands in it.
absl::Status VerifyConninfo(const std::string& conninfo);

}  // namespace ladder::records::postgres

#endif  // LADDER_RECORDS_SERVICE_STORE_POSTGRES_OPTIONS_H_
