// What every store does when a client is erased or a retention is over. What that means for figures is in
// release_conformance_test.cc.

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/conformance/store_conformance.h"

namespace ladder::records {
namespace {

using ::ladder::testing::IsOkAndHolds;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;

constexpr std::size_t kAll = 1000;

AssessmentRow RowOf(int number, const std::string& client) {
  AssessmentRow row = RowNumber(number);
  row.client = client;
  return row;
}

// What its client is told after the erasure.
void ExpectGone(Store& store, const AssessmentRow& row) {
  EXPECT_THAT(store.FindRequest(row.clinic, row.request_id), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(store.FindAssessment(row.clinic, row.client, row.id), IsOkAndHolds(Eq(std::nullopt)));
}

absl::Time TimeOf(int number) { return RowNumber(number).create_time; }

TEST_P(StoreConformance, AnErasedClientsRowsAreGoneAndOthersStay) {
  AssessmentRow elsewhere = RowNumber(3);
  elsewhere.clinic = "south";
  ASSERT_OK(store().CreateAssessments({RowNumber(1), RowOf(2, "c-2"), elsewhere}));
  EXPECT_THAT(store().MarkErased("north", "c-1", TimeOf(10)), IsOkAndHolds(TimeOf(10)));
  EXPECT_THAT(store().RemoveErased("north", "c-1", kAll), IsOkAndHolds(1u));
  EXPECT_OK(store().Scrub());
  ExpectGone(store(), RowNumber(1));
  EXPECT_THAT(store().ListAssessments(QueryOf("north", "c-1"))->rows, IsEmpty());
  EXPECT_THAT(store().FindRequest("north", "request-2"), IsOkAndHolds(Optional(RowOf(2, "c-2"))));
  EXPECT_THAT(store().FindRequest("south", "request-3"), IsOkAndHolds(Optional(elsewhere)));
  EXPECT_THAT(store().FindErasure("north", "c-1"), IsOkAndHolds(Optional(TimeOf(10))));
  EXPECT_THAT(store().FindErasure("north", "c-2"), IsOkAndHolds(Eq(std::nullopt)));
  EXPECT_THAT(store().FindErasure("south", "c-1"), IsOkAndHolds(Eq(std::nullopt)));
}

TEST_P(StoreConformance, AReplayOfWhatWasErasedIsRefusedWhoeverSendsItAndTheBatchGoesOn) {
  ASSERT_OK(store().CreateAssessments({RowNumber(1)}));
  ASSERT_OK(store().MarkErased("north", "c-1", TimeOf(10)));
  ASSERT_OK(store().RemoveErased("north", "c-1", kAll));
  EXPECT_THAT(store().WasErased("north", "request-1", TimeOf(20)), IsOkAndHolds(true));
  EXPECT_THAT(store().WasErased("north", "request-20", TimeOf(20)), IsOkAndHolds(false));
  EXPECT_THAT(store().WasErased("south", "request-1", TimeOf(20)), IsOkAndHolds(false));
  AssessmentRow replay = RowNumber(20);
  replay.request_id = "request-1";
  AssessmentRow of_another = RowOf(21, "c-2");
  of_another.request_id = "request-1";
  AssessmentRow elsewhere = RowNumber(22);
  elsewhere.clinic = "south";
  elsewhere.request_id = "request-1";
  const AssessmentRow other = RowOf(23, "c-2");
  EXPECT_THAT(store().CreateAssessments({replay, other, of_another, elsewhere, other}),
              IsOkAndHolds(ElementsAre(Refused(), Written(), Refused(), Written(), Exists())));
}

TEST_P(StoreConformance, AnErasedClientsOlderAssessmentsAreRefusedAndNewerOnesAccepted) {
  ASSERT_OK(store().MarkErased("north", "c-1", TimeOf(10)));
  AssessmentRow on_its_way = RowNumber(9);
  on_its_way.assess_time = TimeOf(12);
  AssessmentRow late = RowNumber(13);
  late.assess_time = TimeOf(10) - absl::Nanoseconds(1);
  const AssessmentRow newer = RowNumber(11);
  AssessmentRow at_once = RowNumber(10);
  EXPECT_THAT(store().CreateAssessments({RowNumber(1), on_its_way, late, newer, at_once, RowOf(2, "c-2")}),
              IsOkAndHolds(ElementsAre(Refused(), Refused(), Refused(), Written(), Written(), Written())));
  EXPECT_THAT(store().FindRequest("north", "request-11"), IsOkAndHolds(Optional(newer)));
  EXPECT_THAT(store().WasErased("north", "request-1", TimeOf(20)), IsOkAndHolds(false)) << "it was never recorded";
}

TEST_P(StoreConformance, OfOneRequestIdTwiceInABatchTheFirstThatIsNotRefusedIsWritten) {
  ASSERT_OK(store().MarkErased("north", "c-1", TimeOf(10)));
  AssessmentRow second = RowOf(2, "c-2");
  second.request_id = "request-1";
  AssessmentRow third = RowOf(3, "c-3");
  third.request_id = "request-1";
  EXPECT_THAT(store().CreateAssessments({RowNumber(1), second, third}),
              IsOkAndHolds(ElementsAre(Refused(), Written(), Exists())));
}

TEST_P(StoreConformance, AnErasureGoesOnInBatchesAndWhatCameAfterItStays) {
  std::vector<AssessmentRow> rows;
  for (int i = 0; i < 7; ++i) rows.push_back(RowNumber(i));
  ASSERT_OK(store().CreateAssessments(rows));
  ASSERT_OK(store().MarkErased("north", "c-1", TimeOf(10)));
  EXPECT_THAT(store().RemoveErased("north", "c-1", 3), IsOkAndHolds(3u));
  ASSERT_THAT(store().CreateAssessments({RowNumber(11)}), IsOkAndHolds(ElementsAre(Written())));
  EXPECT_THAT(store().RemoveErased("north", "c-1", 3), IsOkAndHolds(3u));
  EXPECT_THAT(store().RemoveErased("north", "c-1", 3), IsOkAndHolds(1u));
  EXPECT_THAT(store().RemoveErased("north", "c-1", 3), IsOkAndHolds(0u));
  EXPECT_THAT(store().ListAssessments(QueryOf("north", "c-1"))->rows, ElementsAre(RowNumber(11)));
  for (const AssessmentRow& row : rows) {
    EXPECT_THAT(store().WasErased("north", row.request_id, TimeOf(20)), IsOkAndHolds(true)) << row.request_id;
  }
}

TEST_P(StoreConformance, ErasingAgainMovesTheErasureOnlyWhereSomethingWasRecordedSince) {
  ASSERT_OK(store().MarkErased("north", "c-1", TimeOf(10)));
  ASSERT_OK(store().RemoveErased("north", "c-1", kAll));
  EXPECT_THAT(store().MarkErased("north", "c-1", TimeOf(20)), IsOkAndHolds(TimeOf(10)));
  ASSERT_THAT(store().CreateAssessments({RowNumber(15)}), IsOkAndHolds(ElementsAre(Written())));
  EXPECT_THAT(store().MarkErased("north", "c-1", TimeOf(20)), IsOkAndHolds(TimeOf(20)));
  EXPECT_THAT(store().RemoveErased("north", "c-1", kAll), IsOkAndHolds(1u));
  EXPECT_THAT(store().MarkErased("north", "c-1", TimeOf(30)), IsOkAndHolds(TimeOf(20)));
}

TEST_P(StoreConformance, AnErasureCoversWhatAFasterClockRecordedBefore) {
  ASSERT_OK(store().CreateAssessments({RowNumber(12)}));
  EXPECT_THAT(store().MarkErased("north", "c-1", TimeOf(10)), IsOkAndHolds(TimeOf(12)));
  EXPECT_THAT(store().RemoveErased("north", "c-1", kAll), IsOkAndHolds(1u));
}

TEST_P(StoreConformance, NothingIsRemovedOfAClientWhoWasNotErased) {
  ASSERT_OK(store().CreateAssessments({RowNumber(1)}));
  EXPECT_THAT(store().RemoveErased("north", "c-1", kAll), IsOkAndHolds(0u));
  EXPECT_THAT(store().FindRequest("north", "request-1"), IsOkAndHolds(Optional(RowNumber(1))));
}

TEST_P(StoreConformance, TombstonesOutliveTheProcess) {
  if (!GetParam().forgets_because.empty()) GTEST_SKIP() << GetParam().forgets_because;
  ASSERT_OK(store().CreateAssessments({RowNumber(1)}));
  ASSERT_OK(store().MarkErased("north", "c-1", TimeOf(10)));
  ASSERT_OK(store().RemoveErased("north", "c-1", kAll));
  Reopen();
  AssessmentRow replay = RowNumber(20);
  replay.request_id = "request-1";
  EXPECT_THAT(store().CreateAssessments({replay, RowNumber(2), RowNumber(11)}),
              IsOkAndHolds(ElementsAre(Refused(), Refused(), Written())));
}

TEST_P(StoreConformance, RetentionRemovesWhatIsOlderAndItsRequestIdsComeAgainOnceTheyExpire) {
  AssessmentRow elsewhere = RowNumber(1);
  elsewhere.clinic = "south";
  ASSERT_OK(store().CreateAssessments({RowNumber(1), RowOf(2, "c-2"), RowNumber(3), RowNumber(4), elsewhere}));
  EXPECT_THAT(store().RemoveOlder("north", TimeOf(4), TimeOf(100), 2), IsOkAndHolds(2u));
  EXPECT_THAT(store().RemoveOlder("north", TimeOf(4), TimeOf(100), 2), IsOkAndHolds(1u));
  EXPECT_THAT(store().RemoveOlder("north", TimeOf(4), TimeOf(100), 2), IsOkAndHolds(0u));
  ExpectGone(store(), RowNumber(1));
  ExpectGone(store(), RowOf(2, "c-2"));
  EXPECT_THAT(store().ListAssessments(QueryOf("north", "c-1"))->rows, ElementsAre(RowNumber(4)));
  EXPECT_THAT(store().FindRequest("south", "request-1"), IsOkAndHolds(Optional(elsewhere)));
  EXPECT_THAT(store().FindErasure("north", "c-1"), IsOkAndHolds(Eq(std::nullopt)));

  AssessmentRow replay = RowNumber(99);
  replay.request_id = "request-1";
  EXPECT_THAT(store().WasErased("north", "request-1", TimeOf(99)), IsOkAndHolds(true));
  EXPECT_THAT(store().CreateAssessments({replay, RowNumber(50)}), IsOkAndHolds(ElementsAre(Refused(), Written())));
  EXPECT_THAT(store().WasErased("north", "request-1", TimeOf(100)), IsOkAndHolds(false));
  replay.create_time = TimeOf(100);
  EXPECT_THAT(store().CreateAssessments({replay}), IsOkAndHolds(ElementsAre(Written())));
}

TEST_P(StoreConformance, ExpiredRequestIdsAreForgottenAndErasedOnesNever) {
  ASSERT_OK(store().CreateAssessments({RowNumber(1), RowNumber(2), RowNumber(3), RowOf(4, "c-2")}));
  ASSERT_THAT(store().RemoveOlder("north", TimeOf(2), TimeOf(50), kAll), IsOkAndHolds(1u));
  ASSERT_THAT(store().RemoveOlder("north", TimeOf(4), TimeOf(60), kAll), IsOkAndHolds(2u));
  ASSERT_OK(store().MarkErased("north", "c-2", TimeOf(10)));
  ASSERT_THAT(store().RemoveErased("north", "c-2", kAll), IsOkAndHolds(1u));
  EXPECT_THAT(store().ForgetExpired("north", TimeOf(49), kAll), IsOkAndHolds(0u));
  EXPECT_THAT(store().ForgetExpired("south", TimeOf(99), kAll), IsOkAndHolds(0u));
  EXPECT_THAT(store().ForgetExpired("north", TimeOf(50), kAll), IsOkAndHolds(1u));
  EXPECT_THAT(store().WasErased("north", "request-3", TimeOf(20)), IsOkAndHolds(true)) << "not yet";
  EXPECT_THAT(store().ForgetExpired("north", TimeOf(99), 1), IsOkAndHolds(1u));
  EXPECT_THAT(store().ForgetExpired("north", TimeOf(99), 9), IsOkAndHolds(1u));
  EXPECT_THAT(store().WasErased("north", "request-3", TimeOf(20)), IsOkAndHolds(false));
  EXPECT_THAT(store().WasErased("north", "request-4", TimeOf(1'000'000)), IsOkAndHolds(true));
}

TEST_P(StoreConformance, ClinicsThatRecordedSomethingAreListed) {
  EXPECT_THAT(store().ListClinics("", kAll), IsOkAndHolds(IsEmpty()));
  AssessmentRow south = RowNumber(1);
  south.clinic = "south";
  AssessmentRow east = RowNumber(1);
  east.clinic = "east";
  ASSERT_OK(store().CreateAssessments({south, RowNumber(1), east}));
  EXPECT_THAT(store().ListClinics("", kAll), IsOkAndHolds(ElementsAre("east", "north", "south")));
  EXPECT_THAT(store().ListClinics("east", 1), IsOkAndHolds(ElementsAre("north")));
}

// Replays race with the erasure: each is told what was recorded or that it was erased, and nothing comes back.
TEST_P(StoreConformance, ReplaysBesideAnErasureNeverBringARowBack) {
  constexpr int kRows = 120;
  std::vector<AssessmentRow> rows;
  for (int i = 0; i < kRows; ++i) rows.push_back(RowNumber(i));
  ASSERT_OK(store().CreateAssessments(rows));
  std::atomic<bool> erased = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 2; ++thread) {
    threads.emplace_back([&, thread] {
      bool last_round = false;
      for (int round = 0; !last_round; ++round) {
        last_round = erased;
        for (int i = thread; i < kRows; i += 7) {
          // As a platform does that sends no time: the retry is about now.
          AssessmentRow replay = RowNumber(1000 + i);
          replay.id = absl::StrCat("replay-", thread, "-", round, "-", i);
          replay.request_id = RowNumber(i).request_id;
          const auto outcome = store().CreateAssessments({replay});
          if (!outcome.ok() || outcome->front() == Written()) ++wrong;
          if (last_round && outcome.ok() && !outcome->front().erased) ++wrong;
        }
      }
    });
  }
  ASSERT_OK(store().MarkErased("north", "c-1", TimeOf(500)));
  std::size_t removed = 0;
  do {
    const auto batch = store().RemoveErased("north", "c-1", 10);
    ASSERT_OK(batch);
    removed = *batch;
  } while (removed > 0);
  erased = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_THAT(store().ListAssessments(QueryOf("north", "c-1"))->rows, IsEmpty());
}

}  // namespace
}  // namespace ladder::records
