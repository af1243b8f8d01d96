// Goal: no single request, and nothing that an older release took into the store, ends a service or fills its memory.
// Method: the real binaries over a store that holds what release 079ed5b took. Each kind of ../shared/attack-found.md
// (A1 to A3, B3, B7 and `explain` of C) is asked for, and a polite caller is served beside it or after it.

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "ladder/records/v1/assessment_service.grpc.pb.h"
#include "ladder/records/v1/quiz_service.grpc.pb.h"
#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "libs/chassis/channel.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/grpc_status.h"
#include "tests/end_to_end/deployment.h"
#include "tests/end_to_end/earlier_store.h"
#include "tests/quiz/costly_quizzes.h"
#include "tests/testing/free_port.h"
#include "tests/testing/tcp_client.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr absl::Duration kSlowestScore = absl::Seconds(1);
constexpr int kMostMebibytes = 250;
// 2^256 - 1: the largest numerator that there is.
constexpr char kHuge[] = "115792089237316195423570985008687907853269984665640564039457584007913129639935";

quiz::v1::QuizDefinition QuizOf(const std::string& id, const std::string& items_and_scales) {
  quiz::v1::QuizDefinition definition;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      absl::StrCat("id: '", id, "' title { by_locale { key: 'en' value: 'Odd' } } ",
                   "provenance { source: 'Made for a test' licence: 'None needed' who_may_use: 'Anyone' } ",
                   items_and_scales),
      &definition));
  return definition;
}

// Its changes can be judged.
quiz::v1::QuizDefinition JudgedQuiz() {
  return QuizOf("judged",
                "items { id: 'a' text { by_locale { key: 'en' value: 'A?' } } number { min: '0' max: '100' } } "
                "scales { id: 's' title { by_locale { key: 'en' value: 'S' } } formula: 'a' "
                "direction: DIRECTION_LOWER_IS_BETTER } "
                "norms { scale: 's' sd: '2' reliability: '0.9' source: 'Made for a test' }");
}

// Whether an answer lies on a step takes its quotient by the step, which needs more than 256 bits.
quiz::v1::QuizDefinition LongStepQuiz() {
  return QuizOf("long-step",
                absl::StrCat("items { id: 'a' text { by_locale { key: 'en' value: 'A?' } } number { min: '0' max: '1",
                             std::string(39, '0'), "' step: '0.", std::string(39, '0'),
                             "3' } } scales { id: 's' title { by_locale { key: 'en' value: 'S' } } formula: 'a' }"));
}

quiz::v1::QuizDefinition Named(const std::string& id, quiz::v1::QuizDefinition definition) {
  definition.set_id(id);
  return definition;
}

records::v1::CreateAssessmentRequest ForgedRequest(const std::string& request_id, const std::string& numerator) {
  records::v1::CreateAssessmentRequest request;
  request.set_request_id(request_id);
  request.mutable_submission()->set_quiz("quizzes/judged");
  request.mutable_submission()->set_parent("clinics/north/clients/forged");
  quiz::v1::Answer& answer = *request.mutable_submission()->add_answers();
  answer.set_item("a");
  answer.set_number("7");
  request.mutable_result()->set_quiz_version("quizzes/judged/versions/1");
  quiz::v1::ScaleResult& scale = *request.mutable_result()->add_scales();
  scale.set_scale("s");
  scale.mutable_value()->mutable_exact()->set_numerator(numerator);
  scale.mutable_value()->mutable_exact()->set_denominator("1");
  return request;
}

void Prepare(const std::string& data_dir) {
  EarlierStore store(data_dir);
  store.Publish(JudgedQuiz());
  store.Publish(LongStepQuiz());
  store.Publish(Named("partial", quiz::SlowPartial(/*scales=*/10, /*terms=*/500)));
  store.Publish(Named("explained", quiz::ManyMembers(/*scales=*/300, /*items=*/400)));
  store.Record("north", "forged", ForgedRequest("first", kHuge));
  store.Record("north", "forged", ForgedRequest("second", absl::StrCat("-", kHuge)));
}

class SingleRequestsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    metrics_port_ = FreePort();
    ladder_ = std::make_unique<Deployment>(DeploymentOptions{
        .scoring_environment = {absl::StrCat("LADDER_SCORING_METRICS_LISTEN=127.0.0.1:", metrics_port_)},
        .prepare = Prepare});
    ladder_->PublishShipped("ladder-of-healing");
  }
  static void TearDownTestSuite() { ladder_.reset(); }

  SingleRequestsTest()
      : scoring_(scoring::v1::ScoringService::NewStub(ladder_->ScoringChannel())),
        assessments_(records::v1::AssessmentService::NewStub(ladder_->RecordsChannel())),
        quizzes_(records::v1::QuizService::NewStub(ladder_->RecordsChannel())) {
    RecordPolitely();
  }
  // Both services go on, in little memory.
  ~SingleRequestsTest() override {
    EXPECT_LT(RecordPolitely(), kSlowestScore);
    EXPECT_TRUE(ladder_->scoring(0).IsServing());
    EXPECT_TRUE(ladder_->records().IsServing());
    EXPECT_LT(ladder_->scoring(0).PeakMebibytes(), kMostMebibytes);
    EXPECT_LT(ladder_->records().PeakMebibytes(), kMostMebibytes);
  }

  absl::StatusOr<scoring::v1::ScoreResponse> Score(const scoring::v1::ScoreRequest& request) {
    grpc::ClientContext context;
    SetTimeout(context, absl::Seconds(20));
    scoring::v1::ScoreResponse response;
    const absl::Status status = FromGrpcStatus(scoring_->Score(&context, request, &response));
    if (!status.ok()) return status;
    return response;
  }

  // How long a recorded Score takes that succeeds.
  absl::Duration RecordPolitely() {
    scoring::v1::ScoreRequest request = SampleRequest();
    request.mutable_record()->set_parent("clinics/north/clients/polite");
    request.mutable_record()->set_request_id(absl::StrCat("polite-", absl::ToUnixNanos(absl::Now())));
    const Stopwatch watch;
    const absl::Status status = Score(request).status();
    EXPECT_TRUE(status.ok()) << status;
    return watch.Elapsed();
  }

  static int metrics_port_;
  static std::unique_ptr<Deployment> ladder_;
  const std::unique_ptr<scoring::v1::ScoringService::Stub> scoring_;
  const std::unique_ptr<records::v1::AssessmentService::Stub> assessments_;
  const std::unique_ptr<records::v1::QuizService::Stub> quizzes_;
};

int SingleRequestsTest::metrics_port_;
std::unique_ptr<Deployment> SingleRequestsTest::ladder_;

TEST_F(SingleRequestsTest, ProgressOfForgedNumbersSaysThatItCannotBeAssessed) {
  records::v1::GetProgressRequest request;
  request.set_parent("clinics/north/clients/forged");
  request.set_quiz("quizzes/judged");
  grpc::ClientContext context;
  SetTimeout(context, absl::Seconds(20));
  records::v1::Progress progress;
  const absl::Status status = FromGrpcStatus(assessments_->GetProgress(&context, request, &progress));
  ASSERT_TRUE(status.ok()) << status;
  ASSERT_EQ(progress.changes_size(), 2) << "since the first and since the one before";
  for (const records::v1::ScaleChange& change : progress.changes()) {
    EXPECT_EQ(change.reason(), records::v1::ScaleChange::REASON_OUT_OF_RANGE);
  }
}

TEST_F(SingleRequestsTest, AForgedResultIsRefusedByItsPath) {
  grpc::ClientContext context;
  SetTimeout(context, absl::Seconds(20));
  records::v1::CreateAssessmentResponse response;
  const absl::Status status =
      FromGrpcStatus(assessments_->CreateAssessment(&context, ForgedRequest("third", kHuge), &response));
  ASSERT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(ViolationsOf(status).front().field, StartsWith("result."));
}

