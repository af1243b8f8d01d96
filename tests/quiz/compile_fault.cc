#include "tests/quiz/compile_fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/quiz/sound_quiz.h"

namespace ladder::quiz {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

TEST_P(CompileFaultTest, IsFoundAloneWithItsPathAndMend) {
  const BrokenQuiz& broken = GetParam();
  EXPECT_THAT(ErrorsOf(SoundQuizWith(broken.piece, broken.replacement)),
              ElementsAre(::testing::AllOf(Field("path", &Fault::path, broken.path),
                                           Field("message", &Fault::message, HasSubstr(broken.message)))));
}

}  // namespace

}  // namespace ladder::quiz
