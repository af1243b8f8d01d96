#include "records-service/store/sql/turn.h"

namespace ladder::records::sql {

absl::Status TakeReleaseTurn(Connection& connection, absl::string_view clinic) {
  const absl::Status status =
      connection.Use("INSERT INTO head (clinic, position) VALUES (?, 0) ON CONFLICT (clinic) DO NOTHING")
          .Text(clinic)
          .Run();
  if (!status.ok()) return status;
  return connection.Use("UPDATE head SET position = position WHERE clinic = ?").Text(clinic).Run();
}

}  // namespace ladder::records::sql
