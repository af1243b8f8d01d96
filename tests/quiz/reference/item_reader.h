// File: item_reader.h
//
// One item under one set of answers: the number it stands for, before anything is known of visibility.

#ifndef LADDER_TESTS_QUIZ_REFERENCE_ITEM_READER_H_
#define LADDER_TESTS_QUIZ_REFERENCE_ITEM_READER_H_

#include <gmpxx.h>

#include <string>

#include "ladder/quiz/v1/answer.pb.h"
#include "ladder/quiz/v1/definition.pb.h"

namespace ladder::quiz::reference {

// "ANSWERED", "MISSING" or "NOT_APPLICABLE": what a shown item is with this answer, null where there is none.
// `options` is null for items that are no choice.
std::string StateWhenShown(const v1::Item& item, const v1::OptionSet* options, const v1::Answer* answer);

// The value of an answered item that is used as a number, after `reverse`; with `use_values` the named value.
mpq_class NumberOf(const v1::Item& item, const v1::OptionSet* options, const v1::Answer& answer,
                   const std::string& use_values);

}  // namespace ladder::quiz::reference

#endif  // LADDER_TESTS_QUIZ_REFERENCE_ITEM_READER_H_
