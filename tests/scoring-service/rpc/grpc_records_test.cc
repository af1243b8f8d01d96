// Goal: what the way to records does to a call is told as one proper error, and what records itself says arrives as it
// was said. Method: a real server that answers as the test says, and an address where nobody listens.

#include "scoring-service/rpc/grpc_records.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ladder/records/v1/assessment_service.grpc.pb.h"
#include "ladder/records/v1/quiz_service.grpc.pb.h"
#include "libs/chassis/channel.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/grpc_status.h"
#include "libs/chassis/random.h"
#include "tests/scoring-service/fakes/service_fixture.h"
#include "tests/testing/free_port.h"

namespace ladder::scoring {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Answers every question for a quiz with `status`, or never.
class ScriptedQuizzes final : public records::v1::QuizService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetQuiz(grpc::CallbackServerContext* context, const records::v1::GetQuizRequest* request,
                                    records::v1::Quiz* response) override {
    if (never_) return new Silent;
    response->set_name(request->name());
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToGrpcStatus(status_));
    return reactor;
  }

  void Say(absl::Status status) { status_ = std::move(status); }
  void SayNothing() { never_ = true; }

 private:
  // Ends only with its caller.
  class Silent final : public grpc::ServerUnaryReactor {
    void OnCancel() override { Finish(grpc::Status::CANCELLED); }
    void OnDone() override { delete this; }
  };

  absl::Status status_;
  bool never_ = false;
};

class ScriptedAssessments final : public records::v1::AssessmentService::CallbackService {
 public:
  grpc::ServerUnaryReactor* BatchCreateAssessments(grpc::CallbackServerContext* context,
                                                   const records::v1::BatchCreateAssessmentsRequest*,
                                                   records::v1::BatchCreateAssessmentsResponse* response) override {
    response->add_outcomes()->mutable_response()->mutable_assessment()->set_name("first");
    *response->add_outcomes()->mutable_error() = ToItemStatus(AlreadyExists("REQUEST_ID_REUSED", "other content"));
    response->add_outcomes();
    *response->add_outcomes()->mutable_error() =
        ToItemStatus(InvalidArgument({{"requests[3].submission.assessed_at", "is more than five minutes ahead"},
                                      {"requests[3].request_id", "is required"},
                                      {"requests[3].submission.quiz", "is no quiz"}}));
    *response->add_outcomes()->mutable_error() = ToItemStatus(
        InvalidArgument({{"requests[4].result.scales[0].value.exact", "is '7/1', and scoring gives '9/1'"}}));
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

class GrpcRecordsTest : public ::testing::Test {
 protected:
  GrpcRecordsTest() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&quizzes_);
    builder.RegisterService(&assessments_);
    server_ = builder.BuildAndStart();
    records_ =
        std::make_unique<GrpcRecords>(NewChannel({.target = absl::StrCat("127.0.0.1:", port_)}), &clock_, &tracer_);
  }
  ~GrpcRecordsTest() override {
    records_.reset();
    server_->Shutdown();
  }

  absl::StatusOr<records::v1::Quiz> GetQuiz() {
    Answer<records::v1::Quiz> answer;
    records_->GetQuiz("mood", answer.Callback());
    return answer.Wait();
  }

  SystemClock clock_;  // gRPC's deadlines are real.
  SeededRandom random_{1};
  Tracer tracer_{{}, &random_};
  ScriptedQuizzes quizzes_;
  ScriptedAssessments assessments_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<GrpcRecords> records_;
};

TEST_F(GrpcRecordsTest, AnAnswerArrives) { EXPECT_EQ(GetQuiz()->name(), "quizzes/mood"); }

TEST_F(GrpcRecordsTest, WhatRecordsSaysArrivesWithItsReason) {
  quizzes_.Say(NotFound("quiz", "quizzes/mood"));
  const absl::Status status = GetQuiz().status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_EQ(ReasonOf(status), "NOT_FOUND");
}

