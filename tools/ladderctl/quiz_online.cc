#include "tools/ladderctl/quiz_online.h"

#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/quiz/published.h"
#include "libs/quiz/resource_names.h"
#include "tools/ladderctl/client.h"
#include "tools/ladderctl/quiz_files.h"

namespace ladder::ctl {
namespace {

using records::v1::Quiz;
using records::v1::QuizVersion;

int PrintQuiz(const absl::StatusOr<Quiz>& quiz, const Settings& settings, const Terminal& terminal) {
  if (!quiz.ok()) return ReportError(quiz.status(), terminal);
  if (settings.output == OutputFormat::kJson) {
    terminal.out << ToJson(*quiz) << "\n";
  } else {
    terminal.out << quiz->name() << ": version " << quiz->active_version() << " is active, generation "
                 << quiz->generation() << "\n";
  }
  return kDone;
}

// "ladder-of-healing" and "quizzes/ladder-of-healing" are the same to people.
std::string QuizResource(const std::string& quiz) {
  return absl::StartsWith(quiz, "quizzes/") ? quiz : absl::StrCat("quizzes/", quiz);
}

std::string VersionResource(const std::string& version) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(version, absl::MaxSplits('/', 1));
  return absl::StartsWith(version, "quizzes/") ? version
                                               : absl::StrCat("quizzes/", parts.first, "/versions/", parts.second);
}

// Puts the definition into the draft. A draft that is equal already stays as it is.
absl::Status ReplaceDraft(Client& client, const quiz::v1::QuizDefinition& definition) {
  records::v1::UpdateDraftRequest request;
  request.mutable_draft()->set_name(quiz::DraftName(definition.id()));
  *request.mutable_draft()->mutable_definition() = definition;
  request.set_allow_missing(true);
  return client.UpdateDraft(request).status();
}

// Activates the version unless it is active: an activation always counts as a new generation.
absl::StatusOr<Quiz> EnsureActive(Client& client, const QuizVersion& version, const std::string& quiz) {
  records::v1::GetQuizRequest get;
  get.set_name(quiz);
  absl::StatusOr<Quiz> current = client.GetQuiz(get);
  if (!current.ok() || current->active_digest() == version.digest()) return current;
  records::v1::ActivateVersionRequest activate;
  activate.set_name(version.name());
  return client.ActivateVersion(activate);
}

}  // namespace

int PublishQuiz(const std::string& file, bool activate, const Settings& settings, const Terminal& terminal) {
  quiz::v1::QuizDefinition definition;
  std::vector<std::string> faults;
  if (absl::Status read = ReadMessageFile(file, definition, faults); !read.ok()) {
    for (const std::string& fault : faults) terminal.err << fault << "\n";
    return faults.empty() ? ReportError(read, terminal) : static_cast<int>(kRefused);
  }
  Client client(settings);
  if (absl::Status drafted = ReplaceDraft(client, definition); !drafted.ok()) return ReportError(drafted, terminal);
  records::v1::PublishVersionRequest publish;
  publish.set_parent(QuizResource(definition.id()));
  absl::StatusOr<QuizVersion> version = client.PublishVersion(publish);
  if (!version.ok()) return ReportError(version.status(), terminal);
  version->clear_definition();
  if (settings.output == OutputFormat::kJson) {
    terminal.out << ToJson(*version) << "\n";
  } else {
    terminal.out << "Published as " << version->name() << " (" << version->digest().substr(0, 12) << ")\n";
  }
  if (!activate) return kDone;
  return PrintQuiz(EnsureActive(client, *version, publish.parent()), settings, terminal);
}

int ActivateQuiz(const std::string& version, const Settings& settings, const Terminal& terminal) {
  records::v1::ActivateVersionRequest request;
  request.set_name(VersionResource(version));
  return PrintQuiz(Client(settings).ActivateVersion(request), settings, terminal);
}

int RollBackQuiz(const std::string& quiz, const Settings& settings, const Terminal& terminal) {
  Client client(settings);
  records::v1::GetQuizRequest get;
  get.set_name(QuizResource(quiz));
  const absl::StatusOr<Quiz> current = client.GetQuiz(get);
  if (!current.ok()) return ReportError(current.status(), terminal);
  records::v1::RollBackQuizRequest request;
  request.set_name(current->name());
  request.set_generation(current->generation());
  return PrintQuiz(client.RollBackQuiz(request), settings, terminal);
}

int ShowStatus(const Settings& settings, const Terminal& terminal) {
  Client client(settings);
  const absl::Status scoring = client.CheckScoring();
  const absl::Status records = client.CheckRecords();
  if (settings.output == OutputFormat::kJson) {
    terminal.out << nlohmann::json{{"scoring", scoring.ok()}, {"records", records.ok()}}.dump(2) << "\n";
  } else {
    terminal.out << "scoring  " << (scoring.ok() ? "serving" : std::string(scoring.message())) << "\n"
                 << "records  " << (records.ok() ? "serving" : std::string(records.message())) << "\n";
  }
  return scoring.ok() && records.ok() ? kDone : kUnreachable;
}

}  // namespace ladder::ctl
