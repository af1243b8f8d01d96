// File: aggregate_members.h
//
// The members of an aggregate as the range analysis sees them, and how a missing policy may judge them.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_AGGREGATE_MEMBERS_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_AGGREGATE_MEMBERS_H_

#include <cstddef>
#include <vector>

#include "libs/quiz/possible/abstract_value.h"
#include "libs/quiz/possible/expression_range.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

// One member and what it may be. For a COUNT its number is 1 where it meets `where`, else 0.
struct AbstractMember {
  NumberSet number;
  bool may_have_value = false;
  bool may_be_missing = false;
  bool may_have_left = false;
  bool excused = false;
  Rational weight = 1;
};

struct AbstractMembers {
  std::vector<AbstractMember> members;
  // What stands for a missing member; empty where nothing does.
  NumberSet fill;
  // The budget was used up, and nothing is claimed.
  bool given_up = false;
  // Some `where` may have no value, which leaves the aggregate without one.
  bool may_be_silent = false;
  // Of all members together: kOuter where two of them hang on one source.
  Exactness exactness = Exactness::kAll;
  Sources sources;
};

AbstractMembers ReadMembers(const Facts& facts, const Aggregate& aggregate);

// How a need may come out.
struct NeedOutcomes {
  bool may_be_met = false;
  bool may_fail = false;
  bool all_may_have_left = false;
  bool may_be_met_by_none = false;  // With nobody answered, everybody being excused or gone.
};

NeedOutcomes JudgeNeed(const MissingPolicy& policy, const std::vector<AbstractMember>& members);

// A missing member does not keep the need from being met.
inline bool MayBeAbsentUnderNeed(const MissingPolicy& policy, const AbstractMember& member) {
  return member.may_be_missing && (member.excused || policy.need != MissingPolicy::Need::kAll);
}

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_AGGREGATE_MEMBERS_H_
