// File: quote.h
//
// What error messages say of a caller's own words. Codes and numbers are repeated; all else may be about a person, so
// it is not. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_QUOTE_H_
#define LADDER_LIBS_QUIZ_QUOTE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ladder::quiz {

// "'maybe'" where the value looks like an id, a code or a number, of at most 60 bytes; else `otherwise`.
std::string QuoteCode(absl::string_view value, absl::string_view otherwise);

// "'never', 'often' and 7 more": at most `limit` of them.
std::string QuoteList(const std::vector<absl::string_view>& codes, std::size_t limit);

// The candidate that is at most two edits away from `word`, the nearest first; empty where there is none.
absl::string_view NearestOf(absl::string_view word, const std::vector<absl::string_view>& candidates);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_QUOTE_H_
