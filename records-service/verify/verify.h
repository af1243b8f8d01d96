// File: verify.h
//
// Whether what lies in a store hangs together, whether this program can use each version and each assessment, and
// whether a sample of the results is what the quiz gives: what `ladderctl store verify` asks.
//
//   sqlite::ReadStore(directory, [&](sql::Connection& connection) {
//     return Verify(connection, 1000, random, [](const sql::Finding& finding) { ... }).status();
//   });

#ifndef LADDER_RECORDS_SERVICE_VERIFY_VERIFY_H_
#define LADDER_RECORDS_SERVICE_VERIFY_VERIFY_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "libs/chassis/random.h"
#include "records-service/store/sql/verification.h"

namespace ladder::records {

struct Verified {
  sql::Checked checked;
  std::int64_t versions = 0;
  std::int64_t rescored = 0;
};

// `sample` results are scored again. `tell` hears of each finding at once. An error: the store could not be read.
// REQUIRES: the connection is inside of a transaction that reads all of it at one moment.
absl::StatusOr<Verified> Verify(sql::Connection& connection, std::size_t sample, RandomSource& random,
                                sql::TellFinding tell);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_VERIFY_VERIFY_H_
