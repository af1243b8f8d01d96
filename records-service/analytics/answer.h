// File: answer.h
//
// From sums of the log to the parts of an answer: what it covers, and its cells.

#ifndef LADDER_RECORDS_SERVICE_ANALYTICS_ANSWER_H_
#define LADDER_RECORDS_SERVICE_ANALYTICS_ANSWER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "libs/quiz/program.h"
#include "records-service/analytics/selection.h"
#include "records-service/release/figures.h"
#include "records-service/release/release_options.h"
#include "records-service/store/release_rows.h"

namespace ladder::records::analytics {

using Rows = std::vector<const SumRow*>;
using StageCells = google::protobuf::RepeatedPtrField<v1::StageCell>;

// What the definitions of a series tell without the log.
struct SeriesTables {
  v1::ReleasedTables empty;                   // Every cell, at 0.
  std::map<std::string, std::string> titles;  // From a rung's id, in the default locale of the newest version with it.
};

// `versions` are those of the series, oldest first.
SeriesTables TablesOfSeries(absl::Span<const std::shared_ptr<const quiz::Program>> versions);

// What an answer from these sums covers.
v1::Coverage CoverageOf(const Sums& sums, const Selection& selection);

// Whether one of them began before `begin`.
bool IsWide(const Rows& rows, absl::Time begin);
std::int64_t ClientsOf(const Rows& rows);

// The rows' tables added up, beginning with every cell of the series at 0, so that the form of an answer does not
// depend on what was released. `budgets` are those in force.
absl::StatusOr<release::TableSums> AddUp(const Rows& rows, const SeriesTables& series, const release::Budgets& budgets);

// The dimensions of an answer beside the stage.
struct Dimensions {
  bool range = false;
  bool guidance = false;
  std::vector<std::string> slices;
};

StageCells StageCellsOf(const release::TableSums& sums, const Dimensions& by, const SeriesTables& series);
v1::Figure FigureOf(const release::Figure& figure);

}  // namespace ladder::records::analytics

#endif  // LADDER_RECORDS_SERVICE_ANALYTICS_ANSWER_H_
