// File: resource_names.h
//
// The names of resources in the contracts, parsed and made in one place.
//
//   absl::StatusOr<QuizName> name = ParseQuizName("quizzes/ladder-of-healing/versions/3");
//   name->version;  // 3
//
// Errors are plain INVALID_ARGUMENT whose message says what the name has to look like; who knows the field adds it.

#ifndef LADDER_LIBS_QUIZ_RESOURCE_NAMES_H_
#define LADDER_LIBS_QUIZ_RESOURCE_NAMES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace ladder::quiz {

// "quizzes/{quiz}" or "quizzes/{quiz}/versions/{number}".
struct QuizName {
  std::string quiz;
  std::int64_t version = 0;  // 0: none is named, so the active one is meant.

  std::string ToString() const;
  friend bool operator==(const QuizName&, const QuizName&) = default;
};

// Takes both forms; a version counts from 1.
absl::StatusOr<QuizName> ParseQuizName(absl::string_view name);
// "quizzes/{quiz}/draft" to the quiz's id.
absl::StatusOr<std::string> ParseDraftName(absl::string_view name);
std::string DraftName(absl::string_view quiz);

// "quizzes/{quiz}/series/{number}": the versions of a quiz whose figures are counted together.
struct SeriesName {
  std::string quiz;
  std::int64_t first_version = 0;  // From 1 on.

  std::string ToString() const;
  friend bool operator==(const SeriesName&, const SeriesName&) = default;
};

absl::StatusOr<SeriesName> ParseSeriesName(absl::string_view name);

// "clinics/{clinic}" to the clinic's id.
absl::StatusOr<std::string> ParseClinicName(absl::string_view name);
std::string ClinicName(absl::string_view clinic);
// "clinics/{clinic}" to the clinic's id; "clinics/-", which stands for all of them, to none.
absl::StatusOr<std::string> ParseClinicOrAll(absl::string_view name);

// "clinics/{clinic}/clients/{client}".
struct ClientName {
  std::string clinic;
  std::string client;

  std::string ToString() const;
  friend bool operator==(const ClientName&, const ClientName&) = default;
};

absl::StatusOr<ClientName> ParseClientName(absl::string_view name);

// "clinics/{clinic}/clients/{client}/assessments/{id}".
struct AssessmentName {
  ClientName client;
  std::string id;

  std::string ToString() const;
  friend bool operator==(const AssessmentName&, const AssessmentName&) = default;
};

absl::StatusOr<AssessmentName> ParseAssessmentName(absl::string_view name);

// Quiz ids: [a-z][a-z0-9-]{0,62}.
bool IsQuizId(absl::string_view id);
// Ids of clinics, clients, campaigns and assessments: [A-Za-z0-9][A-Za-z0-9._-]{0,63}.
bool IsPlatformId(absl::string_view id);
// request_id: 1 to 128 printable ASCII characters.
bool IsRequestId(absl::string_view id);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_RESOURCE_NAMES_H_
