// File: release_options.h
//
// What decides when a cohort closes and how much its figures may tell. The promise that follows is in
// proto/ladder/records/v1/analytics_service.proto.
//
//   ReleaseOptions options;
//   options.budgets.stage = *ParseBudget("0.5");
//   if (absl::Status status = Verify(options); !status.ok()) return status;

#ifndef LADDER_RECORDS_SERVICE_RELEASE_RELEASE_OPTIONS_H_
#define LADDER_RECORDS_SERVICE_RELEASE_RELEASE_OPTIONS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "libs/quiz/number.h"

namespace ladder::records::release {

// Numerator and denominator of a budget are at most this, so that the sampler's integers stay far below 64 bits.
inline constexpr std::int64_t kMaxBudgetTerm = 1'000'000;
// The most that all tables together may tell. Beyond it the promise says nothing any more.
inline constexpr std::int64_t kMaxTotalBudget = 10;
// The fewest clients that may stand alone. The promise rests on the noise; this is discretion about attendance.
inline constexpr std::int64_t kLeastMinCohort = 5;

// What one table may tell of a client: an exact positive number, so that the noise is exact, too.
struct Budget {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;

  friend bool operator==(const Budget&, const Budget&) = default;
};

// The noise of a cell is discrete Laplace of scale 2 / budget: half the budget, twice the noise.
struct Budgets {
  Budget stage{3, 5};    // Counts once in the total.
  Budget detail{3, 10};  // Stage, range and guidance. Counts once.
  Budget change{3, 10};  // Counts twice: an outcome decides a client's change to it and from it.
  Budget flow{1, 4};     // Counts twice, likewise.

  friend bool operator==(const Budgets&, const Budgets&) = default;
};

struct ReleaseOptions {
  // Cohorts are looked at so often, and windows are told in it. A whole number of minutes that divides an hour, so that
  // hours and days begin with a tick in time zones that are off by whole ticks. Longer: figures come later.
  absl::Duration tick = absl::Minutes(15);
  // Distinct clients with which a cohort closes at the next tick. More: less noise in a sum, coarser in time.
  std::int64_t target_cohort = 200;
  // Distinct clients with which a cohort closes after `longest_wait`. Fewer wait under "-other" for more.
  std::int64_t min_cohort = 10;
  // How long a cohort waits for `target_cohort`. An assessment that comes in later than this after its time goes to a
  // history cohort. Longer: windows get wider.
  absl::Duration longest_wait = absl::Hours(24 * 30);
  // The budgets of cohorts that close from now on. What was released keeps the budget that it was made with.
  Budgets budgets;
};

// INVALID_ARGUMENT, naming the option and its bounds, where one is out of them.
absl::Status Verify(const ReleaseOptions& options);

// E of the promise: stage + detail + 2 (change + flow).
quiz::Rational Total(const Budgets& budgets);

// Reads "3/5" or "0.25": above 0, both sides of the ratio in lowest terms at most kMaxBudgetTerm.
absl::StatusOr<Budget> ParseBudget(absl::string_view text);
// For example "3/5", or "2"; in lowest terms. REQUIRES: the denominator is not 0.
std::string ToText(const Budget& budget);

// As they are stored with figures: "stage=3/5 detail=3/10 change=3/10 flow=1/4".
std::string ToText(const Budgets& budgets);
absl::StatusOr<Budgets> ParseBudgets(absl::string_view text);

// As they travel.
v1::ReleaseBudgets ToMessage(const Budgets& budgets);
absl::StatusOr<Budgets> FromMessage(const v1::ReleaseBudgets& message);

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_RELEASE_OPTIONS_H_
