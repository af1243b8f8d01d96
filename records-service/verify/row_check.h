// File: row_check.h
//
// What is wrong with a stored assessment. Pure. Says it in a few words that never hold an answer or a score.
//
//   const std::string fault = FaultOf(row, program);
//   if (!fault.empty()) tell({row.clinic, "assessment", row.id, fault});

#ifndef LADDER_RECORDS_SERVICE_VERIFY_ROW_CHECK_H_
#define LADDER_RECORDS_SERVICE_VERIFY_ROW_CHECK_H_

#include <string>

#include "libs/quiz/program.h"
#include "records-service/store/sql/verification.h"

namespace ladder::records {

// What can be seen of the row without scoring it again, in a few microseconds: its bytes are no messages, a number is
// none that a quiz makes, its result names what its version does not have, or what a release counts is not what the
// result says. Empty: nothing. `program` is that of its version; null: there is none, and less is seen.
std::string StructuralFaultOf(const sql::StoredScore& row, const quiz::Program* program);

// The same, and whether its version gives another result for its answers.
std::string FaultOf(const sql::StoredScore& row, const quiz::Program* program);

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_VERIFY_ROW_CHECK_H_
