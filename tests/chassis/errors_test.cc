#include "libs/chassis/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"

namespace ladder {
namespace {

using ::ladder::testing::EqualsProto;
using ::ladder::testing::StatusIs;

template <typename Detail>
Detail DetailOf(const absl::Status& status) {
  const auto payload = status.GetPayload(absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name()));
  Detail detail;
  EXPECT_TRUE(payload.has_value()) << Detail::descriptor()->full_name() << " is missing";
  EXPECT_TRUE(detail.ParseFromString(std::string(payload.value_or(absl::Cord()))));
  return detail;
}

struct Case {
  absl::Status status;
  absl::StatusCode code;
  std::string reason;
  std::string message;
};

TEST(ErrorsTest, EachFactoryHasItsCodeReasonAndMessage) {
  const Case cases[] = {
      {InvalidArgument({{"answers[3].option", "'maybe' is not an option of item 'sleep'"}}),
       absl::StatusCode::kInvalidArgument, "INVALID_ARGUMENT",
       "answers[3].option: 'maybe' is not an option of item 'sleep'"},
      {NotFound("quiz", "quizzes/x"), absl::StatusCode::kNotFound, "NOT_FOUND", "quiz 'quizzes/x' was not found"},
      {AlreadyExists("A", "b"), absl::StatusCode::kAlreadyExists, "A", "b"},
      {FailedPrecondition("A", "b"), absl::StatusCode::kFailedPrecondition, "A", "b"},
      {Aborted("A", "b"), absl::StatusCode::kAborted, "A", "b"},
      {Unavailable("A", "b"), absl::StatusCode::kUnavailable, "A", "b"},
      {ResourceExhausted("A", "b"), absl::StatusCode::kResourceExhausted, "A", "b"},
      {Internal("b"), absl::StatusCode::kInternal, "", "b"},
  };
  for (const Case& each : cases) {
    EXPECT_THAT(each.status, StatusIs(each.code, each.message));
    EXPECT_EQ(ReasonOf(each.status), each.reason);
  }
}

TEST(ErrorsTest, EveryViolationIsToldWithItsPath) {
  const absl::Status status = InvalidArgument({{"a", "first"}, {"b", "second"}, {"c", "third"}});
  EXPECT_EQ(status.message(), "a: first (and 2 more)");
  EXPECT_THAT(DetailOf<google::rpc::BadRequest>(status), EqualsProto(std::string(R"pb(
                field_violations { field: "a" description: "first" }
                field_violations { field: "b" description: "second" }
                field_violations { field: "c" description: "third" })pb")));
}

// Trailers of more than 8 KiB are refused by many clients, and then nothing of the error is seen.
TEST(ErrorsTest, TenThousandViolationsStillFitIntoTrailers) {
  std::vector<FieldViolation> violations;
  for (int i = 0; i < 10'000; ++i) violations.push_back({absl::StrCat("answers[", i, "].item"), "'x' is not an item"});
  const absl::Status status = InvalidArgument(violations);
  const auto bad_request = DetailOf<google::rpc::BadRequest>(status);
  EXPECT_LT(bad_request.ByteSizeLong(), 4'000u);
  const std::string last = bad_request.field_violations().rbegin()->description();
  EXPECT_EQ(last, absl::StrCat("and ", 10'000 - (bad_request.field_violations_size() - 1), " more; mend these first"));
}

TEST(ErrorsTest, LongTextsAreCutBetweenCharacters) {
  std::string text;
  while (text.size() < 2'000) text += "ü";
  for (const std::string& shifted : {text, "x" + text}) {
    const std::string message(FailedPrecondition("A", shifted).message());
    EXPECT_LE(message.size(), 512u);
    const std::string kept = message.substr(0, message.size() - 3);
    EXPECT_EQ(message.substr(message.size() - 3), "...");
    EXPECT_EQ(shifted.substr(0, kept.size()), kept);
    EXPECT_EQ((kept.size() - (shifted[0] == 'x' ? 1 : 0)) % 2, 0u) << "cut inside of a character";
  }
}

TEST(ErrorsTest, DetailsSayWhatIsMissingWhenToRetryAndTheMetadata) {
  EXPECT_THAT(DetailOf<google::rpc::ResourceInfo>(NotFound("quiz", "quizzes/x")),
              EqualsProto(std::string(R"pb(resource_type: "quiz" resource_name: "quizzes/x")pb")));
  EXPECT_THAT(DetailOf<google::rpc::RetryInfo>(Unavailable("A", "b", absl::Milliseconds(2500))),
              EqualsProto(std::string(R"pb(retry_delay { seconds: 2 nanos: 500000000 })pb")));
  EXPECT_THAT(DetailOf<google::rpc::ErrorInfo>(AlreadyExists("A", "b", {{"name", "clinics/c"}})),
              EqualsProto(std::string(R"pb(reason: "A"
                                           domain: "ladder"
                                           metadata { key: "name" value: "clinics/c" })pb")));
}

}  // namespace
}  // namespace ladder
