// Goal: after a failed sync the program tells its callers that the outcome is unknown, ends, and a retry by request_id
// settles what became of the call. Method: the real program with a library preloaded that fails fdatasync on demand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "libs/chassis/errors.h"
#include "libs/chassis/grpc_status.h"
#include "tests/records-service/records_program.h"
#include "tests/records-service/score_request.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records {
namespace {

using ::ladder::testing::ReadFileOrEmpty;
using ::ladder::testing::TempDir;
using ::testing::HasSubstr;

absl::Status Create(RecordsProgram& program, const std::string& request_id, v1::CreateAssessmentResponse& response) {
  v1::CreateAssessmentRequest request;
  request.set_request_id(request_id);
  request.mutable_submission()->set_quiz("quizzes/mood");
  request.mutable_submission()->set_parent("clinics/north/clients/c-1");
  ScoreRequest(RecordsProgram::MoodQuiz(), 1, request);
  grpc::ClientContext context;
  SetDeadline(context);
  return FromGrpcStatus(program.NewStub()->CreateAssessment(&context, request, &response));
}

TEST(FailedSyncTest, CallersAreToldTheProgramEndsAndARetrySettlesIt) {
  TempDir directory;
  const std::string trigger = directory.Join("fail");
  v1::CreateAssessmentResponse response;
  {
    // AddressSanitizer, where it is built in, wants to be the first library otherwise.
    RecordsProgram program(directory,
                           {"LD_PRELOAD=" LADDER_FAILING_SYNC_LIBRARY, absl::StrCat("LADDER_FAIL_SYNC=", trigger),
                            "ASAN_OPTIONS=verify_asan_link_order=0"});
    program.PublishMood();
    ASSERT_TRUE(Create(program, "before", response).ok());
    directory.Write("fail", "");
    const absl::Status status = Create(program, "during", response);
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_EQ(ReasonOf(status), "COMMIT_UNKNOWN");
    const std::optional<int> exit_code = program.process().Wait();
    ASSERT_TRUE(exit_code.has_value()) << "it goes on over a disk that failed";
    EXPECT_GT(*exit_code, 0) << "it ends by itself, and says that something is wrong";
    EXPECT_THAT(ReadFileOrEmpty(directory.Join("log")), HasSubstr("store_failed"));
  }
  std::filesystem::remove(trigger);
  RecordsProgram program(directory);
  ASSERT_TRUE(Create(program, "during", response).ok());
  const std::string name = response.assessment().name();
  ASSERT_TRUE(Create(program, "during", response).ok());
  EXPECT_TRUE(response.replayed());
  EXPECT_EQ(response.assessment().name(), name);
  ASSERT_TRUE(Create(program, "before", response).ok());
  EXPECT_TRUE(response.replayed()) << "what was acknowledged is there";
}

}  // namespace
}  // namespace ladder::records
