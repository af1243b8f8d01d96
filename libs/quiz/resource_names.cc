#include "libs/quiz/resource_names.h"

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ladder::quiz {
namespace {

constexpr std::size_t kMaxQuizIdLength = 63;
constexpr std::size_t kMaxPlatformIdLength = 64;
constexpr std::size_t kMaxRequestIdLength = 128;

// Longer than any name: one that may be as long as a request is not taken apart.
constexpr std::size_t kMaxNameLength = 512;

// Between the slashes; none where it is too long to be a name.
std::vector<absl::string_view> PartsOf(absl::string_view name) {
  if (name.size() > kMaxNameLength) return {};
  return absl::StrSplit(name, '/');
}

absl::Status NotOfForm(absl::string_view name, absl::string_view form) {
  constexpr std::size_t kMaxQuoted = 100;
  return absl::InvalidArgumentError(absl::StrCat("'", name.substr(0, kMaxQuoted), "' is not of the form ", form));
}

// A number from 1 on, without sign or leading zero; 0 where it is none.
std::int64_t ParseVersion(absl::string_view text) {
  std::int64_t version = 0;
  const bool plain = !text.empty() && text.front() != '0' && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
  return plain && absl::SimpleAtoi(text, &version) ? version : 0;
}

}  // namespace

std::string QuizName::ToString() const {
  return version == 0 ? absl::StrCat("quizzes/", quiz) : absl::StrCat("quizzes/", quiz, "/versions/", version);
}

absl::StatusOr<QuizName> ParseQuizName(absl::string_view name) {
  const std::vector<absl::string_view> parts = PartsOf(name);
  if (parts.size() >= 2 && parts[0] == "quizzes" && IsQuizId(parts[1])) {
    if (parts.size() == 2) return QuizName{std::string(parts[1]), 0};
    if (parts.size() == 4 && parts[2] == "versions" && ParseVersion(parts[3]) > 0) {
      return QuizName{std::string(parts[1]), ParseVersion(parts[3])};
    }
  }
  return NotOfForm(name, "quizzes/{quiz} or quizzes/{quiz}/versions/{number}");
}

absl::StatusOr<std::string> ParseDraftName(absl::string_view name) {
  const std::vector<absl::string_view> parts = PartsOf(name);
  if (parts.size() == 3 && parts[0] == "quizzes" && IsQuizId(parts[1]) && parts[2] == "draft") {
    return std::string(parts[1]);
  }
  return NotOfForm(name, "quizzes/{quiz}/draft");
}

std::string DraftName(absl::string_view quiz) { return absl::StrCat("quizzes/", quiz, "/draft"); }

std::string SeriesName::ToString() const { return absl::StrCat("quizzes/", quiz, "/series/", first_version); }

absl::StatusOr<SeriesName> ParseSeriesName(absl::string_view name) {
  const std::vector<absl::string_view> parts = PartsOf(name);
  if (parts.size() == 4 && parts[0] == "quizzes" && IsQuizId(parts[1]) && parts[2] == "series" &&
      ParseVersion(parts[3]) > 0) {
    return SeriesName{std::string(parts[1]), ParseVersion(parts[3])};
  }
  return NotOfForm(name, "quizzes/{quiz}/series/{number}");
}

absl::StatusOr<std::string> ParseClinicName(absl::string_view name) {
  const std::vector<absl::string_view> parts = PartsOf(name);
  if (parts.size() == 2 && parts[0] == "clinics" && IsPlatformId(parts[1])) return std::string(parts[1]);
  return NotOfForm(name, "clinics/{clinic}, the clinic [A-Za-z0-9][A-Za-z0-9._-]{0,63}");
}

std::string ClinicName(absl::string_view clinic) { return absl::StrCat("clinics/", clinic); }

absl::StatusOr<std::string> ParseClinicOrAll(absl::string_view name) {
  if (name == "clinics/-") return std::string();
  absl::StatusOr<std::string> clinic = ParseClinicName(name);
  if (clinic.ok()) return clinic;
  return NotOfForm(name, "clinics/{clinic}, or clinics/- for all of them");
}

std::string ClientName::ToString() const { return absl::StrCat("clinics/", clinic, "/clients/", client); }

absl::StatusOr<ClientName> ParseClientName(absl::string_view name) {
  const std::vector<absl::string_view> parts = PartsOf(name);
  if (parts.size() == 4 && parts[0] == "clinics" && IsPlatformId(parts[1]) && parts[2] == "clients" &&
      IsPlatformId(parts[3])) {
    return ClientName{std::string(parts[1]), std::string(parts[3])};
  }
  return NotOfForm(name, "clinics/{clinic}/clients/{client}, each [A-Za-z0-9][A-Za-z0-9._-]{0,63}");
}

std::string AssessmentName::ToString() const { return absl::StrCat(client.ToString(), "/assessments/", id); }

absl::StatusOr<AssessmentName> ParseAssessmentName(absl::string_view name) {
  const std::vector<absl::string_view> parts = PartsOf(name);
  if (parts.size() == 6 && parts[0] == "clinics" && IsPlatformId(parts[1]) && parts[2] == "clients" &&
      IsPlatformId(parts[3]) && parts[4] == "assessments" && IsPlatformId(parts[5])) {
    return AssessmentName{{std::string(parts[1]), std::string(parts[3])}, std::string(parts[5])};
  }
  return NotOfForm(name, "clinics/{clinic}/clients/{client}/assessments/{id}");
}

bool IsQuizId(absl::string_view id) {
  const auto allowed = [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-'; };
  return !id.empty() && id.size() <= kMaxQuizIdLength && absl::ascii_islower(id.front()) &&
         std::all_of(id.begin(), id.end(), allowed);
}

bool IsPlatformId(absl::string_view id) {
  const auto allowed = [](char c) { return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-'; };
  return !id.empty() && id.size() <= kMaxPlatformIdLength && absl::ascii_isalnum(id.front()) &&
         std::all_of(id.begin(), id.end(), allowed);
}

bool IsRequestId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxRequestIdLength && std::all_of(id.begin(), id.end(), absl::ascii_isgraph);
}

}  // namespace ladder::quiz
