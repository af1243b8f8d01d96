// File: versions.h
//
// The versions that lie in a store, compiled: those used last, within a bound of memory.
//
//   Versions versions(connection);
//   const absl::StatusOr<Version> version = versions.Find({"mood", 3});

#ifndef LADDER_RECORDS_SERVICE_VERIFY_VERSIONS_H_
#define LADDER_RECORDS_SERVICE_VERIFY_VERSIONS_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "libs/quiz/program.h"
#include "records-service/store/sql/verification.h"

namespace ladder::records {

struct StoredVersion {
  bool exists = false;
  std::shared_ptr<const quiz::Program> program;  // Null: it cannot be used.
  std::string fault;                             // Why.
};

// Not thread-safe.
class Versions {
 public:
  // The connection has to outlive it.
  explicit Versions(sql::Connection& connection) : connection_(connection) {}

  // An error: the store could not be read. REQUIRES: no query of the connection is in use.
  absl::StatusOr<StoredVersion> Find(const sql::VersionKey& key);

 private:
  absl::StatusOr<StoredVersion> Read(const sql::VersionKey& key);

  sql::Connection& connection_;
  std::map<sql::VersionKey, StoredVersion> versions_;
  std::size_t bytes_ = 0;
};

// Tells of each version that is damaged or passes a limit of this program; gives how many there are.
absl::StatusOr<std::int64_t> VerifyVersions(sql::Connection& connection, Versions& versions, sql::TellFinding tell);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_VERIFY_VERSIONS_H_
