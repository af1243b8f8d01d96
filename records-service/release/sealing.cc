#include "records-service/release/sealing.h"

#include <algorithm>
#include <map>
#include <utility>

namespace ladder::records::release {
namespace {

Sealing::Member MemberOf(const GatheringCohort& cohort, const NewId& new_id) {
  return {cohort.partition, cohort.id, new_id()};
}

// The cohorts close as one, if they are many enough.
absl::Status SealTogether(std::vector<GatheringCohort> small, const ReleaseOptions& options, absl::Time tick,
                          const ClientsOf& clients_of, const NewId& new_id, std::vector<Sealing>& sealings) {
  std::set<std::string> clients;
  for (const GatheringCohort& cohort : small) {
    absl::StatusOr<std::set<std::string>> of_cohort = clients_of(cohort);
    if (!of_cohort.ok()) return of_cohort.status();
    clients.merge(*of_cohort);
  }
  if (static_cast<std::int64_t>(clients.size()) < options.min_cohort) return absl::OkStatus();
  std::sort(small.begin(), small.end(),
            [](const GatheringCohort& a, const GatheringCohort& b) { return a.partition < b.partition; });
  Sealing sealing{.members = {}, .kind = small.front().kind, .close_time = tick, .merge_into = new_id()};
  for (const GatheringCohort& cohort : small) sealing.members.push_back(MemberOf(cohort, new_id));
  sealings.push_back(std::move(sealing));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Sealing>> DecideSealings(absl::Span<const GatheringCohort> cohorts,
                                                    const ReleaseOptions& options, absl::Time tick,
                                                    const ClientsOf& clients_of, const NewId& new_id) {
  std::vector<Sealing> sealings;
  std::map<std::pair<std::string, CohortKind>, std::vector<GatheringCohort>> small;  // By series.
  for (const GatheringCohort& cohort : cohorts) {
    const bool waited = tick - cohort.oldest >= options.longest_wait;
    if (cohort.clients >= options.target_cohort || (waited && cohort.clients >= options.min_cohort)) {
      sealings.push_back(
          {.members = {MemberOf(cohort, new_id)}, .kind = cohort.kind, .close_time = tick, .merge_into = ""});
    } else if (waited) {
      small[{cohort.partition.series, cohort.kind}].push_back(cohort);
    }
  }
  for (auto& [key, together] : small) {
    const absl::Status status = SealTogether(std::move(together), options, tick, clients_of, new_id, sealings);
    if (!status.ok()) return status;
  }
  return sealings;
}

}  // namespace ladder::records::release
