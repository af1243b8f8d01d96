#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/ids.h"
#include "libs/quiz/compile/steps.h"
#include "libs/quiz/compile/walk.h"
#include "libs/quiz/quote.h"
#include "libs/quiz/text.h"

namespace ladder::quiz {
namespace {

bool HasLocale(const v1::Text& text, const std::string& locale) {
  const auto found = text.by_locale().find(locale);
  return found != text.by_locale().end() && !found->second.empty();
}

// A locale is offered where the title has it; then every text that exists has to be there in it.
void CheckText(const std::string& path, const v1::Text& text, Compilation& compilation) {
  for (const std::string& locale : compilation.program.locales) {
    if (HasLocale(text, locale) || compilation.faults.is_full()) continue;
    compilation.faults.Error(path, absl::StrCat("has no text in '", locale,
                                                "'; add it, or take that locale out of the quiz's title, which offers "
                                                "it"));
  }
}

void RequireText(const std::string& path, bool is_there, absl::string_view what, Compilation& compilation) {
  if (!is_there) compilation.faults.Error(path, absl::StrCat("a text is missing; write ", what));
}

void RequireTexts(Compilation& compilation) {
  const v1::QuizDefinition& definition = compilation.definition;
  for (int i = 0; i < definition.option_sets_size(); ++i) {
    const v1::OptionSet& set = definition.option_sets(i);
    for (int j = 0; j < set.options_size(); ++j) {
      RequireText(absl::StrCat(At("option_sets", i), ".", At("options", j), ".text"), set.options(j).has_text(),
                  "what people read", compilation);
    }
  }
  for (int i = 0; i < definition.items_size(); ++i) {
    RequireText(absl::StrCat(At("items", i), ".text"), definition.items(i).has_text(), "the question", compilation);
  }
}

void CheckLocales(Compilation& compilation) {
  const v1::QuizDefinition& definition = compilation.definition;
  const std::string default_locale(DefaultLocale(definition));
  if (!IsLocale(default_locale)) {
    compilation.faults.Error(
        "default_locale",
        absl::StrCat(QuoteCode(default_locale, "this"), " is not a BCP 47 tag; write one like \"en\" or \"de-AT\""));
  }
  if (!definition.title().by_locale().contains(default_locale)) {
    compilation.faults.Error("title", absl::StrCat("has no text in '", default_locale,
                                                   "', the default locale; add it or change default_locale"));
  }
  for (const auto& [locale, text] : Sorted(definition.title().by_locale())) {
    if (IsLocale(locale)) continue;
    compilation.faults.Error(
        AtKey("title.by_locale", locale),
        absl::StrCat(QuoteCode(locale, "this"), " is not a BCP 47 tag; write one like \"en\" or \"de-AT\""));
  }
}

}  // namespace

void CollectLocales(Compilation& compilation) {
  for (const auto& [locale, text] : Sorted(compilation.definition.title().by_locale())) {
    compilation.program.locales.emplace_back(locale);
  }
}

void CheckTexts(Compilation& compilation) {
  CheckLocales(compilation);
  RequireTexts(compilation);
  WalkMessages(compilation.definition,
               [&compilation](const std::string& path, const google::protobuf::Message& message) {
                 if (message.GetDescriptor() == v1::Text::descriptor()) {
                   CheckText(path, static_cast<const v1::Text&>(message), compilation);
                 }
               });
}

}  // namespace ladder::quiz
