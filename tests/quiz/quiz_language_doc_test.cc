// docs/quiz-language.md holds a tutorial that builds a quiz piece by piece; the pieces have to make a quiz that
// publishes.

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "libs/quiz/compile.h"

namespace ladder::quiz {
namespace {

// Everything between ```textproto and ```, in order.
std::string TutorialQuiz() {
  std::ifstream page("docs/quiz-language.md");
  std::string quiz;
  std::string line;
  bool inside = false;
  while (std::getline(page, line)) {
    if (line == "```textproto") {
      inside = true;
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      quiz += line + "\n";
    }
  }
  return quiz;
}

TEST(QuizLanguagePage, BuildsAQuizThatPublishesWithoutEvenAWarning) {
  v1::QuizDefinition definition;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(TutorialQuiz(), &definition));
  ASSERT_EQ(definition.id(), "sleep-check");
  const CompileResult compiled = CompileDefinition(definition);
  for (const Fault& fault : compiled.faults) ADD_FAILURE() << fault.path << ": " << fault.message;
  EXPECT_NE(compiled.program, nullptr);
}

}  // namespace
}  // namespace ladder::quiz