TEST_F(GrpcRecordsTest, ARefusalThatRecordsExplainsIsNotReplaced) {
  quizzes_.Say(FailedPrecondition("ERASED", "this client was erased"));
  EXPECT_EQ(ReasonOf(GetQuiz().status()), "ERASED");
}

TEST_F(GrpcRecordsTest, EachRequestOfABatchGetsItsOwnOutcome) {
  Answer<std::vector<RecordsAssessments::Outcome>> answer;
  records_->BatchCreate({}, {}, answer.Callback());
  const auto outcomes = answer.Wait();
  ASSERT_TRUE(outcomes.ok());
  ASSERT_EQ(outcomes->size(), 5u);
  EXPECT_EQ((*outcomes)[0]->assessment().name(), "first");
  EXPECT_EQ(ReasonOf((*outcomes)[1].status()), "REQUEST_ID_REUSED");
  EXPECT_TRUE(absl::IsInternal((*outcomes)[2].status()));
  const std::vector<FieldViolation> violations = ViolationsOf((*outcomes)[3].status());
  ASSERT_EQ(violations.size(), 3u);
  EXPECT_EQ(violations[0].field, "record.assessed_at") << "as the caller of Score knows it";
  EXPECT_EQ(violations[1].field, "record.request_id");
  EXPECT_EQ(violations[2].field, "quiz");
  const absl::Status not_ours = (*outcomes)[4].status();
  EXPECT_EQ(not_ours.code(), absl::StatusCode::kInternal) << "no caller of Score can mend what was scored";
  EXPECT_THAT(std::string(not_ours.message()), HasSubstr("result.scales[0].value.exact"));
  EXPECT_THAT(std::string(not_ours.message()), Not(HasSubstr("9/1"))) << "the log holds nobody's score";
}

TEST_F(GrpcRecordsTest, WhatNobodyExplainsIsAFaultOfOursAndItsTextStaysHere) {
  quizzes_.Say(absl::ResourceExhaustedError("Received message larger than max (1048999 vs. 1048576)"));
  const absl::Status status = GetQuiz().status();
  EXPECT_TRUE(absl::IsInternal(status)) << status;
  EXPECT_EQ(ToGrpcStatus(status).error_message(), "internal error; the server's log has more");
}

TEST_F(GrpcRecordsTest, StoppingCancelsWhatIsUnderWayAndRefusesTheRest) {
  quizzes_.SayNothing();
  Answer<records::v1::Quiz> answer;
  records_->GetQuiz("mood", answer.Callback());
  records_->Stop();
  EXPECT_TRUE(absl::IsUnavailable(answer.Wait().status()));
  EXPECT_TRUE(absl::IsUnavailable(GetQuiz().status()));
}

TEST_F(GrpcRecordsTest, TheLastChannelNeverGoesInACallback) {
  // gRPC would join the callback's own thread then, and free what that thread still uses.
  constexpr int kRounds = 200;
  records_.reset();
  for (int i = 0; i < kRounds; ++i) {
    GrpcRecords records(NewChannel({.target = absl::StrCat("127.0.0.1:", port_)}), &clock_, &tracer_);
    Answer<records::v1::Quiz> answer;
    records.GetQuiz("mood", answer.Callback());
    EXPECT_TRUE(answer.Wait().ok());
  }
}

TEST_F(GrpcRecordsTest, WhereNobodyListensItIsUnavailableWithRetryInfoAfterTheDeadline) {
  GrpcRecords nobody(NewChannel({.target = absl::StrCat("127.0.0.1:", ladder::testing::FreePort())}), &clock_,
                     &tracer_);
  Answer<records::v1::Quiz> answer;
  nobody.GetQuiz("mood", answer.Callback());
  const absl::Status status = answer.Wait().status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_EQ(ReasonOf(status), "RECORDS_UNAVAILABLE");
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
}

}  // namespace
}  // namespace ladder::scoring
