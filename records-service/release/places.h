// File: places.h
//
// Whether the tables of a shape have a cell for an assessment. What scoring gave always has one; what was stored
// without a look at it may have none, and is then left out of its cohort.
//
//   const Places places(shape);
//   if (!places.Has(row.slices, row.outcome)) skipped.push_back(row.id);

#ifndef LADDER_RECORDS_SERVICE_RELEASE_PLACES_H_
#define LADDER_RECORDS_SERVICE_RELEASE_PLACES_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "records-service/release/table_shape.h"
#include "release/outcome.pb.h"

namespace ladder::records::release {

// Thread-compatible.
class Places {
 public:
  explicit Places(const TableShape& shape);

  // `slices` as CountedFacts.
  bool Has(absl::string_view slices, const Outcome& outcome) const;
  // Empty: not scored.
  bool HasStage(absl::string_view stage) const { return ranges_of_stage_.contains(stage); }

 private:
  using Texts = absl::flat_hash_set<std::string>;

  absl::flat_hash_map<std::string, Texts> values_of_slice_;
  absl::flat_hash_map<std::string, Texts> ranges_of_stage_;
  Texts guidance_;
};

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_PLACES_H_
