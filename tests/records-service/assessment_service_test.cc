// AssessmentService through gRPC, over a store in memory.

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/grpc_status.h"
#include "libs/chassis/timestamp.h"
#include "records-service/submission.h"
#include "tests/records-service/running_records.h"
#include "tests/records-service/score_request.h"
#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records {
namespace {

using ::ladder::testing::EqualsProto;
using ::ladder::testing::IsOk;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::MatchesRegex;

class AssessmentServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto first = records_.Publish(MoodQuiz("first"));
    ASSERT_THAT(first, IsOk());
    digest_of_first_ = first->digest();
    ASSERT_THAT(records_.Publish(MoodQuiz("second")), IsOk());
  }

  v1::Assessment Record(const v1::CreateAssessmentRequest& request) {
    const auto response = records_.Call(request);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? response->assessment() : v1::Assessment();
  }
  v1::ListAssessmentsRequest ListRequest() {
    v1::ListAssessmentsRequest request;
    request.set_parent("clinics/north/clients/c-1");
    return request;
  }

  RunningRecords records_;
  std::string digest_of_first_;
};

TEST_F(AssessmentServiceTest, WhatIsRecordedIsReadBackAsItWasSent) {
  v1::CreateAssessmentRequest request = MoodRequest("r-1", 1, 7);
  request.mutable_submission()->set_campaign("spring");
  request.mutable_result()->set_digest(digest_of_first_);
  const auto response = records_.Call(request);
  ASSERT_THAT(response, IsOk());
  EXPECT_FALSE(response->replayed());
  const v1::Assessment& recorded = response->assessment();
  EXPECT_THAT(recorded.name(), MatchesRegex("clinics/north/clients/c-1/assessments/"
                                            "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_THAT(recorded.submission(), EqualsProto(request.submission()));
  EXPECT_THAT(recorded.result(), EqualsProto(request.result()));
  EXPECT_EQ(recorded.request_id(), "r-1");
  EXPECT_THAT(recorded.create_time(), EqualsProto(ToTimestamp(records_.clock().Now())));
  EXPECT_THAT(recorded.assess_time(), EqualsProto(recorded.create_time()));

  v1::GetAssessmentRequest get;
  get.set_name(recorded.name());
  EXPECT_THAT(*records_.Call(get), EqualsProto(recorded));
  EXPECT_THAT(records_.Call(ListRequest())->assessments(), ElementsAre(EqualsProto(recorded)));
  v1::FindRecordedRequest find;
  find.set_request_id("r-1");
  *find.mutable_submission() = request.submission();
  EXPECT_THAT(*records_.Call(find), EqualsProto(recorded));
}

TEST_F(AssessmentServiceTest, ARetryGivesTheFirstResultWhateverScoringSaysToday) {
  v1::CreateAssessmentRequest request = MoodRequest("r-1", 1, 7);
  quiz::v1::Answer* more = request.mutable_submission()->add_answers();
  more->set_item("signs_seen");
  more->mutable_options()->add_option("a");
  more->mutable_options()->add_option("b");
  ScoreRequest(MoodQuiz("first"), 1, request);
  const v1::Assessment first = Record(request);
  records_.clock().Advance(absl::Hours(1));

  v1::CreateAssessmentRequest retry = request;
  retry.mutable_submission()->mutable_answers()->SwapElements(0, 1);
  retry.mutable_submission()->mutable_answers(0)->mutable_options()->mutable_option()->SwapElements(0, 1);
  *retry.mutable_result() = MoodRequest("another", 2, 9).result();
  const auto replayed = records_.Call(retry);
  ASSERT_THAT(replayed, IsOk());
  EXPECT_TRUE(replayed->replayed());
  EXPECT_THAT(replayed->assessment(), EqualsProto(first));
}

TEST_F(AssessmentServiceTest, TheSameRequestIdWithOtherContentIsRefused) {
  const v1::CreateAssessmentRequest request = MoodRequest("r-1", 1, 7);
  Record(request);
  std::vector<v1::CreateAssessmentRequest> others(6, request);
  others[0].mutable_submission()->set_quiz("quizzes/mood/versions/1");
  others[1].mutable_submission()->mutable_answers(0)->set_number("7.0");
  (*others[2].mutable_submission()->mutable_context())["age"] = "34";
  others[3].mutable_submission()->set_parent("clinics/north/clients/c-2");
  others[4].mutable_submission()->set_campaign("spring");
  *others[5].mutable_submission()->mutable_assessed_at() = ToTimestamp(records_.clock().Now());
  for (std::size_t i = 0; i < others.size(); ++i) {
    const absl::Status status = records_.Call(others[i]).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kAlreadyExists)) << i;
    EXPECT_EQ(ReasonOf(status), kRequestIdReused) << i;
    v1::FindRecordedRequest find;
    find.set_request_id("r-1");
    *find.mutable_submission() = others[i].submission();
    EXPECT_EQ(ReasonOf(records_.Call(find).status()), kRequestIdReused) << i;
  }
}

