#include "libs/quiz/resource_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace ladder::quiz {
namespace {

TEST(ResourceNamesTest, AQuizNameMayPinAVersion) {
  EXPECT_EQ(*ParseQuizName("quizzes/ladder-of-healing"), (QuizName{"ladder-of-healing", 0}));
  EXPECT_EQ(*ParseQuizName("quizzes/phq-9/versions/12"), (QuizName{"phq-9", 12}));
  EXPECT_EQ((QuizName{"phq-9", 0}).ToString(), "quizzes/phq-9");
  EXPECT_EQ((QuizName{"phq-9", 12}).ToString(), "quizzes/phq-9/versions/12");
}

TEST(ResourceNamesTest, WhatIsNoQuizNameIsRefusedWithTheFormItShouldHave) {
  for (const char* name : {"", "quizzes", "quizzes/", "quizzes//", "quizzes/A", "quizzes/1a", "quiz/a", "quizzes/a/",
                           "quizzes/a/versions", "quizzes/a/versions/", "quizzes/a/versions/0", "quizzes/a/versions/01",
                           "quizzes/a/versions/-1", "quizzes/a/versions/+1", "quizzes/a/versions/1/", "/quizzes/a",
                           "quizzes/a/versions/9223372036854775808", "quizzes/a/draft", "quizzes/a b"}) {
    const absl::StatusOr<QuizName> parsed = ParseQuizName(name);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(std::string(parsed.status().message()), ::testing::HasSubstr("quizzes/{quiz}/versions/{number}"));
  }
}

TEST(ResourceNamesTest, AMessageRepeatsAtMostAHundredBytesOfAName) {
  const absl::Status status = ParseQuizName(std::string(1'000'000, 'x')).status();
  EXPECT_LT(status.message().size(), 300u);
}

TEST(ResourceNamesTest, ATextLongerThanAnyNameIsNotTakenApart) {
  for (const char c : {'/', 'a'}) {
    const std::string text = "quizzes/a" + std::string(4'000'000, c);
    EXPECT_FALSE(ParseQuizName(text).ok());
    EXPECT_FALSE(ParseAssessmentName(text).ok());
    EXPECT_FALSE(ParseClientName(text).ok());
  }
}

TEST(ResourceNamesTest, ADraftNameHoldsTheQuizsId) {
  EXPECT_EQ(*ParseDraftName("quizzes/phq-9/draft"), "phq-9");
  EXPECT_EQ(DraftName("phq-9"), "quizzes/phq-9/draft");
  EXPECT_FALSE(ParseDraftName("quizzes/phq-9").ok());
  EXPECT_FALSE(ParseDraftName("quizzes/phq-9/drafts").ok());
}

TEST(ResourceNamesTest, ASeriesIsNamedByItsFirstVersion) {
  const SeriesName series{"phq-9", 12};
  EXPECT_EQ(*ParseSeriesName("quizzes/phq-9/series/12"), series);
  EXPECT_EQ(series.ToString(), "quizzes/phq-9/series/12");
  for (const char* name : {"quizzes/phq-9", "quizzes/phq-9/series", "quizzes/phq-9/series/0", "quizzes/phq-9/series/01",
                           "quizzes/phq-9/versions/1", "quizzes/A/series/1", "quizzes/phq-9/series/1/"}) {
    EXPECT_EQ(ParseSeriesName(name).status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
}

TEST(ResourceNamesTest, ClientsAndAssessmentsLieUnderAClinic) {
  const ClientName client{"north", "c-17"};
  EXPECT_EQ(*ParseClientName("clinics/north/clients/c-17"), client);
  EXPECT_EQ(client.ToString(), "clinics/north/clients/c-17");
  const AssessmentName assessment{client, "0192"};
  EXPECT_EQ(*ParseAssessmentName("clinics/north/clients/c-17/assessments/0192"), assessment);
  EXPECT_EQ(assessment.ToString(), "clinics/north/clients/c-17/assessments/0192");
  for (const char* name : {"clinics/north", "clinics//clients/c", "clinics/north/clients/", "clinics/north/clients/.c",
                           "clinics/north/clients/c/", "clinics/north/clients/c d"}) {
    EXPECT_FALSE(ParseClientName(name).ok()) << name;
  }
  EXPECT_FALSE(ParseAssessmentName("clinics/north/clients/c-17/assessments/").ok());
}

TEST(ResourceNamesTest, AMinusStandsForAllClinics) {
  EXPECT_EQ(*ParseClinicOrAll("clinics/north"), "north");
  EXPECT_EQ(*ParseClinicOrAll("clinics/-"), "");
  for (const char* name : {"", "clinics/", "clinics/-other", "clinics/-/", "north", "-"}) {
    EXPECT_EQ(ParseClinicOrAll(name).status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
}

TEST(ResourceNamesTest, IdsHaveTheirLengthsAndCharacters) {
  EXPECT_TRUE(IsQuizId(std::string(63, 'a')));
  EXPECT_FALSE(IsQuizId(std::string(64, 'a')));
  EXPECT_FALSE(IsQuizId("-a"));
  EXPECT_FALSE(IsQuizId("a_b"));
  EXPECT_TRUE(IsPlatformId(std::string(64, 'A')));
  EXPECT_FALSE(IsPlatformId(std::string(65, 'A')));
  EXPECT_TRUE(IsPlatformId("0.A_b-c"));
  EXPECT_FALSE(IsPlatformId("-other"));
  EXPECT_FALSE(IsPlatformId(""));
  EXPECT_TRUE(IsRequestId(std::string(128, '!')));
  EXPECT_FALSE(IsRequestId(std::string(129, '!')));
  EXPECT_FALSE(IsRequestId(""));
  EXPECT_FALSE(IsRequestId("a b"));
  EXPECT_FALSE(IsRequestId("\xc3\xa4"));
}

TEST(ResourceNamesTest, AClinicIsNamedWithoutAClient) {
  EXPECT_EQ(*ParseClinicName("clinics/north"), "north");
  EXPECT_EQ(ClinicName("north"), "clinics/north");
  for (const char* name : {"", "clinics", "clinics/", "clinics/-", "clinics/a b", "clinics/north/",
                           "clinics/n/clients/c", "quizzes/north"}) {
    EXPECT_FALSE(ParseClinicName(name).ok()) << name;
  }
}

}  // namespace
}  // namespace ladder::quiz
