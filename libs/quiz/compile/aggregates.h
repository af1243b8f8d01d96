// File: aggregates.h
//
// Members and the policy for missing ones, which aggregates and the gate share. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_COMPILE_AGGREGATES_H_
#define LADDER_LIBS_QUIZ_COMPILE_AGGREGATES_H_

#include <string>
#include <vector>

#include "libs/quiz/compile/compilation.h"

namespace ladder::quiz {

// All but `where`, which is an expression.
Aggregate CompileAggregate(const std::string& path, const v1::Aggregate& source, Compilation& compilation);

// Reads need and may_miss; the latter marks members.
MissingPolicy CompileNeed(const std::string& path, const v1::MissingPolicy& source, std::vector<Member>& members,
                          Compilation& compilation);

// The id of what a member names.
const std::string& IdOf(const Program& program, const Member& member);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_AGGREGATES_H_
