#include "records-service/request_check.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/chassis/timestamp.h"

namespace ladder::records {
namespace {

constexpr std::int64_t kDefaultPageSize = 100;
constexpr std::int64_t kMaxPageSize = 1000;

}  // namespace

void RequestCheck::Fault(absl::string_view field, absl::string_view description) {
  violations_.push_back({absl::StrCat(prefix_, field), std::string(description)});
}

absl::Status RequestCheck::status() const {
  return violations_.empty() ? absl::OkStatus() : InvalidArgument(violations_);
}

template <typename T>
T RequestCheck::Take(absl::string_view field, absl::StatusOr<T> parsed) {
  if (parsed.ok()) return *std::move(parsed);
  Fault(field, parsed.status().message());
  return T();
}

quiz::QuizName RequestCheck::QuizOrVersion(absl::string_view field, absl::string_view name) {
  return Take(field, quiz::ParseQuizName(name));
}

std::string RequestCheck::Quiz(absl::string_view field, absl::string_view name) {
  const quiz::QuizName parsed = Take(field, quiz::ParseQuizName(name));
  if (parsed.version == 0) return parsed.quiz;
  Fault(field, absl::StrCat("'", name, "' names a version: leave it out, as in quizzes/", parsed.quiz));
  return "";
}

quiz::QuizName RequestCheck::Version(absl::string_view field, absl::string_view name) {
  const quiz::QuizName parsed = Take(field, quiz::ParseQuizName(name));
  if (parsed.version > 0 || parsed.quiz.empty()) return parsed;
  Fault(field, absl::StrCat("'", name, "' names no version: add one, as in ", name, "/versions/1"));
  return {};
}

std::string RequestCheck::Draft(absl::string_view field, absl::string_view name) {
  return Take(field, quiz::ParseDraftName(name));
}

std::string RequestCheck::Clinic(absl::string_view field, absl::string_view name) {
  return Take(field, quiz::ParseClinicName(name));
}

quiz::SeriesName RequestCheck::Series(absl::string_view field, absl::string_view name) {
  return Take(field, quiz::ParseSeriesName(name));
}

std::string RequestCheck::ClinicOrAll(absl::string_view field, absl::string_view name) {
  return Take(field, quiz::ParseClinicOrAll(name));
}

quiz::ClientName RequestCheck::Client(absl::string_view field, absl::string_view name) {
  return Take(field, quiz::ParseClientName(name));
}

quiz::AssessmentName RequestCheck::Assessment(absl::string_view field, absl::string_view name) {
  return Take(field, quiz::ParseAssessmentName(name));
}

void RequestCheck::RequestId(absl::string_view field, absl::string_view id) {
  if (quiz::IsRequestId(id)) return;
  Fault(field, "has to be 1 to 128 printable ASCII characters without spaces, for example a UUID");
}

void RequestCheck::Campaign(absl::string_view field, absl::string_view id) {
  if (id.empty() || quiz::IsPlatformId(id)) return;
  Fault(field, "has to be empty or of the form [A-Za-z0-9][A-Za-z0-9._-]{0,63}");
}

absl::Time RequestCheck::Time(absl::string_view field, const google::protobuf::Timestamp& timestamp) {
  const absl::StatusOr<absl::Time> time = FromTimestamp(timestamp, field);
  if (time.ok()) return *time;
  Fault(field, "is outside of the years 0001 to 9999, or its nanos are outside of 0 to 999,999,999");
  return absl::UnixEpoch();
}

std::size_t RequestCheck::PageSize(std::int64_t page_size) {
  return static_cast<std::size_t>(PageSize(page_size, kDefaultPageSize, kMaxPageSize));
}

std::int64_t RequestCheck::PageSize(std::int64_t page_size, std::int64_t default_size, std::int64_t max_size) {
  if (page_size == 0) return default_size;
  if (page_size > 0 && page_size <= max_size) return page_size;
  Fault("page_size", absl::StrCat(page_size, " is not from 1 to ", max_size, ", nor 0 for ", default_size));
  return default_size;
}

}  // namespace ladder::records
