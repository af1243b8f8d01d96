// Stored results with numbers that no quiz scores.

#include <gtest/gtest.h>

#include <cstdint>
#include <set>

#include "absl/strings/str_cat.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "tests/fuzz/forged_results.h"

namespace ladder::records {
namespace {

constexpr int kHistories = 1'500;

TEST(ForgedResultsFuzzTest, NumbersThatNoQuizScoresEndNoCalculation) {
  std::set<int> reasons;
  for (int i = 0; i < kHistories && !HasFailure(); ++i) {
    quiz::Random random(static_cast<std::uint64_t>(i));
    SCOPED_TRACE(absl::StrCat("seed ", i));
    reasons.merge(TryForgedResults(random));
  }
  EXPECT_TRUE(reasons.count(v1::ScaleChange::REASON_UNSPECIFIED) > 0 &&
              reasons.count(v1::ScaleChange::REASON_NOT_SCORED) > 0 &&
              reasons.count(v1::ScaleChange::REASON_OUT_OF_RANGE) > 0);
}

}  // namespace
}  // namespace ladder::records
