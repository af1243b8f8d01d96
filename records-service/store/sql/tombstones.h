// File: tombstones.h
//
// What is left of clients and request_ids that were removed: hashes, keyed with a secret that never leaves the store,
// so that whoever reads the tables cannot find out by trying whether somebody was a client.
//
//   absl::StatusOr<Tombstones> tombstones = Tombstones::Of(connection, "north");
//   absl::StatusOr<std::optional<absl::Time>> erased = tombstones->FindClient("c-17");

#ifndef LADDER_RECORDS_SERVICE_STORE_SQL_TOMBSTONES_H_
#define LADDER_RECORDS_SERVICE_STORE_SQL_TOMBSTONES_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "records-service/store/sql/connection.h"

namespace ladder::records::sql {

// Those of one clinic. Used within one transaction, which has to outlive it.
class Tombstones {
 public:
  static absl::StatusOr<Tombstones> Of(Connection& connection, absl::string_view clinic);

  // When the client was erased.
  absl::StatusOr<std::optional<absl::Time>> FindClient(absl::string_view client);
  absl::Status PutClient(absl::string_view client, absl::Time erase_time);

  // Whether the request_id was removed and may not come again yet.
  absl::StatusOr<bool> HoldsRequest(absl::string_view request_id, absl::Time now);
  // Without `expire_time`: for ever.
  absl::Status PutRequest(absl::string_view request_id, std::optional<absl::Time> expire_time);

  // Under which they are kept.
  std::string ClientHash(absl::string_view client) const { return HashOf("client", client); }
  std::string RequestHash(absl::string_view request_id) const { return HashOf("request", request_id); }

 private:
  Tombstones(Connection& connection, absl::string_view clinic, std::string secret)
      : connection_(connection), clinic_(clinic), secret_(std::move(secret)) {}

  // HMAC-SHA256. The kind and the clinic go into it, so that one text has as many hashes as places where it stands.
  std::string HashOf(absl::string_view kind, absl::string_view text) const;

  Connection& connection_;
  std::string clinic_;
  std::string secret_;
};

// Takes the clinic for this transaction alone: no writer of its assessments is under way until the end.
absl::Status TakeClinicAlone(Connection& connection, absl::string_view clinic);

}  // namespace ladder::records::sql

#endif  // LADDER_RECORDS_SERVICE_STORE_SQL_TOMBSTONES_H_
