#include "tools/ladderctl/quiz_compare.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <ostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/resource_names.h"
#include "tools/ladderctl/client.h"
#include "tools/ladderctl/comparison.h"
#include "tools/ladderctl/quiz_files.h"

namespace ladder::ctl {
namespace {

using records::v1::CompareVersionsRequest;
using records::v1::VersionComparison;

// Assessments in one call, so that each ends well before its deadline.
constexpr std::int64_t kPageSize = 1000;

bool ReadTime(const std::string& text, google::protobuf::Timestamp* time) {
  constexpr std::size_t kDayLength = 10;  // "2026-01-31"
  const std::string whole = text.size() == kDayLength ? absl::StrCat(text, "T00:00:00Z") : text;
  return google::protobuf::util::TimeUtil::FromString(whole, time);
}

CompareVersionsRequest RequestOf(const CompareCommand& command) {
  CompareVersionsRequest request;
  request.set_parent(quiz::ClinicName(command.clinic));
  request.set_quiz(absl::StartsWith(command.quiz, "quizzes/") ? command.quiz : absl::StrCat("quizzes/", command.quiz));
  if (absl::StartsWith(command.under, "quizzes/")) {
    request.set_under(command.under);
  } else if (command.under == "draft") {
    request.set_under(absl::StrCat(request.quiz(), "/draft"));
  } else {
    request.set_under(absl::StrCat(request.quiz(), "/versions/", command.under));
  }
  if (!command.from.empty()) ReadTime(command.from, request.mutable_assessed_from());
  if (!command.before.empty()) ReadTime(command.before, request.mutable_assessed_before());
  return request;
}

std::int64_t LookedAt(const VersionComparison& sum) { return sum.compared() + sum.refused() + sum.unusable(); }

// Asks for page after page; with more than `at_most` assessments the sum still says where to go on.
absl::StatusOr<VersionComparison> CompareAll(CompareVersionsRequest request, std::int64_t at_most, Client& client) {
  VersionComparison sum;
  do {
    request.set_page_size(static_cast<int>(std::min(kPageSize, at_most - LookedAt(sum))));
    request.set_page_token(sum.next_page_token());
    const absl::StatusOr<VersionComparison> page = client.CompareVersions(request);
    if (!page.ok()) return page.status();
    AddPage(*page, sum);
  } while (!sum.next_page_token().empty() && LookedAt(sum) < at_most);
  return sum;
}

}  // namespace

std::string CheckTime(const std::string& text) {
  google::protobuf::Timestamp time;
  return ReadTime(text, &time) ? "" : "has to be a day such as 2026-01-31 or a time such as 2026-01-31T09:00:00Z";
}

int CompareQuiz(const CompareCommand& command, const Settings& settings, const Terminal& terminal) {
  Client client(settings);
  const absl::StatusOr<VersionComparison> comparison = CompareAll(RequestOf(command), command.at_most, client);
  if (!comparison.ok()) return ReportError(comparison.status(), terminal);
  if (settings.output == OutputFormat::kJson) {
    terminal.out << ToJson(*comparison) << "\n";
    return kDone;
  }
  PrintComparison(*comparison, terminal);
  if (!comparison->next_page_token().empty()) {
    terminal.out << "\nThere are more: --at-most takes a larger number.\n";
  }
  return kDone;
}

}  // namespace ladder::ctl
