// Goal: whatever a few callers of records ask for, others record and activate beside them: a recorded Score takes less
// than 1 s, an activation less than 2 s.
// Method: the real binaries, over a store that already holds what an older release took. A polite caller's slowest call
// is looked at while others send what once took seconds on the one thread that writes, or on the one that authors use.

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "ladder/records/v1/assessment_service.grpc.pb.h"
#include "ladder/records/v1/quiz_service.grpc.pb.h"
#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "tests/end_to_end/deployment.h"
#include "tests/end_to_end/earlier_store.h"
#include "tests/records-service/score_request.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {
namespace {

using records::v1::BatchCreateAssessmentsRequest;
using records::v1::CreateAssessmentRequest;
using records::v1::CreateAssessmentResponse;

constexpr absl::Duration kSlowestScore = absl::Seconds(1);
constexpr absl::Duration kSlowestActivation = absl::Seconds(2);

// A quiz of two numbers whose ranges are multiplied `products` times, at most 250: some 27 ms of analysis each on main
// 079ed5b.
quiz::v1::QuizDefinition SlowQuiz(const std::string& id, int products, bool with_earlier_score) {
  std::string formula = "a * b";
  for (int i = 1; i < products; ++i) absl::StrAppend(&formula, " + a * b");
  quiz::v1::QuizDefinition definition;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      absl::StrCat("id: '", id, "' title { by_locale { key: 'en' value: 'Slow' } } ",
                   "provenance { source: 'Made for a test' licence: 'None needed' who_may_use: 'Anyone' } ",
                   "items { id: 'a' text { by_locale { key: 'en' value: 'A?' } } number { min: '0' max: '315' } } ",
                   "items { id: 'b' text { by_locale { key: 'en' value: 'B?' } } number { min: '0' max: '315' } } ",
                   with_earlier_score ? "context { id: 'before' earlier { scale: 's' which: WHICH_LAST } } " : "",
                   "scales { id: 's' title { by_locale { key: 'en' value: 'S' } } formula: '", formula, "' }"),
      &definition));
  return definition;
}

// A submission of so many answers, which no release takes any more and 079ed5b took for a quiz without a ladder.
CreateAssessmentRequest WideRequest(int answers) {
  CreateAssessmentRequest request;
  request.set_request_id(absl::StrCat("wide-", answers));
  request.mutable_submission()->set_quiz("quizzes/wide");
  request.mutable_submission()->set_parent("clinics/north/clients/wide");
  for (int i = 0; i < answers; ++i) request.mutable_submission()->add_answers()->set_item(absl::StrCat("i", i));
  request.mutable_result()->set_quiz_version("quizzes/wide/versions/1");
  return request;
}

constexpr int kWideAnswers[] = {4'300, 16'000};  // 38 kB and 157 kB.

void Prepare(const std::string& data_dir) {
  EarlierStore store(data_dir);
  store.Publish(SlowQuiz("slow", 200, /*with_earlier_score=*/true));
  store.Publish(SlowQuiz("wide", 1, /*with_earlier_score=*/false));
  for (const int answers : kWideAnswers) store.Record("north", "wide", WideRequest(answers));
}

class TurnsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ladder_ = std::make_unique<Deployment>(DeploymentOptions{.prepare = Prepare});
    ladder_->PublishShipped("ladder-of-healing");
  }
  static void TearDownTestSuite() { ladder_.reset(); }

  TurnsTest()
      : scoring_(scoring::v1::ScoringService::NewStub(ladder_->ScoringChannel())),
        quizzes_(records::v1::QuizService::NewStub(ladder_->RecordsChannel())) {
    EXPECT_LT(Score(), absl::Seconds(20)) << "everything is warm from here on";
  }
  ~TurnsTest() override {
    leaving_ = true;
    for (std::thread& caller : callers_) caller.join();
  }

  // Calls again and again until the test ends, on a connection of its own.
  void Beside(const std::function<void(records::v1::AssessmentService::Stub& assessments,
                                       records::v1::QuizService::Stub& quizzes, grpc::ClientContext& context)>& call) {
    callers_.emplace_back([this, call] {
      const auto channel = ladder_->RecordsChannel();
      const auto assessments = records::v1::AssessmentService::NewStub(channel);
      const auto quizzes = records::v1::QuizService::NewStub(channel);
      while (!leaving_) {
        grpc::ClientContext context;
        context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(5)));
        ++begun_;
        call(*assessments, *quizzes, context);
      }
    });
  }

  // How long a recorded Score takes that succeeds.
  absl::Duration Score() {
    scoring::v1::ScoreRequest request = SampleRequest();
    request.mutable_record()->set_parent("clinics/north/clients/polite");
    request.mutable_record()->set_request_id(absl::StrCat("polite-", absl::ToUnixNanos(absl::Now())));
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
    scoring::v1::ScoreResponse response;
    const Stopwatch watch;
    const grpc::Status status = scoring_->Score(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return watch.Elapsed();
  }
  absl::Duration Activate() {
    records::v1::ActivateVersionRequest request;
    request.set_name("quizzes/ladder-of-healing/versions/1");
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
    records::v1::Quiz quiz;
    const Stopwatch watch;
    const grpc::Status status = quizzes_->ActivateVersion(&context, request, &quiz);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return watch.Elapsed();
  }

  // The polite caller, for a while after the others have begun.
  void ExpectTurns() {
    ASSERT_TRUE(Eventually([this] { return begun_ >= static_cast<int>(callers_.size()); }));
    const Stopwatch watch;
    while (watch.Elapsed() < absl::Seconds(3)) {
      ASSERT_LT(Score(), kSlowestScore);
      ASSERT_LT(Activate(), kSlowestActivation);
    }
  }

  static std::unique_ptr<Deployment> ladder_;
  const std::unique_ptr<scoring::v1::ScoringService::Stub> scoring_;
  const std::unique_ptr<records::v1::QuizService::Stub> quizzes_;
  std::atomic<bool> leaving_ = false;
  std::atomic<int> begun_ = 0;
  std::vector<std::thread> callers_;
};