TEST_F(SingleRequestsTest, AVersionWhoseStepMakesNumbersTooLongIsRefusedAtUse) {
  scoring::v1::ScoreRequest request;
  request.set_quiz("quizzes/long-step/versions/1");
  quiz::v1::Answer& answer = *request.add_answers();
  answer.set_item("a");
  answer.set_number(std::string(39, '7'));
  EXPECT_EQ(ReasonOf(Score(request).status()), "QUIZ_BEYOND_LIMITS");
}

TEST_F(SingleRequestsTest, AnAnswerOfManyDigitsIsRefusedByItsPath) {
  scoring::v1::ScoreRequest request;
  request.set_quiz("quizzes/judged/versions/1");
  quiz::v1::Answer& answer = *request.add_answers();
  answer.set_item("a");
  for (const std::string& number : {std::string(39, '7'), absl::StrCat("0.", std::string(39, '3'), "1")}) {
    answer.set_number(number);
    const absl::Status status = Score(request).status();
    ASSERT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(ViolationsOf(status).front().field, "answers[0].number");
  }
}

TEST_F(SingleRequestsTest, ADefinitionThatMultipliesIsRefusedByItsLimit) {
  records::v1::ValidateDefinitionRequest request;
  *request.mutable_definition() = quiz::ManyNamedValues(/*items=*/300, /*options=*/150, /*names=*/150);
  grpc::ClientContext context;
  SetTimeout(context, absl::Seconds(20));
  records::v1::ValidateDefinitionResponse response;
  const absl::Status status = FromGrpcStatus(quizzes_->ValidateDefinition(&context, request, &response));
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_GT(response.faults_size(), 0);
}

TEST_F(SingleRequestsTest, AVersionThatPassesALimitIsRefusedAtUse) {
  scoring::v1::ScoreRequest request;
  request.set_quiz("quizzes/explained/versions/1");
  request.set_explain(true);
  const absl::Status status = Score(request).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_EQ(ReasonOf(status), "QUIZ_BEYOND_LIMITS");
}

TEST_F(SingleRequestsTest, PartialAnswersOfACostlyQuizHoldUpNobody) {
  scoring::v1::ScoreRequest request;
  request.set_quiz("quizzes/partial/versions/1");
  request.set_partial(true);
  quiz::v1::Answer& answer = *request.add_answers();
  answer.set_item("q0");
  answer.set_number("3");
  std::atomic<bool> leaving = false;
  std::atomic<int> answered = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 16; ++i) {
    callers.emplace_back([&] {
      while (!leaving) answered += Score(request).ok() ? 1 : 0;
    });
  }
  EXPECT_TRUE(Eventually([&] { return answered > 0; }));
  const Stopwatch watch;
  while (watch.Elapsed() < absl::Seconds(3)) {
    EXPECT_LT(RecordPolitely(), kSlowestScore);
    EXPECT_TRUE(ladder_->scoring(0).IsServing());
  }
  leaving = true;
  for (std::thread& caller : callers) caller.join();
}

TEST_F(SingleRequestsTest, HalfSentRequestsDoNotBlockTheMetrics) {
  std::vector<std::unique_ptr<TcpClient>> half_sent;
  for (int i = 0; i < 16; ++i) {
    half_sent.push_back(std::make_unique<TcpClient>(metrics_port_));
    half_sent.back()->Send("GET /metrics HT");
  }
  const Stopwatch watch;
  const std::string metrics =
      TcpClient(metrics_port_).Ask("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_LT(watch.Elapsed(), absl::Seconds(1));
  EXPECT_THAT(metrics, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(metrics, HasSubstr("ladder_records_reachable 1"));
}

}  // namespace
}  // namespace ladder::testing
