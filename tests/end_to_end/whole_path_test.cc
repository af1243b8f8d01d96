// The whole path through the real binaries: an operator publishes, a platform asks, scores and records, a clinician
// sees progress; and what a platform may do wrong.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>

#include "absl/time/clock.h"
#include "ladder/records/v1/assessment_service.grpc.pb.h"
#include "ladder/records/v1/quiz_service.grpc.pb.h"
#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/grpc_status.h"
#include "tests/end_to_end/deployment.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {
namespace {

using scoring::v1::ScoreRequest;
using scoring::v1::ScoreResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class WholePathTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ladder_ = std::make_unique<Deployment>();
    ladder_->PublishShipped("ladder-of-healing");
    ladder_->PublishShipped("phq-9");
  }
  static void TearDownTestSuite() { ladder_.reset(); }

  WholePathTest()
      : scoring_(scoring::v1::ScoringService::NewStub(ladder_->ScoringChannel())),
        assessments_(records::v1::AssessmentService::NewStub(ladder_->RecordsChannel())),
        quizzes_(records::v1::QuizService::NewStub(ladder_->RecordsChannel())) {}

  grpc::Status Score(const ScoreRequest& request, ScoreResponse* response) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
    response->Clear();
    return scoring_->Score(&context, request, response);
  }

  static std::vector<std::string> ViolatedFields(const grpc::Status& status) {
    std::vector<std::string> fields;
    for (const FieldViolation& violation : ViolationsOf(FromGrpcStatus(status))) fields.push_back(violation.field);
    return fields;
  }

  static std::unique_ptr<Deployment> ladder_;
  const std::unique_ptr<scoring::v1::ScoringService::Stub> scoring_;
  const std::unique_ptr<records::v1::AssessmentService::Stub> assessments_;
  const std::unique_ptr<records::v1::QuizService::Stub> quizzes_;
};

std::unique_ptr<Deployment> WholePathTest::ladder_;

ScoreRequest Recorded(const std::string& client, const std::string& request_id) {
  ScoreRequest request = SampleRequest();
  request.mutable_record()->set_parent("clinics/north/clients/" + client);
  request.mutable_record()->set_request_id(request_id);
  return request;
}