std::unique_ptr<Deployment> TurnsTest::ladder_;

TEST_F(TurnsTest, BesideReplaysOfThousandsOfAnswers) {
  std::atomic<int> replayed = 0;
  for (const int answers : kWideAnswers) {
    CreateAssessmentRequest request = WideRequest(answers);
    std::reverse(request.mutable_submission()->mutable_answers()->begin(),
                 request.mutable_submission()->mutable_answers()->end());
    Beside([request, &replayed](auto& assessments, auto&, grpc::ClientContext& context) {
      CreateAssessmentResponse response;
      if (assessments.CreateAssessment(&context, request, &response).ok() && response.replayed()) ++replayed;
    });
  }
  ExpectTurns();
  EXPECT_GE(replayed, 2) << "what was recorded is told again, whatever is taken today";
}

TEST_F(TurnsTest, BesideTheFirstRecordsOfAVersionThatIsSlowToCompile) {
  for (int caller = 0; caller < 4; ++caller) {
    Beside([caller](auto& assessments, auto&, grpc::ClientContext& context) {
      CreateAssessmentRequest request;
      request.set_request_id(absl::StrCat("slow-", caller, "-", absl::ToUnixNanos(absl::Now())));
      request.mutable_submission()->set_quiz("quizzes/slow");
      request.mutable_submission()->set_parent("clinics/north/clients/slow");
      request.mutable_result()->set_quiz_version("quizzes/slow/versions/1");
      CreateAssessmentResponse response;
      assessments.CreateAssessment(&context, request, &response);
    });
  }
  ExpectTurns();
}

TEST_F(TurnsTest, BesidePoisonedBatches) {
  // Every second row names a version that was never published.
  CreateAssessmentRequest sound;
  sound.mutable_submission()->set_quiz("quizzes/wide");
  sound.mutable_submission()->set_parent("clinics/north/clients/poisoned");
  records::ScoreRequest(SlowQuiz("wide", 1, /*with_earlier_score=*/false), 1, sound);
  std::atomic<int> recorded = 0;
  for (int caller = 0; caller < 8; ++caller) {
    Beside([caller, sound, &recorded](auto& assessments, auto&, grpc::ClientContext& context) {
      BatchCreateAssessmentsRequest batch;
      const std::int64_t now = absl::ToUnixNanos(absl::Now());
      for (int i = 0; i < 256; ++i) {
        CreateAssessmentRequest& request = *batch.add_requests();
        request = sound;
        request.set_request_id(absl::StrCat("poisoned-", caller, "-", now, "-", i));
        if (i % 2 == 1) request.mutable_result()->set_quiz_version(absl::StrCat("quizzes/wide/versions/", 1000 + i));
      }
      records::v1::BatchCreateAssessmentsResponse response;
      assessments.BatchCreateAssessments(&context, batch, &response);
      for (const auto& outcome : response.outcomes()) recorded += outcome.has_response() ? 1 : 0;
    });
  }
  ExpectTurns();
  EXPECT_GE(recorded, 128) << "the others of a batch are written";
}

TEST_F(TurnsTest, BesideValidationsThatTakeLong) {
  const quiz::v1::QuizDefinition definition = SlowQuiz("slow-draft", 240, /*with_earlier_score=*/false);
  for (int caller = 0; caller < 6; ++caller) {
    Beside([definition](auto&, auto& quizzes, grpc::ClientContext& context) {
      records::v1::ValidateDefinitionRequest request;
      *request.mutable_definition() = definition;
      records::v1::ValidateDefinitionResponse response;
      if (!quizzes.ValidateDefinition(&context, request, &response).ok()) absl::SleepFor(absl::Milliseconds(50));
    });
  }
  ExpectTurns();
}

}  // namespace
}  // namespace ladder::testing
