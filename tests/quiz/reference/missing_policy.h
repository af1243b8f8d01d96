// File: missing_policy.h
//
// The members of an aggregate or a gate, and whether enough of them were answered.

#ifndef LADDER_TESTS_QUIZ_REFERENCE_MISSING_POLICY_H_
#define LADDER_TESTS_QUIZ_REFERENCE_MISSING_POLICY_H_

#include <gmpxx.h>

#include <optional>
#include <string>
#include <vector>

#include "ladder/quiz/v1/definition.pb.h"
#include "tests/quiz/reference/expression_evaluator.h"

namespace ladder::quiz::reference {

// One member of an aggregate.
struct MemberView {
  std::string id;
  bool left = false;               // Not applicable, or hidden without a value.
  std::optional<mpq_class> value;  // Else missing.
  std::optional<NoValue> carried;  // A scale that is not scored: why.
};

// How a policy comes out over members.
struct NeedView {
  int answered = 0;
  int applicable = 0;
  int needed = 0;
  bool met = false;
};

NeedView JudgeNeed(const v1::MissingPolicy& policy, const std::vector<MemberView>& members);

// Why an aggregate whose need is not met is not scored.
NoValue WhyNotMet(const v1::MissingPolicy& policy, const std::vector<MemberView>& members, const std::string& scale);

}  // namespace ladder::quiz::reference

#endif  // LADDER_TESTS_QUIZ_REFERENCE_MISSING_POLICY_H_
