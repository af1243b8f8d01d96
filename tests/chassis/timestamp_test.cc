#include "libs/chassis/timestamp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"

namespace ladder {
namespace {

using ::ladder::testing::EqualsProto;
using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::StatusIs;
using ::testing::HasSubstr;

TEST(TimestampTest, TimesSurviveTheWayThereAndBack) {
  const absl::Time times[] = {absl::UnixEpoch(), absl::FromUnixNanos(1'700'000'000'123'456'789),
                              absl::FromUnixNanos(-1), absl::FromUnixSeconds(-62'135'596'800)};
  for (const absl::Time time : times) EXPECT_THAT(FromTimestamp(ToTimestamp(time), "at"), IsOkAndHolds(time));
}

TEST(TimestampTest, NanosArePositiveAlsoBeforeTheEpoch) {
  EXPECT_THAT(ToTimestamp(absl::FromUnixNanos(-1)), EqualsProto(std::string("seconds: -1 nanos: 999999999")));
}

TEST(TimestampTest, WhatATimestampCannotHoldBecomesItsNearestEnd) {
  EXPECT_THAT(ToTimestamp(absl::InfiniteFuture()), EqualsProto(std::string("seconds: 253402300799 nanos: 999999999")));
  EXPECT_THAT(ToTimestamp(absl::InfinitePast()), EqualsProto(std::string("seconds: -62135596800")));
}

TEST(TimestampTest, RefusesWhatIsNoTimeAndNamesTheField) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(253'402'300'800);
  EXPECT_THAT(FromTimestamp(timestamp, "assessed_at"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("assessed_at: ")));
  timestamp.set_seconds(0);
  timestamp.set_nanos(-1);
  EXPECT_THAT(FromTimestamp(timestamp, "at"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nanos")));
  timestamp.set_nanos(1'000'000'000);
  EXPECT_THAT(FromTimestamp(timestamp, "at"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nanos")));
}

TEST(DurationTest, KeepsNanosecondsAndTheirSign) {
  EXPECT_THAT(ToDurationMessage(absl::ZeroDuration()), EqualsProto(std::string("")));
  EXPECT_THAT(ToDurationMessage(absl::Hours(36) + absl::Nanoseconds(7)),
              EqualsProto(std::string("seconds: 129600 nanos: 7")));
  EXPECT_THAT(ToDurationMessage(absl::Milliseconds(-1500)), EqualsProto(std::string("seconds: -1 nanos: -500000000")));
  EXPECT_THAT(ToDurationMessage(absl::InfiniteDuration()), EqualsProto(std::string("seconds: 315576000000")));
}

}  // namespace
}  // namespace ladder
