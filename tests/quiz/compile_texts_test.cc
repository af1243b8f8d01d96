// Which texts have to be there, in which locales.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/quiz/compile.h"
#include "tests/quiz/compile_fault.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::quiz {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

INSTANTIATE_TEST_SUITE_P(
    Texts, CompileFaultTest,
    ::testing::Values(
        BrokenQuiz{R"(text { by_locale { key: "en" value: "What else?" } })", "", "items[5].text",
                   "a text is missing; write the question"},
        BrokenQuiz{R"(text { by_locale { key: "en" value: "A chair" } })", "", "option_sets[1].options[1].text",
                   "a text is missing; write what people read"},
        BrokenQuiz{R"(title { by_locale { key: "en" value: "Sample" } })", "", "title",
                   "has no text in 'en', the default locale"},
        BrokenQuiz{R"(key: "en" value: "Burden")", R"(key: "de" value: "Last")", "scales[0].title",
                   "has no text in 'en'; add it, or take that locale out of the quiz's title"},
        BrokenQuiz{R"(key: "en" value: "Burden")", R"(key: "en" value: "")", "scales[0].title", "has no text in 'en'"},
        BrokenQuiz{R"(key: "en" value: "A case")", R"(key: "fr" value: "Un cas")", R"(decisions[0].outcomes["case"])",
                   "has no text in 'en'"},
        BrokenQuiz{R"(id: "sample")", R"(id: "sample" default_locale: "de")", "title", "has no text in 'de'"},
        BrokenQuiz{R"(id: "therapy" })", R"(id: "therapy" title {} })", "modalities[0].title", "has no text in 'en'"}));

TEST(TextsTest, ALocaleThatTheTitleHasIsAskedOfEveryTextThatExists) {
  v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
  (*definition.mutable_title()->mutable_by_locale())["de"] = "Muster";
  const std::vector<Fault> errors = ErrorsOf(definition);
  EXPECT_EQ(errors.size(), 14u);  // Six options, six items, a scale and an outcome have a text.
  for (const Fault& fault : errors) EXPECT_THAT(fault.message, HasSubstr("has no text in 'de'"));
}

TEST(TextsTest, ALocaleThatTheTitleHasNotIsNotAskedOfAnyText) {
  v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
  (*definition.mutable_items(0)->mutable_text()->mutable_by_locale())["de"] = "Wie oft?";
  EXPECT_THAT(ErrorsOf(definition), ::testing::IsEmpty());
  EXPECT_THAT(CompileDefinition(definition).program->locales, ElementsAre("en"));
}

TEST(TextsTest, ATitleInSomethingThatIsNoLocaleIsRefused) {
  v1::QuizDefinition definition = ParseQuiz(SoundQuiz());
  (*definition.mutable_title()->mutable_by_locale())["x_y"] = "Muster";
  EXPECT_EQ(ErrorsOf(definition)[0].path, R"(title.by_locale["x_y"])");
}

}  // namespace
}  // namespace ladder::quiz
