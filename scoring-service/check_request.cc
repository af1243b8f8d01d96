#include "scoring-service/check_request.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/timestamp.h"

namespace ladder::scoring {
namespace {

void CheckAssessedAt(const v1::RecordOptions& record, absl::Time now, std::vector<FieldViolation>& violations) {
  constexpr char kField[] = "record.assessed_at";
  const absl::Time earliest = absl::FromCivil(absl::CivilYear(kEarliestYear), absl::UTCTimeZone());
  const absl::StatusOr<absl::Time> assessed_at = FromTimestamp(record.assessed_at(), kField);
  if (!assessed_at.ok()) {
    violations.push_back({kField, "not a time of the years 0001 to 9999 with 0 to 999999999 nanoseconds"});
  } else if (*assessed_at < earliest) {
    violations.push_back({kField, absl::StrCat("before the year ", kEarliestYear)});
  } else if (*assessed_at > now + kMaxClockSkew) {
    violations.push_back({kField, "more than five minutes ahead"});
  }
}

}  // namespace

quiz::QuizName CheckQuizName(const std::string& quiz, std::vector<FieldViolation>& violations) {
  absl::StatusOr<quiz::QuizName> name = quiz::ParseQuizName(quiz);
  if (name.ok()) return *std::move(name);
  violations.push_back({"quiz", std::string(name.status().message())});
  return {};
}

void CheckRecordOptions(const v1::RecordOptions& record, absl::Time now, std::vector<FieldViolation>& violations) {
  if (const auto parent = quiz::ParseClientName(record.parent()); !parent.ok()) {
    violations.push_back({"record.parent", std::string(parent.status().message())});
  }
  if (!quiz::IsRequestId(record.request_id())) {
    violations.push_back({"record.request_id", "required to record: 1 to 128 printable ASCII characters"});
  }
  if (!record.campaign().empty() && !quiz::IsPlatformId(record.campaign())) {
    violations.push_back({"record.campaign",
                          "not of the form [A-Za-z0-9][A-Za-z0-9._-]{0,63}; leave it out where there is no campaign"});
  }
  if (record.has_assessed_at()) CheckAssessedAt(record, now, violations);
}

}  // namespace ladder::scoring
