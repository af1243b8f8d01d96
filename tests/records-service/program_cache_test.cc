// Versions are compiled once, whoever asks and whoever leaves; and loaded for those who may not wait.

#include "records-service/program_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libs/chassis/errors.h"
#include "records-service/version_loader.h"
#include "tests/quiz/costly_quizzes.h"
#include "tests/quiz/sound_quiz.h"
#include "tests/records-service/published_quizzes.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace ladder::records {
namespace {

using ::ladder::testing::IsOk;
using ::ladder::testing::Promised;
using ::ladder::testing::StatusIs;
using ::testing::HasSubstr;

// As version `number`, comparable with these.
quiz::v1::QuizDefinition Sample(const std::vector<std::string>& comparable_with = {}) {
  quiz::v1::QuizDefinition definition = quiz::ParseQuiz(quiz::SoundQuiz());
  definition.clear_comparable_with();
  for (const std::string& version : comparable_with) definition.add_comparable_with(version);
  return definition;
}

// Passes a limit.
quiz::v1::QuizDefinition Large(const std::vector<std::string>& comparable_with = {}) {
  quiz::v1::QuizDefinition definition = quiz::ManyMembers(/*scales=*/21, /*items=*/500);
  definition.set_id("sample");
  for (const std::string& version : comparable_with) definition.add_comparable_with(version);
  return definition;
}

class ProgramCacheTest : public ::testing::Test {
 protected:
  ProgramCacheTest() { quizzes_.Publish(1, Sample()); }

  // From now on the first look for a version waits until `go_on_`.
  void HoldTheFirst() {
    quizzes_.OnFind([this](std::int64_t) {
      if (looks_++ > 0) return;
      looking_.Give(true);
      go_on_.Wait();
    });
  }

  PublishedQuizzes quizzes_;
  std::atomic<int> looks_ = 0;
  Promised<bool> looking_;
  Promised<bool> go_on_;
  ProgramCache programs_{quizzes_, 2};
};

TEST_F(ProgramCacheTest, AVersionIsKeptWithTheDigestOfItsBytes) {
  EXPECT_FALSE(programs_.Find("sample", 1).has_value());
  const absl::StatusOr<CompiledVersion> loaded = programs_.Load("sample", 1);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->digest, quiz::DigestOf(quiz::SerializeDefinition(Sample())));
  ASSERT_TRUE(programs_.Find("sample", 1).has_value());
  EXPECT_EQ(programs_.Find("sample", 1)->program, loaded->program);
  EXPECT_EQ(*programs_.Get("sample", 1), loaded->program);
  EXPECT_EQ(quizzes_.finds(), 1);
}

TEST_F(ProgramCacheTest, TheVersionThatWasUsedLeastRecentlyGoes) {
  quizzes_.Publish(2, Sample());
  quizzes_.Publish(3, Sample());
  for (const std::int64_t version : {1, 2, 1, 3}) ASSERT_THAT(programs_.Load("sample", version), IsOk());
  EXPECT_TRUE(programs_.Find("sample", 1).has_value());
  EXPECT_FALSE(programs_.Find("sample", 2).has_value());
}

TEST_F(ProgramCacheTest, HoweverManyAskForANewVersionItIsCompiledOnce) {
  HoldTheFirst();
  std::vector<std::shared_ptr<const quiz::Program>> programs(5);
  std::vector<std::thread> askers;
  for (auto& program : programs) {
    askers.emplace_back([&] { program = *programs_.Get("sample", 1); });
  }
  ASSERT_TRUE(looking_.Wait());
  go_on_.Give(true);
  for (std::thread& asker : askers) asker.join();
  for (const auto& program : programs) EXPECT_EQ(program, programs.front());
  EXPECT_EQ(quizzes_.finds(), 1);
}

