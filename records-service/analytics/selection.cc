#include "records-service/analytics/selection.h"

#include "absl/strings/str_cat.h"
#include "records-service/analytics/time_spans.h"

namespace ladder::records::analytics {
namespace {

std::string Show(absl::Time time) { return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone()); }

absl::Time CheckTime(absl::string_view field, const google::protobuf::Timestamp& asked, absl::Duration tick,
                     RequestCheck& check) {
  const absl::Time time = check.Time(field, asked);
  if (BeginsTick(time, tick)) return time;
  const absl::Time begin = absl::UnixEpoch() + absl::Floor(time - absl::UnixEpoch(), tick);
  check.Fault(field, absl::StrCat(Show(time), " begins no tick of ", absl::FormatDuration(tick), ": the nearest are ",
                                  Show(begin), " and ", Show(begin + tick)));
  return time;
}

}  // namespace

Selection CheckSelection(const v1::ReleaseSelection& asked, absl::Duration tick, RequestCheck& check) {
  Selection selection;
  selection.clinic = check.ClinicOrAll("selection.parent", asked.parent());
  selection.series = check.Series("selection.series", asked.series());
  if (asked.has_campaign()) {
    selection.campaign = asked.campaign();
    if (asked.campaign() != kOtherCampaign && !asked.campaign().empty() && !quiz::IsPlatformId(asked.campaign())) {
      check.Fault("selection.campaign",
                  absl::StrCat("has to be empty, ", kOtherCampaign, " or of the form [A-Za-z0-9][A-Za-z0-9._-]{0,63}"));
    }
  }
  if (asked.has_from()) selection.from = CheckTime("selection.from", asked.from(), tick, check);
  if (asked.has_before()) selection.before = CheckTime("selection.before", asked.before(), tick, check);
  if (selection.before <= selection.from) {
    check.Fault("selection.before", absl::StrCat(Show(selection.before), " has to lie after selection.from, which is ",
                                                 Show(selection.from)));
  }
  return selection;
}

}  // namespace ladder::records::analytics
