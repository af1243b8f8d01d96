#include "tools/ladderctl/series.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ladder::ctl {
namespace {

// The newest of the earlier versions that this one's figures go on from; 0: none, so it begins a series.
absl::StatusOr<std::int64_t> ContinuedBy(Client& client, const quiz::QuizName& version) {
  const absl::StatusOr<quiz::v1::QuizDefinition> definition = ReadDefinition(client, version);
  if (!definition.ok()) return definition.status();
  std::int64_t newest = 0;
  for (const std::string& text : definition->comparable_with()) {
    std::int64_t earlier = 0;
    if (absl::SimpleAtoi(text, &earlier) && earlier < version.version) newest = std::max(newest, earlier);
  }
  return newest;
}

}  // namespace

absl::StatusOr<quiz::v1::QuizDefinition> ReadDefinition(Client& client, const quiz::QuizName& version) {
  records::v1::GetVersionRequest request;
  request.set_name(version.ToString());
  const absl::StatusOr<records::v1::QuizVersion> published = client.GetVersion(request);
  if (!published.ok()) return published.status();
  quiz::v1::QuizDefinition definition;
  if (!definition.ParseFromString(published->definition())) {
    return absl::InternalError(absl::StrCat(version.ToString(), " is no definition"));
  }
  return definition;
}

absl::StatusOr<std::string> FindSeries(Client& client, const AnalyticsCommand& command) {
  if (absl::StartsWith(command.series, "quizzes/")) return command.series;
  if (!command.series.empty()) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(command.series, absl::MaxSplits('/', 1));
    return absl::StrCat("quizzes/", parts.first, "/series/", parts.second);
  }
  records::v1::GetQuizRequest get;
  get.set_name(absl::StartsWith(command.quiz, "quizzes/") ? command.quiz : absl::StrCat("quizzes/", command.quiz));
  const absl::StatusOr<records::v1::Quiz> quiz = client.GetQuiz(get);
  if (!quiz.ok()) return quiz.status();
  absl::StatusOr<quiz::QuizName> name = quiz::ParseQuizName(quiz->name());
  if (!name.ok()) return name.status();
  name->version = quiz->active_version() != 0 ? quiz->active_version() : quiz->latest_version();
  if (name->version == 0) return absl::FailedPreconditionError(absl::StrCat(get.name(), " has no version yet"));
  // Each version goes on from an earlier one, so this ends.
  while (true) {
    const absl::StatusOr<std::int64_t> continued = ContinuedBy(client, *name);
    if (!continued.ok()) return continued.status();
    if (*continued == 0) return quiz::SeriesName{name->quiz, name->version}.ToString();
    name->version = *continued;
  }
}

}  // namespace ladder::ctl
