#include "libs/quiz/published.h"

#include <gtest/gtest.h>

#include <string>

namespace ladder::quiz {
namespace {

v1::QuizDefinition WithTitles(bool forwards) {
  v1::QuizDefinition definition;
  definition.set_id("sample");
  auto& titles = *definition.mutable_title()->mutable_by_locale();
  for (int i = 0; i < 100; ++i) titles["x-" + std::to_string(forwards ? i : 99 - i)] = "Title";
  return definition;
}

TEST(PublishedTest, EqualDefinitionsHaveEqualBytesWhateverTheOrderOfTheirMaps) {
  EXPECT_EQ(SerializeDefinition(WithTitles(true)), SerializeDefinition(WithTitles(false)));
}

TEST(PublishedTest, TheBytesHoldTheDefinition) {
  v1::QuizDefinition read;
  ASSERT_TRUE(read.ParseFromString(SerializeDefinition(WithTitles(true))));
  EXPECT_EQ(read.title().by_locale_size(), 100);
}

// The digests of FIPS 180-2's examples.
TEST(PublishedTest, TheDigestIsSha256InLowerCase) {
  EXPECT_EQ(DigestOf(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(DigestOf("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(PublishedTest, TheKeyNamesQuizAndVersion) {
  EXPECT_EQ(PublishedKey("ladder-of-healing", 3), "ladder:quiz:ladder-of-healing:3");
}

}  // namespace
}  // namespace ladder::quiz
