#include "libs/chassis/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/chassis/random.h"
#include "libs/chassis/tracer.h"

namespace ladder {
namespace {

using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

// The example of the W3C's recommendation.
constexpr char kExample[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceparentTest, IsReadAndWritten) {
  const auto context = ParseTraceparent(kExample);
  ASSERT_TRUE(context.has_value());
  EXPECT_EQ(HexOf(context->trace_id), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(HexOf(context->span_id), "00f067aa0ba902b7");
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(ToTraceparent(*context), kExample);
  // Flags beyond the lowest are for others.
  EXPECT_FALSE(ParseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe")->sampled);
  // A later version may have more parts.
  EXPECT_THAT(ParseTraceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"), Optional(Eq(*context)));
}

TEST(TraceparentTest, WhatIsNoneIsLeftAside) {
  for (const std::string text : {"", "00", "hello", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                                 "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                                 "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                 "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                                 "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                                 "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                                 "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
                                 "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-g1"}) {
    EXPECT_FALSE(ParseTraceparent(text).has_value()) << text;
  }
}

class TracerTest : public ::testing::Test {
 protected:
  SeededRandom random_{1};
  const TraceContext caller_ = *ParseTraceparent(kExample);
};

TEST_F(TracerTest, ACallersTraceGoesOnUnderASpanOfItsOwn) {
  Tracer tracer({}, &random_);
  const TraceContext context = tracer.Begin(caller_);
  EXPECT_EQ(context.trace_id, caller_.trace_id);
  EXPECT_NE(context.span_id, caller_.span_id);
  EXPECT_THAT(context.span_id, SizeIs(8));
  EXPECT_TRUE(context.sampled);
  EXPECT_FALSE(tracer.Begin({}).IsSet()) << "none begins here";
}

TEST_F(TracerTest, SoManyTracesBeginHereAsTheRatioSays) {
  constexpr int kCalls = 10'000;
  Tracer tracer({.ratio = 0.1}, &random_);
  int begun = 0;
  for (int i = 0; i < kCalls; ++i) begun += tracer.Begin({}).IsSet() ? 1 : 0;
  EXPECT_GT(begun, 850);  // Five standard deviations around 1000.
  EXPECT_LT(begun, 1150);
  Tracer always({.ratio = 1}, &random_);
  EXPECT_THAT(always.Begin({}).trace_id, SizeIs(16));
}

TEST_F(TracerTest, OnlySampledSpansWaitAndOnlyWhereSomebodyExports) {
  Tracer tracer({.ratio = 0, .max_queued = 2}, &random_);
  tracer.End({.context = caller_, .name = "before"});
  EXPECT_THAT(tracer.Take(10), IsEmpty());
  tracer.EnableExport();
  TraceContext unsampled = caller_;
  unsampled.sampled = false;
  tracer.End({.context = unsampled, .name = "unsampled"});
  tracer.End({.context = {}, .name = "of no trace"});
  for (const char* name : {"a", "b", "too many"}) tracer.End({.context = caller_, .name = name});
  EXPECT_EQ(tracer.dropped().value(), 1);
  const std::vector<Span> first = tracer.Take(1);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first.front().name, "a");
  EXPECT_THAT(tracer.Take(10), SizeIs(1));
  EXPECT_THAT(tracer.Take(10), IsEmpty());
}

}  // namespace
}  // namespace ladder
