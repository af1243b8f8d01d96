#include "ladder/quiz/v1/definition.pb.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/published.h"
#include "tests/fuzz/try_definition.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::fuzz {
namespace {

void Run(absl::string_view input) {
  quiz::v1::QuizDefinition definition;
  if (!definition.ParseFromArray(input.data(), static_cast<int>(input.size()))) return;
  quiz::Random random(input.size());
  quiz::TryDefinition(definition, random);
}

// The quiz that has one of everything, most often, and published ones.
std::vector<std::string> Seeds() {
  std::vector<std::string> seeds;
  for (const quiz::v1::QuizDefinition& definition : PublishedDefinitions()) {
    seeds.push_back(quiz::ParseQuiz(quiz::SoundQuiz()).SerializeAsString());
    seeds.push_back(definition.SerializeAsString());
  }
  return seeds;
}

std::string Mutate(absl::string_view input, quiz::Random& random) {
  quiz::v1::QuizDefinition definition;
  if (!definition.ParseFromArray(input.data(), static_cast<int>(input.size()))) return std::string(input);
  quiz::MutateDefinition(definition, random);
  return definition.SerializeAsString();
}

}  // namespace

const FuzzTarget kDefinitionTarget = {"definition", Run, Seeds, Mutate};

}  // namespace ladder::fuzz
