#include "records-service/release/places.h"

#include <map>

#include "absl/status/statusor.h"
#include "records-service/release/outcome.h"

namespace ladder::records::release {

Places::Places(const TableShape& shape) : guidance_(shape.guidance.begin(), shape.guidance.end()) {
  for (const TableShape::Slice& slice : shape.slices) {
    values_of_slice_[slice.id] = Texts(slice.values.begin(), slice.values.end());
  }
  for (const TableShape::Stage& stage : shape.stages) {
    ranges_of_stage_[stage.id].insert(stage.ranges.begin(), stage.ranges.end());
  }
}

bool Places::Has(absl::string_view slices, const Outcome& outcome) const {
  const auto stage = ranges_of_stage_.find(outcome.stage());
  if (stage == ranges_of_stage_.end() || !stage->second.contains(outcome.range())) return false;
  if (!guidance_.contains(outcome.guidance())) return false;
  const absl::StatusOr<std::map<std::string, std::string>> by_id = ParseSlices(slices);
  if (!by_id.ok()) return false;
  for (const auto& [id, values] : values_of_slice_) {
    // A version that did not slice by it sent nothing for it.
    const auto found = by_id->find(id);
    if (!values.contains(found == by_id->end() ? std::string() : found->second)) return false;
  }
  return true;
}

}  // namespace ladder::records::release
