// File: turn.h
//
// Turns in one clinic, which last until the transaction ends. Whoever takes both takes the clinic's first.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQL_TURN_H_
#define LADDER_RECORDS_SERVICE_STORE_SQL_TURN_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "records-service/store/sql/connection.h"

namespace ladder::records::sql {

// From here on releases of one clinic, and whoever removes what they count, take turns: each reads what the one before
// has left.
absl::Status TakeReleaseTurn(Connection& connection, absl::string_view clinic);

}  // namespace ladder::records::sql

#endif  // LADDER_RECORDS_SERVICE_STORE_SQL_TURN_H_
