#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/ids.h"
#include "libs/quiz/compile/steps.h"
#include "libs/quiz/quote.h"

namespace ladder::quiz {
namespace {

// One name space for all that expressions and results can name.
class NameCollector {
 public:
  explicit NameCollector(Compilation& compilation) : compilation_(compilation) {}

  template <typename List>
  void Collect(absl::string_view list, Name::Kind kind, const List& entries) {
    for (int i = 0; i < entries.size(); ++i) {
      Add(absl::StrCat(At(list, i), ".id"), {kind, static_cast<Index>(i)}, entries[i].id());
    }
  }

 private:
  void Add(std::string path, Name name, const std::string& id) {
    if (!IsId(id)) {
      compilation_.faults.Error(path, id.empty() ? absl::StrCat("an id is missing; ", kIdForm)
                                                 : absl::StrCat(QuoteCode(id, "this"), " is not an id; ", kIdForm));
      return;
    }
    if (IsReserved(id)) {
      compilation_.faults.Error(path, absl::StrCat("'", id, "' is a word of expressions; choose another id"));
      return;
    }
    const auto [entry, is_new] = compilation_.program.names.try_emplace(id, name);
    if (!is_new) {
      compilation_.faults.Error(path, absl::StrCat("'", id, "' is the id of ", Describe(entry->second.kind),
                                                   " already; items, scales, decisions, alerts, context values and "
                                                   "tables share one name space, so choose another"));
    }
  }

  Compilation& compilation_;
};

}  // namespace

void CollectNames(Compilation& compilation) {
  NameCollector collector(compilation);
  const v1::QuizDefinition& definition = compilation.definition;
  collector.Collect("items", Name::Kind::kItem, definition.items());
  collector.Collect("context", Name::Kind::kContext, definition.context());
  collector.Collect("tables", Name::Kind::kTable, definition.tables());
  collector.Collect("scales", Name::Kind::kScale, definition.scales());
  collector.Collect("decisions", Name::Kind::kDecision, definition.decisions());
  collector.Collect("alerts", Name::Kind::kAlert, definition.alerts());
}

}  // namespace ladder::quiz
