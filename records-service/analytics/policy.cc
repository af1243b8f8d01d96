#include "records-service/analytics/policy.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace ladder::records::analytics {
namespace {

constexpr char kPromise[] =
    "Call two histories neighbours if they hold the same assessments with the same clinic, campaign, quiz series, "
    "client, times, erasures and slice values, and differ only in the outcomes (stage, range, guidance, reliable "
    "change, scored or not) of one client in one cohort. For every set of release logs its probabilities under two "
    "neighbours differ by a factor of at most e^E, where E = stage + detail + 2 (change + flow) of the budgets in "
    "force.";
constexpr char kInWords[] =
    " With E = 2, in words: somebody who knows everything else and thinks an outcome 20 % likely can be brought to 65 "
    "% "
    "at most, whatever is asked, however often, and whatever else is known.";
constexpr char kNotPromised[] =
    "Who took part, where, when, how often and with which slice value; how large a cohort is; what follows from the "
    "rest of a population. A client who counts in k cohorts is covered k times over: over a year of monthly "
    "assessments this is no strong promise. Campaigns that are named or given by a result lie outside.";

google::protobuf::Duration ToMessage(absl::Duration duration) {
  google::protobuf::Duration message;
  message.set_seconds(absl::ToInt64Seconds(duration));  // Options have whole minutes.
  return message;
}

}  // namespace

v1::ReleasePolicy PolicyOf(const release::ReleaseOptions& options) {
  v1::ReleasePolicy policy;
  *policy.mutable_budgets() = release::ToMessage(options.budgets);
  policy.set_total(release::Total(options.budgets).ToString());
  *policy.mutable_tick() = ToMessage(options.tick);
  policy.set_target_cohort(options.target_cohort);
  policy.set_min_cohort(options.min_cohort);
  *policy.mutable_longest_wait() = ToMessage(options.longest_wait);
  policy.set_promise(absl::StrCat(kPromise, kInWords));
  policy.set_not_promised(kNotPromised);
  return policy;
}

}  // namespace ladder::records::analytics
