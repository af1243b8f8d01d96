#include "libs/chassis/grpc_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/chassis/errors.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"

namespace ladder {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(GrpcStatusTest, EveryPublicErrorSurvivesTheWayThereAndBack) {
  const absl::Status statuses[] = {
      absl::OkStatus(),
      InvalidArgument({{"a", "first"}, {"b", "second"}}),
      NotFound("quiz", "quizzes/x"),
      AlreadyExists("REQUEST_ID_REUSED", "other content", {{"request_id", "r1"}}),
      FailedPrecondition("RETIRED", "retired"),
      Aborted("ETAG", "not current"),
      Unavailable("STORE_FULL", "no space", absl::Seconds(3)),
      ResourceExhausted("QUEUE_FULL", "too many"),
  };
  for (const absl::Status& status : statuses) {
    const grpc::Status sent = ToGrpcStatus(status);
    EXPECT_EQ(static_cast<int>(sent.error_code()), static_cast<int>(status.code()));
    EXPECT_EQ(FromGrpcStatus(sent), status);
    EXPECT_EQ(FromRpcStatus(ToItemStatus(status)), status);
    EXPECT_LT(sent.error_details().size() + sent.error_message().size(), 6'000u);
  }
}

TEST(GrpcStatusTest, NoTextOfADriverLeavesTheServer) {
  const char kDriverText[] = "SQLITE_BUSY: table assessments in /var/lib/ladder/records.db";
  absl::Status internal = Internal(kDriverText);
  internal.SetPayload("type.googleapis.com/x", absl::Cord(kDriverText));
  for (const absl::Status& status : {internal, absl::UnknownError(kDriverText), absl::DataLossError(kDriverText),
                                     absl::UnavailableError(kDriverText), absl::DeadlineExceededError(kDriverText),
                                     absl::CancelledError(kDriverText)}) {
    const grpc::Status sent = ToGrpcStatus(status);
    EXPECT_EQ(static_cast<int>(sent.error_code()), static_cast<int>(status.code()));
    for (const std::string& text : {sent.error_message(), sent.error_details(), ToItemStatus(status).DebugString()}) {
      EXPECT_THAT(text, Not(HasSubstr("SQLITE")));
      EXPECT_THAT(text, Not(HasSubstr("/var/lib")));
    }
    EXPECT_FALSE(sent.error_message().empty());
  }
}

TEST(GrpcStatusTest, AnItemsInternalErrorIsLoggedSinceNoCallEndsWithIt) {
  const testing::LogCapture log;
  ToItemStatus(InvalidArgument({{"a", "the caller's affair"}}));
  EXPECT_THAT(log.lines(), ::testing::IsEmpty());
  ToItemStatus(Internal("stored bytes hold no assessment"));
  EXPECT_THAT(log.lines(), ::testing::ElementsAre(HasSubstr("stored bytes hold no assessment")));
}

TEST(GrpcStatusTest, DetailsThatDoNotParseAreLeftOut) {
  const grpc::Status received(grpc::StatusCode::NOT_FOUND, "no such quiz", "\xff\xff");
  EXPECT_EQ(FromGrpcStatus(received), absl::NotFoundError("no such quiz"));
}

TEST(GrpcStatusTest, TheStatusLineCountsWhereDetailsSayOtherwise) {
  google::rpc::Status details;
  details.set_code(0);
  const grpc::Status received(grpc::StatusCode::NOT_FOUND, "no such quiz", details.SerializeAsString());
  EXPECT_EQ(FromGrpcStatus(received), absl::NotFoundError("no such quiz"));
}

}  // namespace
}  // namespace ladder
