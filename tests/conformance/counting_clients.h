// File: counting_clients.h
//
// What tests of stores release: the number of clients.

#ifndef LADDER_TESTS_CONFORMANCE_COUNTING_CLIENTS_H_
#define LADDER_TESTS_CONFORMANCE_COUNTING_CLIENTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "records-service/store/release_store.h"

namespace ladder::records {

inline constexpr absl::Duration kCountedTick = absl::Minutes(15);

// One run with the number of clients as its table; the newest assessment of each client becomes the standing.
class CountingClients final : public ReleaseCounter {
 public:
  absl::StatusOr<Released> Count(const CohortContent& content) override {
    seen.push_back(content);
    if (!failure.ok()) return failure;
    Released released;
    if (content.assessments.empty()) return released;
    std::map<std::string, StandingRow> newest;
    for (const CohortAssessment& row : content.assessments) {
      newest[row.client] = {row.client, row.assess_time, row.id, row.outcome};
    }
    for (const auto& [client, standing] : newest) released.standings.push_back(standing);
    const absl::Time tick = content.assessments.back().assess_time;
    const absl::Time begin = absl::UnixEpoch() + absl::Floor(tick - absl::UnixEpoch(), kCountedTick);
    released.runs.push_back({.window_begin = begin,
                             .last_tick = begin,
                             .window_end = begin + kCountedTick,
                             .clients = static_cast<std::int64_t>(newest.size()),
                             .assessments = static_cast<std::int64_t>(content.assessments.size()),
                             .budgets = "1",
                             .tables = absl::StrCat(newest.size()),
                             .shape = "s"});
    return released;
  }

  absl::StatusOr<std::string> AddTables(absl::string_view a, absl::string_view b) override {
    std::int64_t left = 0;
    std::int64_t right = 0;
    if (!absl::SimpleAtoi(a, &left) || !absl::SimpleAtoi(b, &right)) return absl::InternalError("no numbers");
    return absl::StrCat(left + right);
  }

  std::vector<CohortContent> seen;
  absl::Status failure;
};

}  // namespace ladder::records

#endif  // LADDER_TESTS_CONFORMANCE_COUNTING_CLIENTS_H_
