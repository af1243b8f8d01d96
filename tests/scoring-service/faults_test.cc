// Goal: whatever call to a dependency fails, the reply is right or a proper error, nothing hangs and nothing is half
// done. Method: fail the 1st, 2nd, ... nth call of each dependency with each error that it may give, until a run meets
// no failure any more; then the same again without failure, which has to succeed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "absl/strings/str_cat.h"
#include "tests/scoring-service/fakes/service_fixture.h"

namespace ladder::scoring {
namespace {

// More calls than any request makes; a run that reaches it would loop for ever.
constexpr int kMostCalls = 20;

class FaultsTest : public ServiceFixture {
 protected:
  // Fails call after call of `plan`; `request_of(n)` is scored in the n-th run, from a cold start.
  template <typename RequestOf>
  int FailEachCall(
      FaultPlan& plan, const absl::Status& failure, const RequestOf& request_of,
      const std::function<void(const v1::ScoreRequest&, const absl::StatusOr<v1::ScoreResponse>&)>& check) {
    for (int n = 1; n <= kMostCalls; ++n) {
      Restart();
      clock_.Advance(kNotFoundLifetime);
      plan.FailCall(n, failure);
      const v1::ScoreRequest request = request_of(n);
      const absl::StatusOr<v1::ScoreResponse> response = Score(request);
      const bool hit = plan.hit();
      check(request, response);
      plan.FailNone();
      const absl::StatusOr<v1::ScoreResponse> again = Score(request);
      EXPECT_TRUE(again.ok()) << "after failed call " << n << ": " << again.status();
      if (!hit) return n - 1;
    }
    ADD_FAILURE() << "the failures never end";
    return kMostCalls;
  }
};

// What a caller may see when records fail.
bool IsProper(const absl::Status& status) {
  return status.ok() || absl::IsUnavailable(status) || absl::IsInternal(status) || absl::IsResourceExhausted(status);
}

TEST_F(FaultsTest, EachCallToRecordsFailsInTurn) {
  for (const absl::Status& failure :
       {Unavailable("RECORDS_UNAVAILABLE", "down"), Internal("broken"), ResourceExhausted("BUSY", "busy")}) {
    int run = 0;
    const auto request_of = [&](int n) {
      redis_.plan().FailAll(absl::UnavailableError("down"));  // So that every call goes to records.
      ++run;
      return MoodRecordRequest(absl::StrCat(failure.message(), "-", n));
    };
    const int failed =
        FailEachCall(records_.plan(), failure, request_of, [&](const auto& request, const auto& response) {
          EXPECT_TRUE(IsProper(response.status())) << response.status();
          const records::v1::Assessment recorded = records_.recorded(request.record().request_id());
          EXPECT_EQ(response.ok(), !recorded.name().empty()) << "acknowledged and not recorded, or the other way round";
        });
    EXPECT_EQ(failed, 3) << "the pointer, the bytes and the record";
    EXPECT_EQ(run, failed + 1);
  }
}

TEST_F(FaultsTest, EachCallToRecordsFailsInTurnForAPinnedVersion) {
  redis_.plan().FailAll(absl::UnavailableError("down"));
  const auto request_of = [](int n) { return MoodRecordRequest(absl::StrCat("r", n), "quizzes/mood/versions/1"); };
  const int failed = FailEachCall(records_.plan(), Unavailable("RECORDS_UNAVAILABLE", "down"), request_of,
                                  [&](const auto&, const auto& response) { EXPECT_TRUE(IsProper(response.status())); });
  EXPECT_EQ(failed, 3) << "the digest, the bytes and the record";
}

TEST_F(FaultsTest, NoFailingCallToRedisIsSeenByACaller) {
  for (const absl::Status& failure : {absl::UnavailableError("down"), absl::DeadlineExceededError("slow"),
                                      absl::FailedPreconditionError("an error of its own")}) {
    const auto request_of = [&](int) {
      redis_.Put("ladder:quiz:mood:1", "garbage");
      return MoodRequest();
    };
    const int failed = FailEachCall(redis_.plan(), failure, request_of, [](const auto&, const auto& response) {
      EXPECT_TRUE(response.ok()) << response.status();
    });
    EXPECT_EQ(failed, 2) << "the read and the write";
  }
}

TEST_F(FaultsTest, ARedisThatNeverAnswersDelaysOnlyThoseWhoWaitForItsOwnDeadline) {
  redis_.plan().Hold();
  Answer<v1::ScoreResponse> answer;
  scorer_->Score(MoodRequest(), {clock_.Now() + absl::Seconds(1)}, answer.Callback());
  timers_.Advance(absl::Seconds(1));
  EXPECT_TRUE(absl::IsDeadlineExceeded(answer.Wait().status()));
  redis_.plan().Release();
  EXPECT_TRUE(Score(MoodRequest()).ok());
}

TEST_F(FaultsTest, AFullExecutorRefusesAndRecovers) {
  executor_->Stop();
  EXPECT_TRUE(absl::IsUnavailable(Score(MoodRequest()).status()));
  Restart();
  EXPECT_TRUE(Score(MoodRequest()).ok());
}

}  // namespace
}  // namespace ladder::scoring
