// File: table_shape.h
//
// Which cells the tables of a series have: what its versions' definitions allow, and nothing that was learnt from
// answers, so that an empty cell says as little as a full one.
//
//   TableShape shape = ShapeOf(programs);
//   v1::ReleasedTables tables = EmptyTables(shape);  // Every cell, at 0.

#ifndef LADDER_RECORDS_SERVICE_RELEASE_TABLE_SHAPE_H_
#define LADDER_RECORDS_SERVICE_RELEASE_TABLE_SHAPE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "libs/quiz/program.h"

namespace ladder::records::release {

// The newest version's order comes first; what only older versions have follows. Empty text, which stands for what is
// not there, comes last.
struct TableShape {
  struct Slice {
    std::string id;                   // Of a context value.
    std::vector<std::string> values;  // Codes; empty text where a version has no default or does not slice by it.
  };
  struct Stage {
    std::string id;                   // Empty: not scored.
    std::vector<std::string> ranges;  // Empty text where a version's rung has no ranges.
  };
  std::vector<Slice> slices;          // Of the newest version.
  std::vector<Stage> stages;          // The last one is not scored.
  std::vector<std::string> guidance;  // The last one is none.
};

// `versions` are those of one series, oldest first. A version without a ladder counts nothing and adds nothing.
TableShape ShapeOf(absl::Span<const std::shared_ptr<const quiz::Program>> versions);

// The most cells that a table of one version may have. Every entry of the log holds them all, empty or not.
inline constexpr std::size_t kMostCells = 20'000;

// How many cells the largest of the four tables has.
std::size_t LargestTableOf(const TableShape& shape);

// Every cell of the four tables, at 0. In each table the last part of a cell's key runs fastest.
v1::ReleasedTables EmptyTables(const TableShape& shape);

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_TABLE_SHAPE_H_