TEST_F(AssessmentServiceTest, AnErasedClientIsGoneAndReplaysAreRefusedAndLaterAssessmentsAccepted) {
  const v1::CreateAssessmentRequest request = MoodRequest("r-1", 1, 7);
  const v1::Assessment recorded = Record(request);
  records_.clock().Advance(absl::Hours(1));
  v1::EraseClientRequest erase;
  erase.set_name("clinics/north/clients/c-1");
  const auto erased = records_.Call(erase);
  ASSERT_THAT(erased, IsOk());
  EXPECT_EQ(erased->name(), erase.name());
  EXPECT_EQ(erased->removed_count(), 1);
  EXPECT_THAT(erased->erase_time(), EqualsProto(ToTimestamp(records_.clock().Now())));

  v1::GetAssessmentRequest get;
  get.set_name(recorded.name());
  EXPECT_THAT(records_.Call(get), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(records_.Call(ListRequest())->assessments_size(), 0);
  const absl::Status replayed = records_.Call(request).status();
  EXPECT_THAT(replayed, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(replayed), kErased);
  v1::FindRecordedRequest find;
  find.set_request_id("r-1");
  *find.mutable_submission() = request.submission();
  EXPECT_EQ(ReasonOf(records_.Call(find).status()), kErased);
  v1::CreateAssessmentRequest unscored = request;
  unscored.mutable_result()->set_quiz_version("quizzes/mood/versions/99");
  EXPECT_EQ(ReasonOf(records_.Call(unscored).status()), kErased) << "whatever comes with it now";

  v1::BatchCreateAssessmentsRequest batch;
  v1::CreateAssessmentRequest older = MoodRequest("r-2", 1, 7);
  *older.mutable_submission()->mutable_assessed_at() = ToTimestamp(records_.clock().Now() - absl::Minutes(30));
  *batch.add_requests() = older;
  *batch.add_requests() = MoodRequest("r-3", 1, 7);
  const auto outcomes = records_.Call(batch);
  ASSERT_THAT(outcomes, IsOk());
  EXPECT_EQ(outcomes->outcomes(0).error().code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(outcomes->outcomes(1).response().assessment().request_id(), "r-3");
  EXPECT_EQ(records_.Call(ListRequest())->assessments_size(), 1);
}

TEST_F(AssessmentServiceTest, AnExportHoldsTheAssessmentWithWhatIsCountedOfIt) {
  const v1::Assessment recorded = Record(MoodRequest("r-1", 1, 12));
  v1::ExportClientRequest request;
  request.set_name("clinics/north/clients/c-1");
  const auto page = records_.Call(request);
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->next_page_token(), "");
  v1::ExportRecord record;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(page->json_lines(), &record).ok()) << page->json_lines();
  EXPECT_THAT(record.assessment().assessment(), EqualsProto(recorded));
  EXPECT_EQ(record.assessment().series(), "mood/1");
  EXPECT_EQ(record.assessment().outcome().fields().at("stage").string_value(), "heavy");
  EXPECT_NE(record.assessment().cohort(), "");
  request.set_name("clinics/north/clients/c-2");
  EXPECT_EQ(records_.Call(request)->json_lines(), "");
}

TEST_F(AssessmentServiceTest, AnAbsentTimeIsNotTheSameAsTheEpoch) {
  v1::Submission absent = MoodRequest("r-1", 1, 7).submission();
  v1::Submission epoch = absent;
  epoch.mutable_assessed_at();
  EXPECT_FALSE(SameSubmission(absent, epoch));
  EXPECT_TRUE(SameSubmission(epoch, epoch));
}

