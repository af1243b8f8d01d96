#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "libs/quiz/compile/steps.h"
#include "libs/quiz/possible.h"

namespace ladder::quiz {
namespace {

// What the heap adds to each piece that is allocated.
constexpr std::size_t kHeapOverhead = 16;
// An entry of a hash table besides key and value.
constexpr std::size_t kEntryOverhead = 8;

std::size_t BytesOf(const std::string& text) {
  return text.size() < sizeof(std::string) / 2 ? 0 : text.size() + kHeapOverhead;
}

template <typename Entry>
std::size_t BytesOfList(const std::vector<Entry>& list) {
  return list.empty() ? 0 : list.size() * sizeof(Entry) + kHeapOverhead;
}

std::size_t BytesOf(const OptionList& options) {
  std::size_t bytes = kHeapOverhead;
  for (const Option& option : options) {
    bytes += sizeof(Option) + sizeof(std::string) + sizeof(Index) + kEntryOverhead + 2 * BytesOf(option.id) +
             BytesOfList(option.named);
  }
  return bytes;
}

std::size_t BytesOf(const Expression& expression) {
  std::size_t bytes = BytesOf(expression.path) + BytesOf(expression.text) + BytesOfList(expression.nodes);
  for (const Node& node : expression.nodes) bytes += BytesOfList(node.args);
  return bytes;
}

std::size_t BytesOf(const Scale& scale) {
  std::size_t bytes = BytesOfList(scale.band_sets);
  if (const auto* aggregate = std::get_if<Aggregate>(&scale.rule)) bytes += BytesOfList(aggregate->members);
  for (const BandSet& set : scale.band_sets) {
    bytes += BytesOfList(set.bands);
    for (const Band& band : set.bands) bytes += BytesOfList(band.ranges);
  }
  return bytes;
}

std::size_t BytesOf(const Possibility& possibility) {
  std::size_t bytes = BytesOfList(possibility.scales) + BytesOfList(possibility.context);
  for (const ScalePossibility& scale : possibility.scales) {
    bytes += BytesOfList(scale.places);
    for (const ReachablePlace& place : scale.places) bytes += BytesOfList(place.possible);
  }
  for (const std::vector<Index>& outcomes : possibility.outcomes) bytes += sizeof(outcomes) + BytesOfList(outcomes);
  return bytes;
}

// Each list of options once, however many items share it.
std::size_t BytesOfItems(const Program& program) {
  std::size_t bytes = BytesOfList(program.items);
  absl::flat_hash_set<const void*> counted;
  for (const Item& item : program.items) {
    if (counted.insert(item.options.identity()).second) bytes += BytesOf(item.options);
  }
  return bytes;
}

}  // namespace

void CountProgramBytes(Compilation& compilation) {
  Program& program = compilation.program;
  std::size_t bytes = sizeof(Program) + program.definition.SpaceUsedLong() + BytesOfItems(program) +
                      BytesOfList(program.codes) + BytesOfList(program.numbers) + BytesOfList(program.value_names) +
                      BytesOfList(program.expressions) + BytesOfList(program.context) + BytesOfList(program.scales) +
                      BytesOfList(program.norms) + BytesOfList(program.alerts) + BytesOfList(program.decisions);
  bytes += program.names.size() * (sizeof(std::string) + sizeof(Name) + kEntryOverhead);
  for (const std::string& name : program.value_names) bytes += BytesOf(name);
  for (const std::string& code : program.codes) bytes += BytesOf(code);
  for (const Expression& expression : program.expressions) bytes += BytesOf(expression);
  for (const Table& table : program.tables) bytes += BytesOfList(table.rows);
  for (const Scale& scale : program.scales) bytes += BytesOf(scale);
  for (const Decision& decision : program.decisions) bytes += BytesOfList(decision.rules);
  for (const Alert& alert : program.alerts) bytes += BytesOfList(alert.for_each);
  for (const ContextValue& value : program.context) bytes += BytesOfList(value.codes);
  if (program.for_all != nullptr) bytes += BytesOf(*program.for_all);
  program.approximate_bytes = bytes;
}

}  // namespace ladder::quiz
