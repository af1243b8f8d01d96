#include "records-service/retention/retention_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/status_matchers.h"

namespace ladder::records::retention {
namespace {

using ::ladder::testing::IsOk;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(RetentionOptionsTest, AClinicHasItsOwnTimeOrThatOfAll) {
  const auto own = ParseRetentions("north=365,south=0");
  ASSERT_THAT(own, IsOk());
  EXPECT_THAT(*own, ElementsAre(Pair("north", absl::Hours(24 * 365)), Pair("south", absl::ZeroDuration())));
  const RetentionOptions options{.kept = Days(10), .kept_of_clinic = *own};
  EXPECT_EQ(options.Of("north"), Days(365));
  EXPECT_EQ(options.Of("south"), absl::ZeroDuration());
  EXPECT_EQ(options.Of("east"), Days(10));
}

TEST(RetentionOptionsTest, NoTextIsNoClinic) {
  const auto own = ParseRetentions("");
  ASSERT_THAT(own, IsOk());
  EXPECT_THAT(*own, IsEmpty());
}

TEST(RetentionOptionsTest, WhatIsWrongIsNamed) {
  for (const char* wrong : {"north", "north=", "=3", "north=x", "north=1=2", "no rth=1", "north=-1", "north=110001"}) {
    EXPECT_THAT(ParseRetentions(std::string("east=1,") + wrong),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(std::string("'") + wrong + "'")));
  }
  EXPECT_THAT(ParseRetentions("north=1,north=1"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("twice")));
}

}  // namespace
}  // namespace ladder::records::retention
