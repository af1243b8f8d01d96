// File: retention_options.h
//
// How long assessments are kept: for every clinic, and for those that have a time of their own.
//
//   absl::StatusOr<std::map<std::string, absl::Duration>> own = ParseRetentions("north=3650,south=0");

#ifndef LADDER_RECORDS_SERVICE_RETENTION_RETENTION_OPTIONS_H_
#define LADDER_RECORDS_SERVICE_RETENTION_RETENTION_OPTIONS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace ladder::records::retention {

// About three hundred years: longer than the times that a store keeps.
inline constexpr std::int64_t kMostDays = 110'000;

// Zero: for ever.
struct RetentionOptions {
  absl::Duration kept;
  std::map<std::string, absl::Duration, std::less<>> kept_of_clinic;

  absl::Duration Of(absl::string_view clinic) const {
    const auto own = kept_of_clinic.find(clinic);
    return own == kept_of_clinic.end() ? kept : own->second;
  }
};

inline absl::Duration Days(std::int64_t days) { return absl::Hours(24 * days); }

// From "{clinic}={days}", with commas between. INVALID_ARGUMENT names the part that is wrong.
absl::StatusOr<std::map<std::string, absl::Duration, std::less<>>> ParseRetentions(absl::string_view text);

}  // namespace ladder::records::retention

#endif  // LADDER_RECORDS_SERVICE_RETENTION_RETENTION_OPTIONS_H_
