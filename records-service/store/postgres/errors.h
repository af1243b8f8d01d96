// File: errors.h
//
// PostgreSQL's errors: what an SQLSTATE means for a retry, and what callers of the store see of it.

#ifndef LADDER_RECORDS_SERVICE_STORE_POSTGRES_ERRORS_H_
#define LADDER_RECORDS_SERVICE_STORE_POSTGRES_ERRORS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace ladder::records::postgres {

// SQLSTATEs that are ours to tell: libpq has none for a connection that cannot be made or has ended.
inline constexpr char kCannotConnect[] = "08001";
inline constexpr char kConnectionLost[] = "08006";

// PostgreSQL's own words, for the log.
absl::Status MakeError(absl::string_view sqlstate, absl::string_view message);
// Empty where the status was made elsewhere: then it is the transaction's own decision.
std::string SqlstateOf(const absl::Status& status);

// Two transactions were in each other's way: the same one may succeed when it is run again.
bool IsConflict(absl::string_view sqlstate);
// The connection is of no use any more, or leads to a server that takes no writes: another one may do.
bool IsConnectionGone(absl::string_view sqlstate);
// After an error of COMMIT itself: whether it may have been made all the same.
bool LeavesCommitUnknown(absl::string_view sqlstate);

// What callers of the store see. REQUIRES: SqlstateOf(status) is not empty.
absl::Status WriteError(const absl::Status& status);
absl::Status ReadError(const absl::Status& status);
absl::Status CommitUnknownError();

}  // namespace ladder::records::postgres

#endif  // LADDER_RECORDS_SERVICE_STORE_POSTGRES_ERRORS_H_
