// File: dimensions.h
//
// Which cells may be asked for: the tables of the log hold some crossings and no others.

#ifndef LADDER_RECORDS_SERVICE_ANALYTICS_DIMENSIONS_H_
#define LADDER_RECORDS_SERVICE_ANALYTICS_DIMENSIONS_H_

#include <cstddef>
#include <string>

#include "google/protobuf/repeated_ptr_field.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "records-service/analytics/answer.h"
#include "records-service/request_check.h"

namespace ladder::records::analytics {

using AskedDimensions = google::protobuf::RepeatedPtrField<std::string>;

// The most cells that an answer may have.
inline constexpr std::size_t kMaxCells = 10'000;

// For a distribution: either range and guidance, or public slices. Faults of `check` have paths under "by" and name
// what there is.
Dimensions CheckDistribution(const AskedDimensions& by, const v1::ReleasedTables& tables, RequestCheck& check);
// For a trend: public slices.
Dimensions CheckTrend(const AskedDimensions& by, const v1::ReleasedTables& tables, RequestCheck& check);

// How many cells of the series' tables an answer by these has.
std::size_t CellsOf(const Dimensions& by, const v1::ReleasedTables& tables);

}  // namespace ladder::records::analytics

#endif  // LADDER_RECORDS_SERVICE_ANALYTICS_DIMENSIONS_H_
