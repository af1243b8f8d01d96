// File: release_csv.h
//
// The release log as CSV (RFC 4180), one line for each cell: what pandas, DuckDB and R read in one line.
//
//   std::string csv(kCsvHeader);
//   AppendCsv(entry, csv);

#ifndef LADDER_RECORDS_SERVICE_ANALYTICS_RELEASE_CSV_H_
#define LADDER_RECORDS_SERVICE_ANALYTICS_RELEASE_CSV_H_

#include <string>

#include "absl/status/status.h"
#include "ladder/records/v1/analytics_service.pb.h"

namespace ladder::records::analytics {

// A format that people's scripts rely on: columns join at the end, and none leaves.
inline constexpr char kCsvHeader[] =
    "clinic,position,campaign,series,window_begin,window_end,close_time,clients,assessments,table,slices,group_clients,"
    "stage,range,guidance,change,from_stage,count,budget,standard_deviation\r\n";

// Unshifted, as the log has it. INTERNAL where the entry is none that a log holds.
absl::Status AppendCsv(const v1::ReleaseEntry& entry, std::string& csv);

}  // namespace ladder::records::analytics

#endif  // LADDER_RECORDS_SERVICE_ANALYTICS_RELEASE_CSV_H_
