// Goal: nothing that a person answered is ever in a log, whatever is logged and whatever goes wrong. Method: both
// services at their most talkative; answers that occur nowhere else, right and wrong ones, in calls of every kind; then
// the logs are searched for them.

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "tests/end_to_end/deployment.h"
#include "tests/testing/temp_dir.h"

namespace ladder::testing {
namespace {

using scoring::v1::ScoreRequest;
using scoring::v1::ScoreResponse;
using ::testing::HasSubstr;
using ::testing::Not;

// A quiz with every kind of item.
constexpr char kDiary[] = R"pb(
  id: "diary"
  title { by_locale { key: "en" value: "Diary" } }
  provenance { source: "Made for a test" licence: "None needed" who_may_use: "Anyone" }
  option_sets {
    id: "steps"
    options {
      id: "zebra-never"
      value: "0"
      text { by_locale { key: "en" value: "Never" } }
    }
    options {
      id: "zebra-often"
      value: "1"
      text { by_locale { key: "en" value: "Often" } }
    }
  }
  items {
    id: "sad"
    single_choice: "steps"
    text { by_locale { key: "en" value: "Sad?" } }
  }
  items {
    id: "hours"
    number { min: "0" max: "99999999" }
    text { by_locale { key: "en" value: "Hours?" } }
  }
  items {
    id: "words"
    free_text {}
    text { by_locale { key: "en" value: "Words?" } }
    optional: true
  }
  context {
    id: "sex"
    codes { code: "zebra-sex" code: "other" }
  }
  scales {
    id: "total"
    title { by_locale { key: "en" value: "Total" } }
    aggregate { op: OP_SUM of: "sad" of: "hours" }
  }
  examples {
    id: "one"
    answers { item: "sad" option: "zebra-often" }
    answers { item: "hours" number: "77123477" }
    scores { key: "total" value: "77123478" }
    complete: true
  }
)pb";

class PrivacyTest : public ::testing::Test {
 protected:
  PrivacyTest() {
    int exit_code = -1;
    const std::string output =
        ladder_.Ladderctl({"quiz", "publish", "--activate", folder_.Write("diary.textproto", kDiary)}, &exit_code);
    EXPECT_EQ(exit_code, 0) << output;
  }

  static ScoreRequest Answers(const std::string& request_id) {
    ScoreRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"pb(
                                                                quiz: "quizzes/diary"
                                                                answers { item: "sad" option: "zebra-often" }
                                                                answers { item: "hours" number: "77123477" }
                                                                answers { item: "words" text: "zebra-words" }
                                                                context { key: "sex" value: "zebra-sex" }
                                                                record { parent: "clinics/north/clients/c-1" }
                                                              )pb",
                                                              &request));
    request.mutable_record()->set_request_id(request_id);
    return request;
  }

  grpc::Status Score(const ScoreRequest& request) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
    ScoreResponse response;
    return stub_->Score(&context, request, &response);
  }

  TempDir folder_;
  Deployment ladder_{{.arguments = {"--log-level", "debug"}}};
  const std::unique_ptr<scoring::v1::ScoringService::Stub> stub_ =
      scoring::v1::ScoringService::NewStub(ladder_.ScoringChannel());
};

TEST_F(PrivacyTest, NoAnswerAndNoScoreIsInALog) {
  EXPECT_TRUE(Score(Answers("r-1")).ok());
  EXPECT_TRUE(Score(Answers("r-1")).ok()) << "a replay";
  ScoreRequest request = Answers("r-1");
  request.mutable_answers(0)->set_option("zebra-never");
  EXPECT_EQ(Score(request).error_code(), grpc::StatusCode::ALREADY_EXISTS);
  request = Answers("r-2");
  request.mutable_answers(0)->set_option("zebra-sometimes");
  request.mutable_answers(1)->set_number("77123477.5");
  (*request.mutable_context())["sex"] = "zebra-unknown";
  EXPECT_EQ(Score(request).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  request = Answers("r-3");
  request.mutable_answers(2)->set_text("zebra-words\xff");
  EXPECT_EQ(Score(request).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  request = Answers("r-4");
  request.mutable_answers(2)->set_text("zebra-words" + std::string(2 << 20, 'x'));
  EXPECT_EQ(Score(request).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  ladder_.records().Kill();
  request = Answers("r-5");
  EXPECT_FALSE(Score(request).ok());

  for (const std::string& log : {ladder_.ScoringLog(0), ladder_.RecordsLog()}) {
    EXPECT_THAT(log, HasSubstr("call_ended")) << "the level debug shows calls";
    for (const absl::string_view line : absl::StrSplit(log, '\n')) {
      EXPECT_THAT(std::string(line), Not(HasSubstr("zebra")));
      EXPECT_THAT(std::string(line), Not(HasSubstr("771234")));
    }
  }
}

TEST_F(PrivacyTest, ARecordOfNearlyAMebibyteIsKeptAsItWasSent) {
  ScoreRequest request = Answers("large");
  request.mutable_answers(2)->set_text(std::string((1 << 20) - 400, 'x'));
  ASSERT_LE(request.ByteSizeLong(), std::size_t{1} << 20);
  const grpc::Status status = Score(request);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

}  // namespace
}  // namespace ladder::testing
