// File: form_message.h
//
// A quiz as a client renders it, in one locale: no weights, no thresholds.

#ifndef LADDER_SCORING_SERVICE_FORM_MESSAGE_H_
#define LADDER_SCORING_SERVICE_FORM_MESSAGE_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "ladder/scoring/v1/scoring_service.pb.h"
#include "libs/quiz/input.h"
#include "libs/quiz/possible.h"
#include "scoring-service/source/quiz_source.h"

namespace ladder::scoring {

// `asked_locale` as in quiz::ChooseLocale.
v1::Form MakeForm(const CompiledQuiz& quiz, absl::string_view asked_locale);

// At most `max_items` items to ask now; 0: all. `possible` is what the scores may still become. REQUIRES: `input` was
// checked against the quiz.
v1::NextItemsResponse MakeNextItems(const CompiledQuiz& quiz, const quiz::Input& input,
                                    const quiz::Possibility& possible, absl::string_view asked_locale,
                                    std::uint32_t max_items);

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_FORM_MESSAGE_H_
