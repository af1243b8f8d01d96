#include "tests/records-service/analytics/recount.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/chassis/timestamp.h"

namespace ladder::records::analytics {
namespace {

constexpr absl::Duration kTick = absl::Minutes(15);

std::string CampaignOf(const LogCohort& cohort) { return cohort.as_other ? "-other" : cohort.campaign; }

}  // namespace

v1::ReleaseSelection Question::ToMessage() const {
  v1::ReleaseSelection selection;
  selection.set_parent(absl::StrCat("clinics/", clinic));
  selection.set_series("quizzes/mood/series/1");
  if (campaign.has_value()) selection.set_campaign(*campaign);
  if (from.has_value()) *selection.mutable_from() = ToTimestamp(*from);
  if (before.has_value()) *selection.mutable_before() = ToTimestamp(*before);
  return selection;
}

absl::Time TickOf(absl::Time time) { return absl::UnixEpoch() + absl::Floor(time - absl::UnixEpoch(), kTick); }

absl::Time LastTickOf(const LogCohort& cohort) {
  absl::Time last = absl::InfinitePast();
  for (const LogAssessment& row : cohort.rows) last = std::max(last, TickOf(row.time));
  return last;
}

absl::Time FirstTickOf(const LogCohort& cohort) {
  absl::Time first = absl::InfiniteFuture();
  for (const LogAssessment& row : cohort.rows) first = std::min(first, TickOf(row.time));
  return first;
}

bool IsInTime(const LogCohort& cohort, const Question& question) {
  if (question.clinic != "-" && cohort.clinic != question.clinic) return false;
  const absl::Time last = LastTickOf(cohort);
  return (!question.from.has_value() || last >= *question.from) &&
         (!question.before.has_value() || last < *question.before);
}

bool IsAskedFor(const LogCohort& cohort, const Question& question) {
  return IsInTime(cohort, question) && (!question.campaign.has_value() || CampaignOf(cohort) == *question.campaign);
}

std::map<std::string, LogAssessment> LatestOf(const LogCohort& cohort) {
  std::map<std::string, LogAssessment> latest;
  for (const LogAssessment& row : cohort.rows) {
    const auto [found, is_new] = latest.try_emplace(row.client, row);
    if (!is_new && row.time >= found->second.time) found->second = row;
  }
  return latest;
}

std::string KeyOf(const std::vector<std::string>& parts) { return absl::StrJoin(parts, "/"); }

Counts CountStages(const std::vector<LogCohort>& cohorts, const Question& question,
                   const std::vector<std::string>& by) {
  Counts counts;
  for (const LogCohort& cohort : cohorts) {
    if (!IsAskedFor(cohort, question)) continue;
    for (const auto& [client, row] : LatestOf(cohort)) {
      const std::map<std::string, std::string> facts = {
          {"range", row.range}, {"guidance", row.guidance}, {"sex", row.sex}, {"informant", row.informant}};
      std::vector<std::string> key = {row.stage};
      for (const std::string& dimension : by) key.push_back(absl::StrCat(dimension, "=", facts.at(dimension)));
      ++counts[KeyOf(key)];
    }
  }
  return counts;
}

Counts CountMoves(const std::vector<LogCohort>& cohorts, const Question& question, bool flow, int reliable) {
  Counts counts;
  std::map<std::pair<std::string, std::string>, LogAssessment> standings;
  for (const LogCohort& cohort : cohorts) {
    for (const auto& [client, row] : LatestOf(cohort)) {
      const auto [standing, is_first] = standings.try_emplace({cohort.clinic, client}, row);
      const LogAssessment before = standing->second;
      if (!is_first && row.time < before.time) continue;
      standing->second = row;
      if (!IsAskedFor(cohort, question)) continue;
      if (flow) {
        if (!is_first) ++counts[KeyOf({before.stage, row.stage})];
      } else if (is_first) {
        ++counts["CHANGE_FIRST"];
      } else if (before.stage.empty() || row.stage.empty()) {
        ++counts["CHANGE_NOT_ASSESSABLE"];
      } else {
        const int change = row.score - before.score;
        ++counts[change >= reliable    ? "CHANGE_RELIABLY_BETTER"
                 : change <= -reliable ? "CHANGE_RELIABLY_WORSE"
                                       : "CHANGE_NO_RELIABLE_CHANGE"];
      }
    }
  }
  return counts;
}

}  // namespace ladder::records::analytics
