#include "libs/quiz/text.h"

namespace ladder::quiz {
namespace {

constexpr absl::string_view kFallbackLocale = "en";

}  // namespace

absl::string_view DefaultLocale(const v1::QuizDefinition& definition) {
  return definition.default_locale().empty() ? kFallbackLocale : definition.default_locale();
}

const std::string& TextIn(const v1::Text& text, absl::string_view locale, absl::string_view default_locale) {
  static const std::string* const kEmpty = new std::string();
  const auto& by_locale = text.by_locale();
  auto found = by_locale.find(std::string(locale));
  if (found == by_locale.end()) found = by_locale.find(std::string(default_locale));
  return found == by_locale.end() ? *kEmpty : found->second;
}

}  // namespace ladder::quiz