TEST_F(AssessmentServiceTest, WhatWasNeverRecordedIsNotFound) {
  v1::FindRecordedRequest find;
  find.set_request_id("r-1");
  *find.mutable_submission() = MoodRequest("r-1", 1, 7).submission();
  EXPECT_THAT(records_.Call(find), StatusIs(absl::StatusCode::kNotFound));
  v1::GetAssessmentRequest get;
  get.set_name("clinics/north/clients/c-1/assessments/none");
  EXPECT_THAT(records_.Call(get), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(AssessmentServiceTest, EveryFaultComesWithItsPath) {
  EXPECT_THAT(
      FieldsOf(records_.Call(v1::CreateAssessmentRequest()).status()),
      ElementsAre("submission", "result", "submission.quiz", "submission.parent", "request_id", "result.quiz_version"));
  v1::CreateAssessmentRequest request = MoodRequest("has a space", 1, 7);
  request.mutable_submission()->set_parent("clinics/north/clients/");
  request.mutable_submission()->set_campaign("-other");
  request.mutable_submission()->mutable_assessed_at()->set_nanos(-1);
  request.mutable_result()->set_quiz_version("quizzes/sleep/versions/1");
  EXPECT_THAT(FieldsOf(records_.Call(request).status()),
              ElementsAre("submission.parent", "submission.campaign", "submission.assessed_at", "request_id",
                          "result.quiz_version"));
  v1::CreateAssessmentRequest pinned = MoodRequest("r", 2, 7);
  pinned.mutable_submission()->set_quiz("quizzes/mood/versions/1");
  EXPECT_THAT(FieldsOf(records_.Call(pinned).status()), ElementsAre("result.quiz_version"));
  EXPECT_THAT(FieldsOf(records_.Call(v1::BatchCreateAssessmentsRequest()).status()), ElementsAre("requests"));
  EXPECT_THAT(FieldsOf(records_.Call(v1::GetAssessmentRequest()).status()), ElementsAre("name"));
}

TEST_F(AssessmentServiceTest, WhatDoesNotBelongToTheVersionThatScoredIsRefusedAndTheOthersAreWritten) {
  v1::BatchCreateAssessmentsRequest batch;
  *batch.add_requests() = MoodRequest("unpublished", 9, 1);
  *batch.add_requests() = MoodRequest("fits", 1, 1);
  *batch.add_requests() = MoodRequest("another-stage", 1, 1);
  batch.mutable_requests(2)->mutable_result()->mutable_stage()->set_stage("floating");
  const auto outcomes = records_.Call(batch);
  ASSERT_THAT(outcomes, IsOk());
  EXPECT_EQ(outcomes->outcomes(0).error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(outcomes->outcomes(0).error().message(), ::testing::HasSubstr("result.quiz_version"));
  EXPECT_TRUE(outcomes->outcomes(1).has_response());
  EXPECT_EQ(outcomes->outcomes(2).error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(outcomes->outcomes(2).error().message(), ::testing::HasSubstr("result.stage"));
}

TEST_F(AssessmentServiceTest, AnAssessmentMayBeFiveMinutesAheadAndNotMore) {
  v1::CreateAssessmentRequest request = MoodRequest("r-1", 1, 7);
  *request.mutable_submission()->mutable_assessed_at() = ToTimestamp(records_.clock().Now() + absl::Minutes(5));
  EXPECT_THAT(Record(request).assess_time(), EqualsProto(request.submission().assessed_at()));
  request.set_request_id("r-2");
  *request.mutable_submission()->mutable_assessed_at() =
      ToTimestamp(records_.clock().Now() + absl::Minutes(5) + absl::Nanoseconds(1));
  EXPECT_THAT(FieldsOf(records_.Call(request).status()), ElementsAre("submission.assessed_at"));
  *request.mutable_submission()->mutable_assessed_at() = ToTimestamp(EarliestTime() - absl::Nanoseconds(1));
  EXPECT_THAT(FieldsOf(records_.Call(request).status()), ElementsAre("submission.assessed_at"));
}

TEST_F(AssessmentServiceTest, ABatchAnswersItemByItem) {
  Record(MoodRequest("known", 1, 3));
  v1::BatchCreateAssessmentsRequest batch;
  *batch.add_requests() = MoodRequest("b", 1, 1);
  *batch.add_requests() = MoodRequest("known", 1, 3);
  *batch.add_requests() = MoodRequest("known", 1, 4);
  *batch.add_requests() = MoodRequest("a", 1, 2);
  batch.mutable_requests(3)->mutable_submission()->set_parent("nobody");
  *batch.add_requests() = MoodRequest("b", 1, 1);
  const auto response = records_.Call(batch);
  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->outcomes_size(), 5);
  EXPECT_FALSE(response->outcomes(0).response().replayed());
  EXPECT_TRUE(response->outcomes(1).response().replayed());
  EXPECT_EQ(ReasonOf(FromRpcStatus(response->outcomes(2).error())), kRequestIdReused);
  EXPECT_THAT(FieldsOf(FromRpcStatus(response->outcomes(3).error())), ElementsAre("requests[3].submission.parent"));
  EXPECT_TRUE(response->outcomes(4).response().replayed());
  EXPECT_THAT(response->outcomes(4).response().assessment(),
              EqualsProto(response->outcomes(0).response().assessment()));
}

TEST_F(AssessmentServiceTest, ABatchHoldsAtMost256) {
  v1::BatchCreateAssessmentsRequest batch;
  for (int i = 0; i < 256; ++i) *batch.add_requests() = MoodRequest(absl::StrCat("r-", i), 1, 1);
  EXPECT_THAT(records_.Call(batch), IsOk());
  *batch.add_requests() = MoodRequest("one-more", 1, 1);
  EXPECT_THAT(FieldsOf(records_.Call(batch).status()), ElementsAre("requests"));
}

TEST_F(AssessmentServiceTest, WhatTheStoreRefusesIsToldAndCanBeTriedAgain) {
  // The first call looks for the version, later ones write.
  v1::CreateAssessmentRequest request = MoodRequest("r-1", 1, 7);
  request.mutable_result()->set_digest(digest_of_first_);
  int failed = 0;
  for (int call = 1;; ++call) {
    records_.store().FailCall(call, Unavailable(kStorageFull, "no space"));
    const auto response = records_.Call(request);
    if (!records_.store().HasFailed()) {
      ASSERT_THAT(response, IsOk());
      EXPECT_FALSE(response->replayed());
      break;
    }
    ++failed;
    EXPECT_THAT(response, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_EQ(ReasonOf(response.status()), kStorageFull);
    EXPECT_TRUE(response.status().GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  }
  EXPECT_GE(failed, 1);
  records_.store().FailCall(0, absl::OkStatus());
}

TEST_F(AssessmentServiceTest, AListIsNewestFirstAndItsTokensFitOnlyItsOwnQuestion) {
  for (int i = 0; i < 5; ++i) {
    v1::CreateAssessmentRequest request = MoodRequest(absl::StrCat("r-", i), 1, i);
    *request.mutable_submission()->mutable_assessed_at() =
        ToTimestamp(records_.clock().Now() - absl::Hours(24 * ((i * 2) % 5)));
    Record(request);
  }
  v1::ListAssessmentsRequest list = ListRequest();
  list.set_page_size(2);
  std::vector<std::string> seen;
  v1::ListAssessmentsResponse page;
  do {
    list.set_page_token(page.next_page_token());
    auto next = records_.Call(list);
    ASSERT_THAT(next, IsOk());
    page = *next;
    for (const v1::Assessment& assessment : page.assessments()) seen.push_back(assessment.request_id());
  } while (!page.next_page_token().empty());
  EXPECT_THAT(seen, ElementsAre("r-0", "r-3", "r-1", "r-4", "r-2"));

  list.clear_page_token();
  list.set_page_token(records_.Call(list)->next_page_token());
  list.set_quiz("quizzes/mood");
  EXPECT_THAT(FieldsOf(records_.Call(list).status()), ElementsAre("page_token"));
  list.clear_quiz();
  list.mutable_assessed_from();
  EXPECT_THAT(FieldsOf(records_.Call(list).status()), ElementsAre("page_token"));
  list = ListRequest();
  *list.mutable_assessed_from() = ToTimestamp(records_.clock().Now() - absl::Hours(48));
  *list.mutable_assessed_before() = ToTimestamp(records_.clock().Now());
  const auto span = records_.Call(list);
  ASSERT_THAT(span, IsOk());
  ASSERT_EQ(span->assessments_size(), 2);
  EXPECT_EQ(span->assessments(0).request_id(), "r-3");
  EXPECT_EQ(span->assessments(1).request_id(), "r-1");
}

}  // namespace
}  // namespace ladder::records
