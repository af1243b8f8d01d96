// File: restore_store.h
//
// What a store that was restored from a backup needs before a service uses it. Threads, blocking, atomicity, errors: as
// in store.h.
//
// What was released after the backup is in other hands, and would be released again with fresh noise, which tells more
// than was promised. So the log is begun anew, and the cohorts that the backup had not released never are.

#ifndef LADDER_RECORDS_SERVICE_STORE_RESTORE_STORE_H_
#define LADDER_RECORDS_SERVICE_STORE_RESTORE_STORE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace ladder::records {

struct LogRestart {
  std::string epoch;  // Of the new log; unlike every one before.
  absl::Time time;    // When cohorts close that were open.
  // Of clinics whose log is known to have ended at this position when the store was lost: nothing was released after
  // the backup, so its cohorts stay as they are.
  std::map<std::string, std::int64_t> same_heads;
  std::function<std::string()> new_id;  // Of the cohorts that open.
};

struct LogRestarted {
  std::int64_t never_released = 0;  // Cohorts; of them held:
  std::int64_t assessments = 0;
};

class RestoreStore {
 public:
  virtual ~RestoreStore() = default;
  // FAILED_PRECONDITION where a clinic's log ends elsewhere than `same_heads` says: then nothing happens.
  virtual absl::StatusOr<LogRestarted> RestartLog(const LogRestart& restart) = 0;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_STORE_RESTORE_STORE_H_
