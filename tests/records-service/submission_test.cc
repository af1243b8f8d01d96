// When a retry is a retry, at any size, and what a request_id says to it.

#include "records-service/submission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "records-service/assessments.h"
#include "records-service/earlier_request.h"
#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records {
namespace {

using ::ladder::testing::EqualsProto;
using ::ladder::testing::IsOk;
using ::ladder::testing::ParseExpected;
using ::ladder::testing::StatusIs;

v1::Submission Parse(const std::string& text) {
  v1::Submission submission;
  EXPECT_TRUE(ParseExpected(text, &submission));
  return submission;
}

v1::Submission Sample() {
  return Parse(R"pb(
    quiz: "quizzes/mood"
    parent: "clinics/north/clients/c-1"
    answers { item: "a" option: "often" }
    answers {
      item: "b"
      options { option: "x" option: "y" option: "x" }
    }
    answers { item: "c" number: "7" }
    context { key: "sex" value: "female" }
    context { key: "age" value: "34" }
  )pb");
}

TEST(SameSubmissionTest, TheOrderOfAnswersAndOfOptionsSaysNothing) {
  v1::Submission other = Sample();
  std::reverse(other.mutable_answers()->begin(), other.mutable_answers()->end());
  other.mutable_answers(1)->mutable_options()->mutable_option()->SwapElements(0, 1);
  EXPECT_TRUE(SameSubmission(Sample(), other));
  EXPECT_TRUE(SameSubmission(other, Sample()));
}

TEST(SameSubmissionTest, WhateverElseDiffersMakesAnother) {
  for (const char* change :
       {"quiz: 'quizzes/mooe'", "parent: 'clinics/north/clients/c-2'", "campaign: 'x'", "assessed_at {}",
        "context { key: 'sex' value: 'unsaid' }", "context { key: 'a' value: '' }", "answers { item: 'c' number: '7' }",
        "answers { item: 'd' }"}) {
    v1::Submission other = Sample();
    other.MergeFrom(Parse(change));
    EXPECT_FALSE(SameSubmission(Sample(), other)) << change;
  }
  v1::Submission other = Sample();
  other.mutable_answers(0)->set_option("oftem");
  EXPECT_FALSE(SameSubmission(Sample(), other));
  other = Sample();
  other.mutable_answers(2)->set_text("7");
  EXPECT_FALSE(SameSubmission(Sample(), other)) << "of the same size";
  other = Sample();
  other.mutable_answers(1)->mutable_options()->set_option(0, "y");
  EXPECT_FALSE(SameSubmission(Sample(), other)) << "x, y, x is not y, y, x";
}

TEST(SameSubmissionTest, AnAnswerCountsAsOftenAsItIsThere) {
  const v1::Submission twice = Parse("answers { item: 'a' } answers { item: 'a' } answers { item: 'b' }");
  const v1::Submission other = Parse("answers { item: 'a' } answers { item: 'b' } answers { item: 'b' }");
  EXPECT_FALSE(SameSubmission(twice, other));
}

TEST(SameSubmissionTest, TensOfThousandsOfAnswersAreComparedInNoTime) {
  // Each compared with each other, as they once were, these took hours.
  for (const int distinct : {1, 7, 100'000}) {
    v1::Submission one;
    for (int i = 0; i < 100'000; ++i) one.add_answers()->set_item(absl::StrCat("item-", i % distinct));
    v1::Submission other = one;
    std::reverse(other.mutable_answers()->begin(), other.mutable_answers()->end());
    EXPECT_TRUE(SameSubmission(one, other));
    other.mutable_answers(50'000)->set_item("item-x");
    EXPECT_FALSE(SameSubmission(one, other));
  }
  v1::Submission one;
  for (int i = 0; i < 100'000; ++i) one.add_answers()->mutable_options()->add_option("x");
  for (int i = 0; i < 100'000; ++i) one.mutable_answers(0)->mutable_options()->add_option(absl::StrCat(i % 3));
  v1::Submission other = one;
  std::reverse(other.mutable_answers(0)->mutable_options()->mutable_option()->begin(),
               other.mutable_answers(0)->mutable_options()->mutable_option()->end());
  EXPECT_TRUE(SameSubmission(one, other));
}

AssessmentRow RowOf(const v1::Submission& submission) {
  AssessmentRow row;
  row.clinic = "north";
  row.client = "c-1";
  row.id = "id-1";
  row.request_id = "r-1";
  row.submission = StableBytes(submission);
  return row;
}

TEST(EarlierRequestTest, TellsTheSameContentWhatWasRecordedAndAllElseThatItIsReused) {
  UnusableRows unusable;
  EarlierRequest earlier(RowOf(Sample()), unusable);
  for (int i = 0; i < 2; ++i) {
    v1::Submission retry = Sample();
    if (i == 1) retry.mutable_answers()->SwapElements(0, 2);
    const absl::StatusOr<v1::Assessment> assessment = earlier.AnswerTo(retry);
    ASSERT_THAT(assessment, IsOk());
    EXPECT_EQ(assessment->name(), "clinics/north/clients/c-1/assessments/id-1");
    EXPECT_THAT(assessment->submission(), EqualsProto(Sample()));
  }
  v1::Submission longer = Sample();
  longer.set_campaign("spring");
  v1::Submission of_the_same_size = Sample();
  of_the_same_size.mutable_answers(2)->set_number("8");
  for (const v1::Submission& other : {longer, of_the_same_size}) {
    const absl::Status status = earlier.AnswerTo(other).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kAlreadyExists));
    EXPECT_EQ(ReasonOf(status), kRequestIdReused);
  }
}

TEST(EarlierRequestTest, ARowIsNotReadForASubmissionOfAnotherSize) {
  AssessmentRow row = RowOf(Sample());
  row.submission = std::string(1'000'000, '\xff');
  UnusableRows unusable;
  EarlierRequest earlier(row, unusable);
  EXPECT_EQ(ReasonOf(earlier.AnswerTo(Sample()).status()), kRequestIdReused) << "its bytes would be a fault";
}

}  // namespace
}  // namespace ladder::records
