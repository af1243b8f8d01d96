#include <gtest/gtest.h>

#include <optional>

#include "ladder/scoring/v1/scoring_service.pb.h"
#include "libs/quiz/input.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/published.h"
#include "tests/fuzz/try_form.h"

namespace ladder::fuzz {
namespace {

using quiz::v1::Answer;
using scoring::v1::ScoreRequest;

// Which instrument a request is for: `quiz` is any text here.
const quiz::Program& ProgramOf(const ScoreRequest& request) {
  const auto& programs = PublishedPrograms();
  std::size_t sum = 0;
  for (const char letter : request.quiz()) sum = sum * 31 + static_cast<unsigned char>(letter);
  return *programs[sum % programs.size()];
}

void Run(absl::string_view input) {
  ScoreRequest request;
  if (!request.ParseFromArray(input.data(), static_cast<int>(input.size()))) return;
  const quiz::Program& program = ProgramOf(request);
  std::vector<quiz::InputViolation> violations;
  const std::optional<quiz::Input> checked =
      quiz::CheckInput(program, request.answers(), request.context(), violations);
  EXPECT_EQ(checked.has_value(), violations.empty());
  if (checked.has_value()) quiz::TryForm(program, *checked);
}

// An answer that the item takes, or for a number one that it may take.
Answer AnswerTo(const quiz::Item& item) {
  Answer answer;
  answer.set_item(item.id);
  switch (item.kind) {
    case quiz::Item::Kind::kSingleChoice:
      answer.set_option(item.options[0].id);
      break;
    case quiz::Item::Kind::kMultipleChoice:
      answer.mutable_options()->add_option(item.options[0].id);
      break;
    case quiz::Item::Kind::kNumber:
      answer.set_number(item.number.max.ToString());
      break;
    case quiz::Item::Kind::kFreeText:
      answer.set_text("words");
      break;
  }
  return answer;
}

// For each instrument a request that answers everything. Counting finds the text that names it.
std::vector<std::string> Seeds() {
  std::vector<std::string> seeds;
  for (int i = 0; i < 100; ++i) {
    ScoreRequest request;
    request.set_quiz(std::to_string(i));
    const quiz::Program& program = ProgramOf(request);
    for (const quiz::Item& item : program.items) *request.add_answers() = AnswerTo(item);
    for (const quiz::ContextValue& value : program.context) {
      const bool is_code = value.kind == quiz::ContextValue::Kind::kCodes;
      (*request.mutable_context())[value.id] =
          is_code ? program.codes[value.codes.front()] : value.number.max.ToString();
    }
    seeds.push_back(request.SerializeAsString());
  }
  return seeds;
}

// Codes that many instruments have, and numbers of every length and form.
const std::vector<std::string>& Words() {
  static const auto* const words = new std::vector<std::string>{"0",
                                                                "1",
                                                                "2",
                                                                "3",
                                                                "4",
                                                                "5",
                                                                "10",
                                                                "-1",
                                                                "-0",
                                                                "0.5",
                                                                "00012",
                                                                "12.",
                                                                ".5",
                                                                "7,5",
                                                                "1e9",
                                                                "0x10",
                                                                "NaN",
                                                                "",
                                                                " 1",
                                                                "1/3",
                                                                "-1/3",
                                                                "1/0",
                                                                "0/1",
                                                                "1/-3",
                                                                "5/10",
                                                                "1//2",
                                                                "0.0000000000000000000000000000000000000001",
                                                                "9999999999999999999999999999999999999999",
                                                                "-9999999999999999999999999999999999999999",
                                                                "1/9999999999999999999999999999999999999999",
                                                                "9999999999999999999/9999999999999999999",
                                                                "12345678901234567890.12345678901234567890",
                                                                "3.1415926535897932384626433832795028841971",
                                                                "male",
                                                                "female",
                                                                "self",
                                                                std::string(200, '9'),
                                                                "0." + std::string(200, '3')};
  return *words;
}

std::string Mutate(absl::string_view input, quiz::Random& random) {
  ScoreRequest request;
  if (!request.ParseFromArray(input.data(), static_cast<int>(input.size()))) return std::string(input);
  quiz::MutateMessage(request, Words(), random);
  return request.SerializeAsString();
}

}  // namespace

const FuzzTarget kAnswersTarget = {"answers", Run, Seeds, Mutate};

}  // namespace ladder::fuzz
