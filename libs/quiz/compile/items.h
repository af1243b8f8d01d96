// File: items.h
//
// What a compiled item can be used for, and formats of numbers, which items and context values share. Internal to
// libs/quiz.

#ifndef LADDER_LIBS_QUIZ_COMPILE_ITEMS_H_
#define LADDER_LIBS_QUIZ_COMPILE_ITEMS_H_

#include <optional>
#include <string>

#include "libs/quiz/compile/compilation.h"

namespace ladder::quiz {

// Why the item has no number to calculate with, and the mend; empty where it has one. `use_values` is a position in
// Program::value_names, or kNone for the options' own values.
std::string WhyNoNumber(const Program& program, const Item& item, Index use_values);

// Reads min, max and step. Faults, and whatever could be read, where they do not fit together.
NumberFormat CompileNumberFormat(const std::string& path, const v1::NumberFormat& source, Compilation& compilation);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_ITEMS_H_
