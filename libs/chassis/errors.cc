#include "libs/chassis/errors.h"

#include <cstddef>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace ladder {
namespace {

constexpr absl::string_view kDomain = "ladder";
constexpr absl::string_view kTypePrefix = "type.googleapis.com/";

// Status and details travel as HTTP/2 trailers, of which many clients take 8 KiB in all. Of that the details may fill
// three (a third more once encoded) and the message half a one, of which each byte may take three on the way.
constexpr std::size_t kMaxViolationBytes = 3 << 10;
constexpr std::size_t kMaxMessageBytes = 512;

// Cuts between two characters, never inside of one.
std::string Shorten(absl::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  constexpr absl::string_view kEllipsis = "...";
  std::size_t end = max_bytes - kEllipsis.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(text.substr(0, end), kEllipsis);
}

template <typename Detail>
void Attach(const Detail& detail, absl::Status& status) {
  status.SetPayload(absl::StrCat(kTypePrefix, Detail::descriptor()->full_name()),
                    absl::Cord(detail.SerializeAsString()));
}

template <typename Detail>
std::optional<Detail> DetailOf(const absl::Status& status) {
  const auto payload = status.GetPayload(absl::StrCat(kTypePrefix, Detail::descriptor()->full_name()));
  Detail detail;
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) return std::nullopt;
  return detail;
}

absl::Status WithReason(absl::StatusCode code, absl::string_view reason, absl::string_view message,
                        const ErrorMetadata& metadata) {
  absl::Status status(code, Shorten(message, kMaxMessageBytes));
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(std::string(kDomain));
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[key] = Shorten(value, kMaxMessageBytes);
  }
  Attach(info, status);
  return status;
}

absl::Status WithRetry(absl::Status status, absl::Duration delay) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(absl::IDivDuration(delay, absl::Seconds(1), &delay));
  retry.mutable_retry_delay()->set_nanos(static_cast<int>(absl::ToInt64Nanoseconds(delay)));
  Attach(retry, status);
  return status;
}

std::string Summary(const std::vector<FieldViolation>& violations) {
  if (violations.empty()) return "the request is invalid";
  const std::string place = violations[0].field.empty() ? "" : absl::StrCat(violations[0].field, ": ");
  const std::string first = Shorten(absl::StrCat(place, violations[0].description), kMaxMessageBytes - 50);
  if (violations.size() == 1) return first;
  return absl::StrCat(first, " (and ", violations.size() - 1, " more)");
}

}  // namespace

absl::Status InvalidArgument(std::vector<FieldViolation> violations) {
  absl::Status status =
      WithReason(absl::StatusCode::kInvalidArgument, "INVALID_ARGUMENT", Summary(violations), /*metadata=*/{});
  google::rpc::BadRequest bad_request;
  std::size_t bytes = 0;
  std::size_t told = 0;
  for (const FieldViolation& violation : violations) {
    const std::string field = Shorten(violation.field, kMaxMessageBytes);
    const std::string description = Shorten(violation.description, kMaxMessageBytes);
    bytes += field.size() + description.size();
    if (bytes > kMaxViolationBytes) break;
    auto* added = bad_request.add_field_violations();
    added->set_field(field);
    added->set_description(description);
    ++told;
  }
  if (told < violations.size()) {
    bad_request.add_field_violations()->set_description(
        absl::StrCat("and ", violations.size() - told, " more; mend these first"));
  }
  Attach(bad_request, status);
  return status;
}

absl::Status NotFound(absl::string_view type, absl::string_view name) {
  absl::Status status = WithReason(absl::StatusCode::kNotFound, "NOT_FOUND",
                                   absl::StrCat(type, " '", name, "' was not found"), /*metadata=*/{});
  google::rpc::ResourceInfo info;
  info.set_resource_type(std::string(type));
  info.set_resource_name(Shorten(name, kMaxMessageBytes));
  Attach(info, status);
  return status;
}

absl::Status AlreadyExists(absl::string_view reason, absl::string_view message, ErrorMetadata metadata) {
  return WithReason(absl::StatusCode::kAlreadyExists, reason, message, metadata);
}

absl::Status FailedPrecondition(absl::string_view reason, absl::string_view message, ErrorMetadata metadata) {
  return WithReason(absl::StatusCode::kFailedPrecondition, reason, message, metadata);
}

absl::Status Aborted(absl::string_view reason, absl::string_view message, ErrorMetadata metadata) {
  return WithReason(absl::StatusCode::kAborted, reason, message, metadata);
}

absl::Status Unavailable(absl::string_view reason, absl::string_view message, absl::Duration retry_delay) {
  return WithRetry(WithReason(absl::StatusCode::kUnavailable, reason, message, /*metadata=*/{}), retry_delay);
}

absl::Status ResourceExhausted(absl::string_view reason, absl::string_view message, absl::Duration retry_delay) {
  return WithRetry(WithReason(absl::StatusCode::kResourceExhausted, reason, message, /*metadata=*/{}), retry_delay);
}

absl::Status Cancelled(absl::string_view reason, absl::string_view message) {
  return WithReason(absl::StatusCode::kCancelled, reason, message, /*metadata=*/{});
}

absl::Status Internal(absl::string_view detail) { return absl::InternalError(detail); }

std::vector<FieldViolation> ViolationsOf(const absl::Status& status) {
  std::vector<FieldViolation> violations;
  const auto bad_request = DetailOf<google::rpc::BadRequest>(status);
  if (!bad_request) return violations;
  for (const auto& violation : bad_request->field_violations()) {
    violations.push_back({violation.field(), violation.description()});
  }
  return violations;
}

std::string ReasonOf(const absl::Status& status) {
  const auto info = DetailOf<google::rpc::ErrorInfo>(status);
  return info.has_value() ? info->reason() : "";
}

}  // namespace ladder
