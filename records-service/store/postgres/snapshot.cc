#include "records-service/store/postgres/snapshot.h"

#include <memory>

#include "records-service/store/postgres/connection.h"
#include "records-service/store/postgres/migrations.h"

namespace ladder::records::postgres {

absl::Status ReadStore(PostgresOptions options, absl::FunctionRef<absl::Status(sql::Connection&)> body) {
  options.statement_timeout = absl::Hours(1);
  options.reply_timeout = options.statement_timeout + absl::Minutes(1);
  const absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(options);
  if (!connection.ok()) return OpenError(connection.status());
  const absl::Status usable = CheckSchema(options, **connection);
  if (!usable.ok()) return usable;
  (*connection)->Begin(Connection::Access::kReadSnapshot);
  absl::Status status = body(**connection);
  if (status.ok()) status = (*connection)->Commit();
  return status.ok() ? status : OpenError(status);
}

}  // namespace ladder::records::postgres
