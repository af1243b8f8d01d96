// File: ids.h
//
// What ids and codes look like. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_COMPILE_IDS_H_
#define LADDER_LIBS_QUIZ_COMPILE_IDS_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace ladder::quiz {

inline constexpr char kIdForm[] =
    "begin with a lower-case letter and go on with lower-case letters, digits and _, at most 64 in all";
inline constexpr char kCodeForm[] = "use letters, digits, _ and -, at most 64 in all";

// Of ids listed in one message.
inline constexpr std::size_t kMaxCandidatesListed = 10;

// Items, scales, decisions, alerts, context values and tables.
bool IsId(absl::string_view text);
// Words that expressions use themselves, so that no id may be one.
bool IsReserved(absl::string_view id);
// Options, bands, ranges, band sets, outcomes and modalities.
bool IsCode(absl::string_view text);
// By its form a BCP 47 tag, for example "de-AT".
bool IsLocale(absl::string_view text);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_IDS_H_
