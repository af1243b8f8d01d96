#include "tools/ladderctl/take.h"

#include <istream>
#include <optional>
#include <ostream>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tools/ladderctl/client.h"
#include "tools/ladderctl/score.h"
#include "tools/ladderctl/table.h"

namespace ladder::ctl {
namespace {

using quiz::v1::Answer;
using scoring::v1::FormItem;
using scoring::v1::FormOptions;
using scoring::v1::NextItemsRequest;
using scoring::v1::NextItemsResponse;

constexpr std::size_t kProgressWidth = 20;
constexpr int kMaxAttempts = 20;  // Answers to one question that are not understood.

// What a person said to one question.
struct Reply {
  enum class Kind { kAnswer, kSkip, kStop, kNotUnderstood };
  Kind kind = Kind::kNotUnderstood;
  Answer answer;
};

std::optional<std::string> OptionAt(const FormOptions& options, absl::string_view text) {
  int number = 0;
  if (!absl::SimpleAtoi(text, &number) || number < 1 || number > options.options_size()) return std::nullopt;
  return options.options(number - 1).option();
}

bool ReadChoices(const FormOptions& options, absl::string_view line, Answer& answer) {
  answer.mutable_options();
  if (line == "0") return true;  // None of them.
  for (absl::string_view part : absl::StrSplit(line, absl::ByAnyChar(", "), absl::SkipEmpty())) {
    const std::optional<std::string> option = OptionAt(options, part);
    if (!option.has_value()) return false;
    answer.mutable_options()->add_option(*option);
  }
  return true;
}

// Reads one line as an answer to the item. The service checks numbers, which knows their steps.
Reply ReadReply(const FormItem& item, std::istream& in) {
  std::string line;
  if (!std::getline(in, line)) return {Reply::Kind::kStop, {}};
  const absl::string_view text = absl::StripAsciiWhitespace(line);
  if (text.empty()) return {Reply::Kind::kSkip, {}};
  if (text == "q") return {Reply::Kind::kStop, {}};
  Reply reply{Reply::Kind::kAnswer, {}};
  reply.answer.set_item(item.item());
  switch (item.kind_case()) {
    case FormItem::kSingleChoice:
      if (std::optional<std::string> option = OptionAt(item.single_choice(), text)) {
        reply.answer.set_option(*option);
        return reply;
      }
      break;
    case FormItem::kMultipleChoice:
      if (ReadChoices(item.multiple_choice(), text, reply.answer)) return reply;
      break;
    case FormItem::kNumber:
      reply.answer.set_number(std::string(text));
      return reply;
    default:
      reply.answer.set_text(std::string(text));
      return reply;
  }
  return {Reply::Kind::kNotUnderstood, {}};
}

void PrintQuestion(const FormItem& item, const Terminal& terminal) {
  terminal.out << Wrap(item.text().empty() ? item.item() : item.text(), terminal.width, 0) << "\n";
  const auto print_options = [&](const FormOptions& options) {
    for (int i = 0; i < options.options_size(); ++i) {
      terminal.out << "  " << i + 1 << "  " << options.options(i).text() << "\n";
    }
  };
  if (item.has_single_choice()) print_options(item.single_choice());
  if (item.has_multiple_choice()) {
    print_options(item.multiple_choice());
    terminal.out << "  Several: 1,3. None of them: 0.\n";
  }
  if (item.has_number()) {
    const auto& number = item.number();
    terminal.out << "  A number from " << number.min() << " to " << number.max() << " " << number.unit() << "\n";
  }
}

// Asks one item until the answer is understood.
Reply Ask(const FormItem& item, const Terminal& terminal) {
  PrintQuestion(item, terminal);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    terminal.out << "> " << std::flush;
    Reply reply = ReadReply(item, terminal.in);
    if (reply.kind != Reply::Kind::kNotUnderstood) return reply;
    terminal.out << "Please type a number from the list, Enter to skip, or q to stop.\n";
  }
  return {Reply::Kind::kStop, {}};
}

// The first item to ask that was not skipped.
const FormItem* NextToAsk(const NextItemsResponse& next, const std::set<std::string>& skipped) {
  for (const FormItem& item : next.items()) {
    if (!skipped.contains(item.item())) return &item;
  }
  return nullptr;
}

void PrintProgress(const NextItemsResponse& next, const Terminal& terminal) {
  const auto& progress = next.progress();
  const std::size_t total = progress.answered() + progress.to_ask() + progress.undecided();
  terminal.out << "\n"
               << Bar(progress.answered(), total, kProgressWidth) << " " << progress.answered() << " of " << total
               << "\n";
}

// The questions in turn. An answer that the service refuses is asked again with what it says.
absl::Status AskAll(Client& client, NextItemsRequest& request, const Terminal& terminal) {
  std::set<std::string> skipped;
  while (true) {
    const absl::StatusOr<NextItemsResponse> next = client.NextItems(request);
    if (!next.ok() && next.status().code() == absl::StatusCode::kInvalidArgument && !request.answers().empty()) {
      ReportError(next.status(), terminal);
      request.mutable_answers()->RemoveLast();
      if (!terminal.in) return next.status();
      continue;
    }
    if (!next.ok()) return next.status();
    const FormItem* item = NextToAsk(*next, skipped);
    if (item == nullptr) return absl::OkStatus();
    PrintProgress(*next, terminal);
    Reply reply = Ask(*item, terminal);
    if (reply.kind == Reply::Kind::kStop) return absl::OkStatus();
    if (reply.kind == Reply::Kind::kSkip) {
      skipped.insert(item->item());
    } else {
      *request.add_answers() = std::move(reply.answer);
    }
  }
}

}  // namespace

int RunTake(const TakeQuiz& command, const Settings& settings, const Terminal& terminal) {
  Client client(settings);
  NextItemsRequest asked;
  asked.set_quiz(absl::StartsWith(command.quiz, "quizzes/") ? command.quiz : absl::StrCat("quizzes/", command.quiz));
  asked.set_locale(command.locale);
  for (const auto& [id, value] : command.context) (*asked.mutable_context())[id] = value;

  scoring::v1::GetFormRequest get_form;
  get_form.set_quiz(asked.quiz());
  get_form.set_locale(command.locale);
  const absl::StatusOr<scoring::v1::Form> form = client.GetForm(get_form);
  if (!form.ok()) return ReportError(form.status(), terminal);
  // Every question belongs to the version that the first one came from.
  asked.set_quiz(form->quiz_version());
  terminal.out << form->title() << "\nEnter skips a question, q stops.\n";
  if (absl::Status status = AskAll(client, asked, terminal); !status.ok()) return ReportError(status, terminal);

  scoring::v1::ScoreRequest request;
  request.set_quiz(asked.quiz());
  *request.mutable_answers() = asked.answers();
  *request.mutable_context() = asked.context();
  request.set_locale(command.locale);
  if (!command.record_parent.empty()) {
    request.mutable_record()->set_parent(command.record_parent);
    request.mutable_record()->set_request_id(command.request_id);
  }
  const absl::StatusOr<scoring::v1::ScoreResponse> response = client.Score(request);
  if (!response.ok()) return ReportError(response.status(), terminal);
  if (settings.output == OutputFormat::kTable) terminal.out << "\n";
  PrintResponse(*response, RungsOf(*form), settings, terminal);
  return kDone;
}

}  // namespace ladder::ctl
