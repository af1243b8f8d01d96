#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/steps.h"

namespace ladder::quiz {
namespace {

// Nothing where one of the row's numbers could not be read, which is a fault then.
std::optional<Table::Row> CompileRow(const std::string& path, const v1::Row& source, Compilation& compilation) {
  const std::optional<Rational> from = compilation.Number(path + ".from", source.from());
  const std::optional<Rational> to = compilation.OptionalNumber(path + ".to", source.to());
  const std::optional<Rational> value = compilation.Number(path + ".value", source.value());
  if (!from.has_value() || !value.has_value() || to.has_value() != !source.to().empty()) return std::nullopt;
  if (to.has_value() && *to <= *from) {
    compilation.faults.Error(path + ".to", absl::StrCat("has to be more than from, which is ", from->ToString(),
                                                        "; leave it out where one key is meant"));
    return std::nullopt;
  }
  return Table::Row{*from, to, *value};
}

// Keys ascend: each row begins where the one before it has ended.
bool Follows(const Table::Row& earlier, const Table::Row& later) {
  return earlier.to.has_value() ? later.from >= *earlier.to : later.from > earlier.from;
}

Table CompileTable(const std::string& path, const v1::Table& source, Compilation& compilation) {
  Table table;
  table.id = source.id();
  table.outside_not_scored = source.outside() == v1::Table::OUTSIDE_NOT_SCORED;
  if (source.rows().empty()) compilation.faults.Error(path + ".rows", "add at least one row");
  for (int i = 0; i < source.rows_size(); ++i) {
    const std::string row_path = absl::StrCat(path, ".", At("rows", i));
    std::optional<Table::Row> row = CompileRow(row_path, source.rows(i), compilation);
    if (!row.has_value()) continue;
    if (!table.rows.empty() && !Follows(table.rows.back(), *row)) {
      compilation.faults.Error(row_path + ".from", absl::StrCat("the row before holds ", row->from.ToString(),
                                                                " or more; put rows in ascending order, each key in "
                                                                "one of them"));
    }
    table.rows.push_back(*std::move(row));
  }
  return table;
}

}  // namespace

void CompileTables(Compilation& compilation) {
  for (int i = 0; i < compilation.definition.tables_size(); ++i) {
    compilation.program.tables.push_back(CompileTable(At("tables", i), compilation.definition.tables(i), compilation));
  }
}

}  // namespace ladder::quiz
