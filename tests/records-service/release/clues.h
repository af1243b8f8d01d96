// File: clues.h
//
// By what cells a log tells two worlds apart, in which the outcome of one client differs.

#ifndef LADDER_TESTS_RECORDS_SERVICE_RELEASE_CLUES_H_
#define LADDER_TESTS_RECORDS_SERVICE_RELEASE_CLUES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "records-service/release/count.h"

namespace ladder::records::release {

// The tables of a client's cohorts, in order.
using Log = std::vector<v1::ReleasedTables>;

// The counts of one table: one of those of release_fixture.h.
using Counts = std::vector<std::int64_t> (*)(const v1::ReleasedTables&);

// A table of an entry in which the client is counted in one cell in the first world and in another cell in the second.
struct Clue {
  std::size_t entry = 0;
  Counts counts = nullptr;
  std::size_t one = 0;
  std::size_t other = 0;
  // The exact counts of the two cells in the first world.
  std::int64_t in_one = 0;
  std::int64_t in_other = 0;

  // Whether both cells look as in the first world or more so, which is the event that tells most.
  bool PointsToFirst(const Log& log) const;
};

// Of these tables all in which the worlds differ. Both logs are without noise.
std::vector<Clue> CluesOf(const std::vector<Counts>& tables, const Log& first, const Log& second);

}  // namespace ladder::records::release

#endif  // LADDER_TESTS_RECORDS_SERVICE_RELEASE_CLUES_H_
