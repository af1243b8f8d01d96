// File: text.h
//
// Texts of a definition in one locale.
//
//   TextIn(definition.title(), "de", DefaultLocale(definition));

#ifndef LADDER_LIBS_QUIZ_TEXT_H_
#define LADDER_LIBS_QUIZ_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "ladder/quiz/v1/definition.pb.h"

namespace ladder::quiz {

// The locale in which every text of the definition exists; "en" where it names none. Lives as long as `definition`.
absl::string_view DefaultLocale(const v1::QuizDefinition& definition);

// The text in `locale`, else in `default_locale`, else an empty one. Lives as long as `text`.
const std::string& TextIn(const v1::Text& text, absl::string_view locale, absl::string_view default_locale);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_TEXT_H_
