// File: release_log.h
//
// The release log, page by page: one clinic's by position, or that of all clinics, each in the order of its positions.
//
//   absl::StatusOr<LogPlace> place = StartOrToken(request.parent(), request.token());
//   ...
//   absl::StatusOr<std::vector<v1::ReleaseEntry>> page = log.Read(*place);  // Empty: nothing more at the moment.
//   const std::string token = TokenOf(*place);                              // Goes on after this page.

#ifndef LADDER_RECORDS_SERVICE_ANALYTICS_RELEASE_LOG_H_
#define LADDER_RECORDS_SERVICE_ANALYTICS_RELEASE_LOG_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "records-service/store/release_store.h"

namespace ladder::records::analytics {

// The reason of FAILED_PRECONDITION where the log was begun anew since the token was given.
inline constexpr char kEpochChanged[] = "EPOCH_CHANGED";

// How far somebody has read.
struct LogPlace {
  std::string parent;
  std::string clinic;                             // Empty: all.
  std::string epoch;                              // Of the log that was read; empty: nothing was read yet.
  std::map<std::string, std::int64_t> positions;  // Of each clinic's last entry that was read.
  std::string walked;                             // All clinics: the last one that was looked at in this round.
};

// The start of the log, or where a token goes on. INVALID_ARGUMENT, naming parent or token.
absl::StatusOr<LogPlace> StartOrToken(const std::string& parent, absl::string_view token);
std::string TokenOf(const LogPlace& place);

// Thread-safe. Read waits for the store.
class ReleaseLog {
 public:
  // `store` has to outlive it.
  explicit ReleaseLog(ReleaseStore& store) : store_(store) {}

  // What follows `place`, which moves on. FAILED_PRECONDITION, kEpochChanged, where the log is another one.
  absl::StatusOr<std::vector<v1::ReleaseEntry>> Read(LogPlace& place);

 private:
  class Page;

  absl::Status ReadClinic(const std::string& clinic, LogPlace& place, Page& page);
  absl::Status ReadClinics(LogPlace& place, Page& page);

  ReleaseStore& store_;
};

}  // namespace ladder::records::analytics

#endif  // LADDER_RECORDS_SERVICE_ANALYTICS_RELEASE_LOG_H_
