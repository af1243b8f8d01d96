// The small parts of the records service: ids, page tokens and the hint over Redis.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "libs/chassis/random.h"
#include "libs/quiz/published.h"
#include "records-service/ids.h"
#include "records-service/page_token.h"
#include "records-service/redis_notifier.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records {
namespace {

using ::ladder::testing::FakeClock;
using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::LogCapture;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FixedRandom final : public RandomSource {
 public:
  explicit FixedRandom(std::uint64_t number) : number_(number) {}
  std::uint64_t Next() override { return number_; }

 private:
  const std::uint64_t number_;
};

TEST(IdMakerTest, MakesUuidsOfVersionSevenFromTimeAndRandomness) {
  // The example of RFC 9562, appendix A.6: 2022-02-22 19:22:22 UTC.
  FakeClock clock(absl::FromUnixMillis(0x017F22E279B0) + absl::Nanoseconds(500'000));
  FixedRandom ones(~std::uint64_t{0});
  EXPECT_EQ(IdMaker(clock, ones).Next(), "017f22e2-79b0-7800-bfff-ffffffffffff");
  FixedRandom zeros(0);
  EXPECT_EQ(IdMaker(clock, zeros).Next(), "017f22e2-79b0-7800-8000-000000000000");
}

TEST(IdMakerTest, IdsGrowWithTimeAndDifferAtOneTime) {
  FakeClock clock;
  SeededRandom random(1);
  IdMaker ids(clock, random);
  std::string last;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = ids.Next();
    EXPECT_GT(id, last);
    last = id;
    EXPECT_TRUE(seen.insert(id).second);
    EXPECT_TRUE(seen.insert(ids.Next()).second);
    clock.Advance(absl::Microseconds(1));
  }
}

TEST(PageTokenTest, ATokenFitsOnlyTheQuestionItWasMadeFor) {
  const std::string question = QuestionOf({"assessments", "clinics/north"});
  const std::string token = MakePageToken(question, {"17", "id"});
  EXPECT_THAT(ReadPageToken(question, 2, token), IsOkAndHolds(ElementsAre("17", "id")));
  for (const std::string& other : {QuestionOf({"assessments", "clinics/south"}), QuestionOf({"assessments"})}) {
    EXPECT_THAT(ReadPageToken(other, 2, token), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("page_token")));
  }
  EXPECT_THAT(ReadPageToken(question, 1, token), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(PageTokenTest, APlaceThatHoldsMoreThanIdsAndNumbersIsRefused) {
  const std::string question = QuestionOf({"assessments", "clinics/north"});
  for (const std::string& part :
       {std::string("a\0b", 3), std::string("\xff"), std::string("a b"), std::string("\x7f")}) {
    EXPECT_THAT(ReadPageToken(question, 2, MakePageToken(question, {"17", part})),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(PageTokenTest, TextThatIsNoTokenIsRefused) {
  const std::string question = QuestionOf({"quizzes"});
  for (const std::string& text : {std::string("x"), std::string("%%%"), std::string("\0", 1), std::string(5000, 'A')}) {
    EXPECT_THAT(ReadPageToken(question, 1, text), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

// A Redis that is there or not.
class FakeRedis final : public redis::Client {
 public:
  explicit FakeRedis(absl::Status status) : status_(std::move(status)) {}
  void Get(std::string, GetDone done) override { done(std::nullopt); }
  void Set(std::string, std::string, Done done) override { done(status_); }
  void Publish(std::string channel, std::string message, Done done) override {
    published_ = channel + " <- " + message;
    done(status_);
  }
  absl::Status Subscribe(std::string, OnMessage, std::function<void()>) override { return status_; }
  bool IsConnected() const override { return status_.ok(); }
  void Stop() override {}

  const std::string& published() const { return published_; }

 private:
  const absl::Status status_;
  std::string published_;
};

TEST(RedisNotifierTest, PublishesTheQuizOnTheChannelOfActivations) {
  FakeRedis redis{absl::OkStatus()};
  RedisNotifier(redis).Notify("mood");
  EXPECT_EQ(redis.published(), std::string(quiz::kActivationChannel) + " <- mood");
}

TEST(RedisNotifierTest, AHintThatIsLostIsLoggedAndNoMore) {
  LogCapture log;
  FakeRedis redis{absl::UnavailableError("not connected")};
  RedisNotifier(redis).Notify("mood");
  EXPECT_THAT(log.lines(), ElementsAre(HasSubstr("activation_hint_lost")));
}

}  // namespace
}  // namespace ladder::records
