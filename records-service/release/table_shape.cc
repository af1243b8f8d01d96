#include "records-service/release/table_shape.h"

#include <algorithm>

namespace ladder::records::release {
namespace {

using Programs = std::vector<const quiz::Program*>;

void AddOnce(const std::string& value, std::vector<std::string>& values) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

// Empty text to the end.
void AbsentLast(std::vector<std::string>& values) {
  std::stable_partition(values.begin(), values.end(), [](const std::string& value) { return !value.empty(); });
}

// The context value by which this version slices; null where it does not slice by `id`.
const quiz::ContextValue* SliceOf(const quiz::Program& program, const std::string& id) {
  const auto& slices = program.definition.ladder().public_slices();
  if (std::find(slices.begin(), slices.end(), id) == slices.end()) return nullptr;
  const auto has_id = [&id](const quiz::ContextValue& value) { return value.id == id; };
  const auto found = std::find_if(program.context.begin(), program.context.end(), has_id);
  return found == program.context.end() ? nullptr : &*found;
}

TableShape::Slice SliceOver(const Programs& newest_first, const std::string& id) {
  TableShape::Slice slice{id, {}};
  for (const quiz::Program* program : newest_first) {
    const quiz::ContextValue* value = SliceOf(*program, id);
    if (value == nullptr || value->default_code == quiz::kNone) AddOnce("", slice.values);
    if (value == nullptr) continue;
    for (const quiz::Index code : value->codes) AddOnce(program->codes[code], slice.values);
  }
  AbsentLast(slice.values);
  return slice;
}

void AddStage(const quiz::Program& program, const quiz::Band& band, std::vector<TableShape::Stage>& stages) {
  const std::string& id = program.codes[band.id];
  const auto has_id = [&id](const TableShape::Stage& stage) { return stage.id == id; };
  auto stage = std::find_if(stages.begin(), stages.end(), has_id);
  if (stage == stages.end()) stage = stages.insert(stages.end(), TableShape::Stage{id, {}});
  for (const quiz::Range& range : band.ranges) AddOnce(program.codes[range.id], stage->ranges);
  if (band.ranges.empty()) AddOnce("", stage->ranges);
  AbsentLast(stage->ranges);
}

// One group for each combination of slice values, the last slice running fastest.
std::vector<std::vector<std::string>> SliceValuesOf(const TableShape& shape) {
  std::vector<std::vector<std::string>> combinations = {{}};
  for (const TableShape::Slice& slice : shape.slices) {
    std::vector<std::vector<std::string>> longer;
    for (const std::vector<std::string>& combination : combinations) {
      for (const std::string& value : slice.values) {
        longer.push_back(combination);
        longer.back().push_back(value);
      }
    }
    combinations = std::move(longer);
  }
  return combinations;
}

void AddStageGroups(const TableShape& shape, v1::ReleasedTables& tables) {
  for (const std::vector<std::string>& values : SliceValuesOf(shape)) {
    v1::StageGroup* group = tables.add_stage();
    group->mutable_slice_values()->Assign(values.begin(), values.end());
    for (const TableShape::Stage& stage : shape.stages) group->add_counts()->set_stage(stage.id);
  }
}

void AddDetails(const TableShape& shape, v1::ReleasedTables& tables) {
  for (const TableShape::Stage& stage : shape.stages) {
    for (const std::string& range : stage.ranges) {
      for (const std::string& guidance : shape.guidance) {
        v1::DetailCount* detail = tables.add_detail();
        detail->set_stage(stage.id);
        detail->set_range(range);
        detail->set_guidance(guidance);
      }
    }
  }
}

void AddFlows(const TableShape& shape, v1::ReleasedTables& tables) {
  for (const TableShape::Stage& from : shape.stages) {
    for (const TableShape::Stage& to : shape.stages) {
      v1::FlowCount* flow = tables.add_flow();
      flow->set_from_stage(from.id);
      flow->set_to_stage(to.id);
    }
  }
}

}  // namespace

TableShape ShapeOf(absl::Span<const std::shared_ptr<const quiz::Program>> versions) {
  Programs newest_first;
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if ((*version)->ladder.has_value()) newest_first.push_back(version->get());
  }
  TableShape shape;
  for (const quiz::Program* program : newest_first) {
    const quiz::Scale& scale = program->scales[program->ladder->scale];
    for (const quiz::Band& band : scale.band_sets[program->ladder->band_set].bands) {
      AddStage(*program, band, shape.stages);
    }
    for (const quiz::Guidance& guidance : program->guidance) AddOnce(guidance.id, shape.guidance);
  }
  shape.stages.push_back({"", {""}});
  shape.guidance.emplace_back();
  if (newest_first.empty()) return shape;
  for (const std::string& id : newest_first.front()->definition.ladder().public_slices()) {
    shape.slices.push_back(SliceOver(newest_first, id));
  }
  return shape;
}

std::size_t LargestTableOf(const TableShape& shape) {
  std::size_t groups = 1;
  for (const TableShape::Slice& slice : shape.slices) groups *= slice.values.size();
  std::size_t ranges = 0;
  for (const TableShape::Stage& stage : shape.stages) ranges += stage.ranges.size();
  const std::size_t stages = shape.stages.size();
  return std::max({groups * stages, ranges * shape.guidance.size(), stages * stages});
}

v1::ReleasedTables EmptyTables(const TableShape& shape) {
  v1::ReleasedTables tables;
  for (const TableShape::Slice& slice : shape.slices) tables.add_slices(slice.id);
  AddStageGroups(shape, tables);
  AddDetails(shape, tables);
  for (int change = v1::CHANGE_RELIABLY_BETTER; change <= v1::CHANGE_FIRST; ++change) {
    tables.add_change()->set_change(static_cast<v1::Change>(change));
  }
  AddFlows(shape, tables);
  return tables;
}

}  // namespace ladder::records::release