TEST_F(ProgramCacheTest, WhoLeavesOnlyStopsWaiting) {
  HoldTheFirst();
  absl::Status first;
  std::thread compiles([&] { first = programs_.Load("sample", 1).status(); });
  ASSERT_TRUE(looking_.Wait());
  std::stop_source left;
  absl::Status second;
  std::thread waits([&] { second = programs_.Load("sample", 1, left.get_token()).status(); });
  left.request_stop();
  waits.join();
  EXPECT_THAT(second, StatusIs(absl::StatusCode::kCancelled));
  go_on_.Give(true);
  compiles.join();
  EXPECT_THAT(first, IsOk());
}

TEST_F(ProgramCacheTest, WhereTheOneWhoCompilesLeavesAnotherGoesOn) {
  std::stop_source left;
  quizzes_.OnFind([&](std::int64_t) {
    if (looks_++ > 0) return;
    looking_.Give(true);
    go_on_.Wait();
    left.request_stop();
  });
  absl::Status first, second;
  std::thread compiles([&] { first = programs_.Load("sample", 1, left.get_token()).status(); });
  ASSERT_TRUE(looking_.Wait());
  std::thread waits([&] { second = programs_.Load("sample", 1).status(); });
  go_on_.Give(true);
  compiles.join();
  waits.join();
  EXPECT_THAT(first, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(second, IsOk());
  EXPECT_EQ(quizzes_.finds(), 2);
}

TEST_F(ProgramCacheTest, AVersionThatWasNeverPublishedIsNotFound) {
  EXPECT_THAT(programs_.Load("sample", 9), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(programs_.Load("other", 1), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ProgramCacheTest, AVersionThatPassesALimitIsRefusedByItsReason) {
  quizzes_.Publish(2, Large());
  const absl::Status status = programs_.Get("sample", 2).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(status), "QUIZ_BEYOND_LIMITS");
  EXPECT_THAT(std::string(status.message()), HasSubstr("quizzes/sample/versions/2"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("scales[20].aggregate.of"));
}

TEST_F(ProgramCacheTest, AVersionThatPassesALimitIsCompiledOnceAndTakesOnePlace) {
  quizzes_.Publish(2, Large());
  quizzes_.Publish(3, Sample());
  const absl::Status first = programs_.Get("sample", 2).status();
  EXPECT_EQ(programs_.Get("sample", 2).status(), first);
  EXPECT_EQ(quizzes_.finds(), 1);
  EXPECT_FALSE(programs_.Find("sample", 2).has_value());
  ASSERT_THAT(programs_.Get("sample", 1), IsOk());
  EXPECT_EQ(programs_.Get("sample", 2).status(), first);
  EXPECT_EQ(quizzes_.finds(), 2);
  ASSERT_THAT(programs_.Get("sample", 3), IsOk());
  EXPECT_FALSE(programs_.Find("sample", 1).has_value()) << "used longest ago of three in two places";
}

TEST_F(ProgramCacheTest, HoldsNoMoreBytesThanItMay) {
  quizzes_.Publish(2, Sample());
  const auto one = programs_.Get("sample", 1);
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(programs_.Get("sample", 2), IsOk());
  EXPECT_TRUE(programs_.Find("sample", 1).has_value());
  ProgramCache narrow(quizzes_, 4, /*max_bytes=*/(*one)->approximate_bytes);
  ASSERT_THAT(narrow.Get("sample", 1), IsOk());
  ASSERT_THAT(narrow.Get("sample", 2), IsOk());
  EXPECT_FALSE(narrow.Find("sample", 1).has_value());
  EXPECT_TRUE(narrow.Find("sample", 2).has_value()) << "the one used last stays";
}

// --- For those who may not wait ----------------------------------------------------------------------------------

class VersionLoaderTest : public ProgramCacheTest {
 protected:
  ~VersionLoaderTest() override { loaders_.Stop(); }

  release::SeriesPrograms series_{quizzes_, programs_};
  Executor loaders_{{.threads = 2}};
  VersionLoader loader_{programs_, series_, loaders_};
};

TEST_F(VersionLoaderTest, ThoseWhoWaitForOneVersionWaitForOneLoad) {
  HoldTheFirst();
  std::vector<Promised<absl::StatusOr<ScoringVersion>>> given(3);
  for (auto& one : given) loader_.Load("sample", 1, [&one](const auto& version) { one.Give(version); });
  EXPECT_FALSE(loader_.Find("sample", 1).has_value());
  go_on_.Give(true);
  for (auto& one : given) {
    const auto version = one.Wait();
    ASSERT_TRUE(version.has_value());
    ASSERT_THAT(*version, IsOk());
    EXPECT_EQ((*version)->program, programs_.Find("sample", 1)->program);
    EXPECT_EQ((*version)->first_of_series, 1);
    EXPECT_EQ(one.times_given(), 1);
  }
  EXPECT_EQ(quizzes_.finds(), 1);
  EXPECT_TRUE(loader_.Find("sample", 1).has_value());
  loaders_.Stop();  // Before what its threads may still be giving goes.
}

TEST_F(VersionLoaderTest, ASlowVersionHoldsUpNoOther) {
  quizzes_.Publish(2, Sample());
  HoldTheFirst();
  loader_.Load("sample", 1, [](const auto&) {});
  ASSERT_TRUE(looking_.Wait());
  Promised<absl::StatusOr<ScoringVersion>> second;
  loader_.Load("sample", 2, [&](const auto& version) { second.Give(version); });
  ASSERT_TRUE(second.Wait().has_value());
  EXPECT_THAT(*second.Wait(), IsOk());
  go_on_.Give(true);
  loaders_.Stop();
}

TEST_F(VersionLoaderTest, TheFirstVersionOfALongSeriesIsFoundWithoutCompilingTheOthers) {
  constexpr std::int64_t kVersions = 50;
  for (std::int64_t number = 2; number <= kVersions; ++number) {
    quizzes_.Publish(number, Sample({absl::StrCat(number - 1)}));
  }
  Promised<absl::StatusOr<ScoringVersion>> newest;
  loader_.Load("sample", kVersions, [&](const auto& version) { newest.Give(version); });
  const auto version = newest.Wait();
  ASSERT_TRUE(version.has_value());
  ASSERT_THAT(*version, IsOk());
  EXPECT_EQ((*version)->first_of_series, 1);
  EXPECT_EQ(quizzes_.finds(), kVersions);
  EXPECT_FALSE(programs_.Find("sample", kVersions - 1).has_value());
  EXPECT_EQ(series_.KnownFirstOf("sample", kVersions / 2), 1) << "found on the way";
  loaders_.Stop();
}

TEST_F(VersionLoaderTest, ASeriesGoesOnWithoutAVersionThatPassesALimit) {
  quizzes_.Publish(2, Large({"1"}));
  quizzes_.Publish(3, Sample({"2"}));
  ProgramCache programs(quizzes_, 8);
  release::SeriesPrograms series(quizzes_, programs);
  const auto versions = series.VersionsOf("sample", 1);
  ASSERT_THAT(versions, IsOk());
  EXPECT_EQ(versions->size(), 2u);
  quizzes_.Publish(4, Large());
  EXPECT_EQ(ReasonOf(series.VersionsOf("sample", 4).status()), kQuizBeyondLimits) << "no other is left";
}

TEST_F(VersionLoaderTest, WhatIsLoadedOnceItStopsIsToldSo) {
  HoldTheFirst();
  Promised<absl::StatusOr<ScoringVersion>> loading;
  loader_.Load("sample", 1, [&](const auto& version) { loading.Give(version); });
  ASSERT_TRUE(looking_.Wait());
  loader_.Stop();
  go_on_.Give(true);
  loaders_.Stop();
  ASSERT_TRUE(loading.Wait().has_value());
  EXPECT_EQ(ReasonOf(loading.Wait()->status()), kClosed);
  absl::StatusOr<ScoringVersion> late = ScoringVersion();
  loader_.Load("sample", 1, [&](const auto& version) { late = version; });
  EXPECT_EQ(ReasonOf(late.status()), kClosed) << "at once";
}

}  // namespace
}  // namespace ladder::records