TEST_F(WholePathTest, ScoresRecordsAndShowsProgress) {
  ScoreRequest request = Recorded("path", "path-1");
  request.mutable_record()->mutable_assessed_at()->set_seconds(1'770'000'000);
  ScoreResponse response;
  ASSERT_TRUE(Score(request, &response).ok());
  EXPECT_EQ(response.result().quiz_version(), "quizzes/ladder-of-healing/versions/1");
  EXPECT_EQ(response.result().stage().bounce_point().decimal(), "40.0");
  EXPECT_EQ(response.result().stage().stage(), "bouncy_ball");
  EXPECT_TRUE(response.result().completeness().complete());
  EXPECT_THAT(response.result().alerts(), IsEmpty());
  EXPECT_FALSE(response.result().guidance().professional_text().empty());

  // An older one arrives late: it stands first.
  ScoreRequest older = Recorded("path", "path-0");
  older.mutable_record()->mutable_assessed_at()->set_seconds(1'760'000'000);
  for (auto& answer : *older.mutable_answers()) {
    if (answer.item() == "mood" || answer.item() == "triggered") answer.set_option("always");
  }
  ASSERT_TRUE(Score(older, &response).ok());

  grpc::ClientContext context;
  records::v1::GetProgressRequest get;
  get.set_parent("clinics/north/clients/path");
  get.set_quiz("quizzes/ladder-of-healing");
  records::v1::Progress progress;
  const grpc::Status status = assessments_->GetProgress(&context, get, &progress);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(progress.points_size(), 2);
  EXPECT_EQ(progress.points(0).assess_time().seconds(), 1'760'000'000);
  EXPECT_EQ(progress.points(1).stage().bounce_point().decimal(), "40.0");
  EXPECT_EQ(progress.rungs_size(), 5);
  EXPECT_EQ(progress.path_size(), 2);
  EXPECT_EQ(progress.rung_times_size(), 5);
  const std::string printed = ladder_->Ladderctl({"progress", "path", "--clinic", "north"});
  EXPECT_THAT(printed, HasSubstr("Glitter Ball"));
  EXPECT_THAT(printed, HasSubstr("115 d 17 h")) << "from the first to the second";
}

TEST_F(WholePathTest, ShowsWhatADraftWouldChangeBeforeItIsActivated) {
  ScoreRequest request = Recorded("compare", "compare-1");
  request.mutable_record()->set_parent("clinics/compared/clients/c");
  ScoreResponse response;
  ASSERT_TRUE(Score(request, &response).ok());
  int exit_code = -1;
  const std::string same =
      ladder_->Ladderctl({"quiz", "compare", "ladder-of-healing", "--under", "1", "--clinic", "compared"}, &exit_code);
  EXPECT_EQ(exit_code, 0) << same;
  EXPECT_THAT(same, HasSubstr("1 compared, 0 not accepted"));
  EXPECT_THAT(same, ::testing::ContainsRegex("bouncy_ball +bouncy_ball +1"));
  const std::string json = ladder_->Ladderctl(
      {"--output", "json", "quiz", "compare", "ladder-of-healing", "--clinic", "compared"}, &exit_code);
  EXPECT_EQ(exit_code, 0) << json;
  EXPECT_THAT(json, HasSubstr("quizzes/ladder-of-healing/draft"));
}

TEST_F(WholePathTest, GivesTheFirstResultToARetryAndRefusesOtherContentUnderTheSameId) {
  ScoreResponse first;
  ScoreResponse again;
  const ScoreRequest request = Recorded("retry", "retry-1");
  ASSERT_TRUE(Score(request, &first).ok());
  ASSERT_TRUE(Score(request, &again).ok());
  EXPECT_TRUE(again.replayed());
  EXPECT_EQ(again.assessment(), first.assessment());
  EXPECT_EQ(again.result().SerializeAsString(), first.result().SerializeAsString());

  ScoreRequest other = request;
  other.mutable_answers(0)->set_option("never");
  const grpc::Status refused = Score(other, &again);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonOf(FromGrpcStatus(refused)), "REQUEST_ID_REUSED");
}

TEST_F(WholePathTest, AsksItemsInOrderAndSaysHowFarThePersonIs) {
  grpc::ClientContext context;
  scoring::v1::NextItemsRequest request;
  request.set_quiz("quizzes/ladder-of-healing");
  request.set_locale("de");
  request.set_max_items(1);
  *request.mutable_answers()->Add() = SampleRequest().answers(0);
  scoring::v1::NextItemsResponse response;
  ASSERT_TRUE(scoring_->NextItems(&context, request, &response).ok());
  ASSERT_EQ(response.items_size(), 1);
  EXPECT_EQ(response.items(0).item(), "triggered");
  EXPECT_THAT(response.items(0).text(), HasSubstr("Kleinigkeit"));
  EXPECT_EQ(response.progress().answered(), 1u);
  EXPECT_EQ(response.progress().to_ask(), 9u);
}

TEST_F(WholePathTest, RendersAFormWithItsRungs) {
  grpc::ClientContext context;
  scoring::v1::GetFormRequest request;
  request.set_quiz("quizzes/ladder-of-healing");
  scoring::v1::Form form;
  ASSERT_TRUE(scoring_->GetForm(&context, request, &form).ok());
  EXPECT_EQ(form.items_size(), 10);
  EXPECT_EQ(form.rungs_size(), 5);
  EXPECT_THAT(form.locales(), ElementsAre("de", "en"));
}

TEST_F(WholePathTest, RaisesTheAlertFirstWhateverTheScoreIs) {
  ScoreRequest request = SampleRequest();
  request.clear_record();
  for (auto& answer : *request.mutable_answers()) {
    if (answer.item() == "self_harm") answer.set_option("rarely");
  }
  ScoreResponse response;
  ASSERT_TRUE(Score(request, &response).ok());
  ASSERT_EQ(response.result().alerts_size(), 1);
  EXPECT_EQ(response.result().alerts(0).state(), quiz::v1::AlertResult::STATE_RAISED);
}

TEST_F(WholePathTest, NamesEveryWrongAnswerInOneReply) {
  ScoreRequest request = SampleRequest();
  request.mutable_answers(0)->set_option("maybe");
  *request.add_answers() = request.answers(1);
  request.add_answers()->set_item("moon");
  (*request.mutable_context())["shoe_size"] = "42";
  request.mutable_record()->clear_request_id();
  ScoreResponse response;
  const grpc::Status status = Score(request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(ViolatedFields(status), ::testing::IsSupersetOf({"answers[0].option", "answers[10].item",
                                                               "answers[11].item", "context[\"shoe_size\"]"}));
}

TEST_F(WholePathTest, KnowsNoSuchQuizAndNoSuchVersion) {
  ScoreRequest request = SampleRequest();
  request.clear_record();
  ScoreResponse response;
  for (const char* quiz : {"quizzes/no-such-quiz", "quizzes/ladder-of-healing/versions/99"}) {
    request.set_quiz(quiz);
    const grpc::Status status = Score(request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND) << quiz;
    EXPECT_THAT(status.error_message(), HasSubstr(quiz));
  }
}

TEST_F(WholePathTest, ScoresARetiredVersionOnlyWhereItIsPinned) {
  grpc::ClientContext context;
  records::v1::RetireVersionRequest retire;
  retire.set_name("quizzes/phq-9/versions/1");
  records::v1::QuizVersion retired;
  ASSERT_TRUE(quizzes_->RetireVersion(&context, retire, &retired).ok());

  ScoreRequest request;
  ScoreResponse response;
  request.set_quiz("quizzes/phq-9/versions/1");
  EXPECT_TRUE(Score(request, &response).ok());
  request.set_quiz("quizzes/phq-9");
  // The pointer in memory is renewed at the hint that records sends.
  EXPECT_TRUE(
      Eventually([&] { return Score(request, &response).error_code() == grpc::StatusCode::FAILED_PRECONDITION; }));
}

TEST_F(WholePathTest, SurvivesWhatNoClientShouldSend) {
  ScoreResponse response;
  ScoreRequest many = SampleRequest();
  many.clear_record();
  for (int i = 0; i < 10'000; ++i) many.add_answers()->set_item("x" + std::to_string(i));
  EXPECT_EQ(Score(many, &response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);

  ScoreRequest large = SampleRequest();
  large.clear_record();
  large.mutable_answers(0)->set_text(std::string(2 << 20, 'x'));
  EXPECT_EQ(Score(large, &response).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);

  ScoreRequest nul = SampleRequest();
  nul.mutable_answers(0)->set_item(std::string("mood\0", 5));
  EXPECT_EQ(Score(nul, &response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  nul = Recorded(std::string("a\0b", 3), "nul-1");
  EXPECT_EQ(Score(nul, &response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);

  ScoreRequest garbled = SampleRequest();
  garbled.mutable_answers(2)->set_option(
      "of\xff"
      "en");
  const grpc::Status refused = Score(garbled, &response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(ViolatedFields(refused), ElementsAre("answers[2].option"));

  ScoreRequest sound = SampleRequest();
  sound.clear_record();
  EXPECT_TRUE(Score(sound, &response).ok());
}

TEST_F(WholePathTest, ImportsAFileAndRepeatsItWithoutDoubling) {
  TempDir folder;
  std::string csv = "client,mood,triggered,prickly,daily_life,recovery\n";
  for (int i = 0; i < 500; ++i) csv += "import-" + std::to_string(i % 50) + ",often,often,rarely,never,same_day\n";
  csv += "import-bad,often,often,rarely,never,whenever\n";
  const std::string path = folder.Write("rows.csv", csv);
  int exit_code = -1;
  EXPECT_THAT(ladder_->Ladderctl({"assessments", "import", path, "--clinic", "south"}, &exit_code),
              ::testing::AllOf(HasSubstr("500 recorded, 0 recorded before, 1 failed"), HasSubstr("answers[4].option")));
  EXPECT_EQ(exit_code, 4);
  EXPECT_THAT(ladder_->Ladderctl({"assessments", "import", path, "--clinic", "south"}, &exit_code),
              HasSubstr("0 recorded, 500 recorded before, 1 failed"));
}

TEST_F(WholePathTest, PublishingAgainChangesNothing) {
  const std::string first = ladder_->Ladderctl(
      {"--output", "json", "quiz", "publish", "--activate", "records-service/quizzes/ladder-of-healing.textproto"});
  const std::string second = ladder_->Ladderctl(
      {"--output", "json", "quiz", "publish", "--activate", "records-service/quizzes/ladder-of-healing.textproto"});
  EXPECT_THAT(first, HasSubstr("quizzes/ladder-of-healing/versions/1"));
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace ladder::testing
