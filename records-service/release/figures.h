// File: figures.h
//
// From entries of the release log to the figures of an answer: sums, and one published linear step, so that totals add
// up and the figures of twelve months add up to those of the year, exactly.
//
//   - The K stages of a slice group with n clients, whose noisy counts are c: each is shifted by (n - sum of c) / K.
//   - The m details of a stage, whose noisy counts are d: each is shifted by (S - sum of d) / m, with S the stage's
//     shifted figure over all slice groups.
//   - Change and flow are not shifted.
//
// Shifting takes noise away that the known size tells. With v the variance of a draw, told beside each figure is:
//   - a stage of one group and entry: v (1 - 1/K); sums over groups and entries add.
//   - q of a stage's m details, with w the variance of their draws: w q (1 - q/m) and (q/m)^2 times that of S.
//   - change and flow: that of a draw for each entry.

#ifndef LADDER_RECORDS_SERVICE_RELEASE_FIGURES_H_
#define LADDER_RECORDS_SERVICE_RELEASE_FIGURES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "libs/quiz/number.h"
#include "records-service/release/release_options.h"

namespace ladder::records::release {

// Entries of the same shape, that is with the same cells, slices and budgets, can be added cell by cell.
struct ShapeSum {
  Budgets budgets;
  std::int64_t entries = 0;
  v1::ReleasedTables tables;  // Unshifted. Clients of the groups are added as well.
};

// 16 hexadecimal digits of a SHA-256 over the keys of all cells, the slices and the budgets.
std::string ShapeId(const Budgets& budgets, const v1::ReleasedTables& tables);

struct Figure {
  quiz::Rational count;
  double variance = 0;  // Of the noise in `count`.
};

struct StageFigure {
  std::string stage;
  std::vector<std::string> slices;  // The values of the slices that were asked for.
  Figure figure;
};

struct DetailFigure {
  std::string stage;
  std::string range;     // Empty where it was not asked for.
  std::string guidance;  // Likewise.
  Figure figure;
};

struct ChangeFigure {
  v1::Change change;
  Figure figure;
};

struct FlowFigure {
  std::string from_stage;
  std::string to_stage;
  Figure figure;
};

// Thread-compatible.
class TableSums {
 public:
  // Adds one entry, or the sum of several of one shape. Add oldest first: the shape that came last orders the figures,
  // and what only others have follows. INTERNAL where the tables are none that a release makes, or counts or sums pass
  // 2^40; OUT_OF_RANGE where the exact figures over so many shapes would need a denominator above 62 bits.
  absl::Status Add(const ShapeSum& sum);

  // One for each shape, in the order in which they came first: what to store for a span of time.
  const std::vector<ShapeSum>& sums() const { return sums_; }

  // Every cell that a table holds. Cells of several shapes are one where their keys are equal; a slice that a shape
  // does not have is empty text there. Not scored comes last.
  std::vector<StageFigure> Stages(absl::Span<const std::string> slices) const;
  std::vector<DetailFigure> Details(bool by_range, bool by_guidance) const;
  // One for each value of Change; none where no entry was added.
  std::vector<ChangeFigure> Changes() const;
  std::vector<FlowFigure> Flows() const;

 private:
  std::vector<ShapeSum> sums_;
  std::vector<std::string> ids_;  // One for each of `sums_`.
  std::int64_t denominator_ = 1;  // A common multiple of those of all figures.
};

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_FIGURES_H_
