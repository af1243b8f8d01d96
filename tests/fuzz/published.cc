#include "tests/fuzz/published.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "libs/quiz/compile.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::fuzz {
namespace {

constexpr char kFolder[] = "tests/instruments/definitions";

std::string TextOf(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<quiz::v1::QuizDefinition> ReadDefinitions() {
  std::set<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) paths.insert(entry.path());
  std::vector<quiz::v1::QuizDefinition> definitions;
  for (const std::filesystem::path& path : paths) definitions.push_back(quiz::ParseQuiz(TextOf(path)));
  return definitions;
}

std::vector<std::shared_ptr<const quiz::Program>> CompileAll() {
  std::vector<std::shared_ptr<const quiz::Program>> programs;
  for (const quiz::v1::QuizDefinition& definition : PublishedDefinitions()) {
    programs.push_back(quiz::CompilePublished(definition).program);
  }
  return programs;
}

}  // namespace

const std::vector<quiz::v1::QuizDefinition>& PublishedDefinitions() {
  static const auto* const definitions = new std::vector<quiz::v1::QuizDefinition>(ReadDefinitions());
  return *definitions;
}

const std::vector<std::shared_ptr<const quiz::Program>>& PublishedPrograms() {
  static const auto* const programs = new std::vector<std::shared_ptr<const quiz::Program>>(CompileAll());
  return *programs;
}

}  // namespace ladder::fuzz
