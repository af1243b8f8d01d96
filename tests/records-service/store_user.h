// File: store_user.h
//
// Calls every method of a store over SQL, each in all of its ways, for tests that look at all of its statements.
//
//   StoreUser user(clock, random);
//   user.UseStore(store);    // Once for each store.
//   user.RestartLog(store);  // What a restored copy is for.

#ifndef LADDER_TESTS_RECORDS_SERVICE_STORE_USER_H_
#define LADDER_TESTS_RECORDS_SERVICE_STORE_USER_H_

#include <string>

#include "absl/status/status.h"
#include "libs/chassis/random.h"
#include "records-service/ids.h"
#include "records-service/store/sql/sql_store.h"
#include "tests/testing/fake_clock.h"

namespace ladder::records {

// Asserts that every call does what it is for.
class StoreUser {
 public:
  StoreUser(testing::FakeClock& clock, RandomSource& random) : clock_(clock), random_(random), ids_(clock, random) {}

  void UseStore(sql::SqlStore& store);
  void RestartLog(sql::SqlStore& store);
  // Afterwards.
  absl::Status UseVerification(sql::Connection& connection);

 private:
  AssessmentRow Row(const std::string& request_id);
  void UseReleases(sql::SqlStore& store);
  void UseRepair(sql::SqlStore& store);
  void UseRemovals(sql::SqlStore& store);

  testing::FakeClock& clock_;
  RandomSource& random_;
  IdMaker ids_;
};

}  // namespace ladder::records

#endif  // LADDER_TESTS_RECORDS_SERVICE_STORE_USER_H_
