// File: request_check.h
//
// The check of one request: every fault is found before any is told, each with its exact path.
//
//   RequestCheck check;
//   const quiz::ClientName client = check.Client("parent", request.parent());
//   const std::size_t page_size = check.PageSize(request.page_size());
//   if (!check.status().ok()) return check.status();
//
// A reader returns an empty value where it found a fault. Not thread-safe.

#ifndef LADDER_RECORDS_SERVICE_REQUEST_CHECK_H_
#define LADDER_RECORDS_SERVICE_REQUEST_CHECK_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/resource_names.h"

namespace ladder::records {

class RequestCheck {
 public:
  // `prefix` stands before every path, for example "requests[3].".
  explicit RequestCheck(absl::string_view prefix = "") : prefix_(prefix) {}

  void Fault(absl::string_view field, absl::string_view description);
  // INVALID_ARGUMENT with every fault.
  absl::Status status() const;

  // "quizzes/{quiz}" or "quizzes/{quiz}/versions/{number}".
  quiz::QuizName QuizOrVersion(absl::string_view field, absl::string_view name);
  // "quizzes/{quiz}".
  std::string Quiz(absl::string_view field, absl::string_view name);
  // "quizzes/{quiz}/versions/{number}".
  quiz::QuizName Version(absl::string_view field, absl::string_view name);
  // "quizzes/{quiz}/draft", of which it returns the quiz.
  std::string Draft(absl::string_view field, absl::string_view name);
  // "clinics/{clinic}", of which it returns the clinic.
  std::string Clinic(absl::string_view field, absl::string_view name);
  // "quizzes/{quiz}/series/{number}".
  quiz::SeriesName Series(absl::string_view field, absl::string_view name);
  // "clinics/{clinic}", or "clinics/-", for which it returns no id.
  std::string ClinicOrAll(absl::string_view field, absl::string_view name);
  quiz::ClientName Client(absl::string_view field, absl::string_view name);
  quiz::AssessmentName Assessment(absl::string_view field, absl::string_view name);

  void RequestId(absl::string_view field, absl::string_view id);
  // May be empty.
  void Campaign(absl::string_view field, absl::string_view id);
  absl::Time Time(absl::string_view field, const google::protobuf::Timestamp& timestamp);
  // 0 becomes the default.
  std::size_t PageSize(std::int64_t page_size);
  std::int64_t PageSize(std::int64_t page_size, std::int64_t default_size, std::int64_t max_size);

 private:
  template <typename T>
  T Take(absl::string_view field, absl::StatusOr<T> parsed);

  const std::string prefix_;
  std::vector<FieldViolation> violations_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_REQUEST_CHECK_H_
