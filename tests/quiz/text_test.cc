#include "libs/quiz/text.h"

#include <gtest/gtest.h>

namespace ladder::quiz {
namespace {

TEST(TextTest, TheAskedLocaleElseTheDefaultElseNothing) {
  v1::Text text;
  (*text.mutable_by_locale())["en"] = "Sleep";
  (*text.mutable_by_locale())["de"] = "Schlaf";
  EXPECT_EQ(TextIn(text, "de", "en"), "Schlaf");
  EXPECT_EQ(TextIn(text, "fr", "en"), "Sleep");
  EXPECT_EQ(TextIn(text, "fr", "es"), "");
  EXPECT_EQ(TextIn(v1::Text(), "en", "en"), "");
}

TEST(TextTest, ADefinitionThatNamesNoLocaleIsInEnglish) {
  v1::QuizDefinition definition;
  EXPECT_EQ(DefaultLocale(definition), "en");
  definition.set_default_locale("de");
  EXPECT_EQ(DefaultLocale(definition), "de");
}

}  // namespace
}  // namespace ladder::quiz
