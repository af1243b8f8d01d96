#include "tests/quiz/reference/missing_policy.h"

#include <algorithm>

#include "tests/quiz/reference/exact.h"

namespace ladder::quiz::reference {
namespace {

bool IsExcused(const v1::MissingPolicy& policy, const std::string& id) {
  return std::find(policy.may_miss().begin(), policy.may_miss().end(), id) != policy.may_miss().end();
}

int Ceiling(const mpq_class& value) {
  mpz_class ceiling;
  mpz_cdiv_q(ceiling.get_mpz_t(), value.get_num_mpz_t(), value.get_den_mpz_t());
  return static_cast<int>(ceiling.get_si());
}

}  // namespace

NeedView JudgeNeed(const v1::MissingPolicy& policy, const std::vector<MemberView>& members) {
  NeedView need;
  int excused = 0;
  for (const MemberView& member : members) {
    if (member.left) continue;
    ++need.applicable;
    if (member.value.has_value()) {
      ++need.answered;
    } else if (IsExcused(policy, member.id)) {
      ++excused;
    }
  }
  const int expected = need.applicable - excused;
  if (policy.has_at_least()) {
    need.needed = static_cast<int>(policy.at_least());
  } else if (policy.has_at_least_share()) {
    need.needed = Ceiling(ParseExact(policy.at_least_share()) * expected);
  } else {
    need.needed = expected;
  }
  need.met = need.answered >= need.needed;
  return need;
}

NoValue WhyNotMet(const v1::MissingPolicy& policy, const std::vector<MemberView>& members, const std::string& scale) {
  for (const MemberView& member : members) {
    if (member.left || member.value.has_value() || IsExcused(policy, member.id)) continue;
    if (member.carried.has_value()) return *member.carried;
    break;
  }
  return {"TOO_FEW_ANSWERED", scale};
}

}  // namespace ladder::quiz::reference
