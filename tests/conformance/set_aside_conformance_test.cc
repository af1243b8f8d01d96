// What every store keeps apart once it is set aside, and how it is reached there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "records-service/store/repair_store.h"
#include "tests/conformance/counting_clients.h"
#include "tests/conformance/store_conformance.h"

namespace ladder::records {
namespace {

using ::ladder::testing::IsOkAndHolds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SetAsideConformance : public StoreConformance {
 protected:
  RepairStore& repairs() { return dynamic_cast<RepairStore&>(store()); }
  ReleaseStore& releases() { return dynamic_cast<ReleaseStore&>(store()); }

  // Rows 1 to `count` of client c-1, each counted.
  void Create(int count) {
    for (int i = 1; i <= count; ++i) {
      AssessmentRow row = RowNumber(i);
      row.series = "mood/1";
      rows_.push_back(row);
    }
    ASSERT_OK(store().CreateAssessments(rows_));
  }

  // Seals and releases what is open.
  void Release(ReleaseCounter& counter) {
    const auto gathering = releases().ListGathering("", "", 10);
    ASSERT_THAT(gathering, IsOkAndHolds(SizeIs(1)));
    const GatheringCohort& open = gathering->front();
    cohort_ = open.id;
    ASSERT_OK(releases().Seal(
        {.members = {{open.partition, open.id, "next"}}, .kind = open.kind, .close_time = Now(), .merge_into = ""}));
    const auto sealed = releases().ListSealed("", "", 10);
    ASSERT_THAT(sealed, IsOkAndHolds(SizeIs(1)));
    ASSERT_THAT(releases().Release(sealed->front(), counter), IsOkAndHolds(true));
  }

  absl::StatusOr<SetAsidePage> List(const std::string& after_id, std::size_t limit, std::size_t max_bytes = 1 << 20) {
    return store().ListSetAside({"north", "c-1", after_id, limit, max_bytes});
  }

  std::vector<AssessmentRow> rows_;
  std::string cohort_;
};

INSTANTIATE_TEST_SUITE_P(Engines, SetAsideConformance, ::testing::ValuesIn(EnginesThatRelease()),
                         [](const auto& engine) { return engine.param.name; });

TEST_P(SetAsideConformance, ARowIsMovedWithAllThatItHeldAndItsRequestIdIsUsedUp) {
  Create(2);
  EXPECT_THAT(repairs().SetAside("north", {{"id-1", "is damaged"}, {"id-9", "is not there"}}, Now()), IsOkAndHolds(1u));
  EXPECT_THAT(store().FindAssessment("north", "c-1", "id-1"), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(store().ListAssessments(QueryOf("north", "c-1"))->rows, SizeIs(1));
  const auto page = List("", 10);
  ASSERT_OK(page);
  AssessmentRow moved = rows_[0];
  moved.cohort = "";
  EXPECT_THAT(page->rows, ElementsAre(SetAsideRow{moved, Now(), "is damaged"})) << "of no released cohort";

  EXPECT_THAT(store().WasSetAside("north", "request-1"), IsOkAndHolds(true));
  EXPECT_THAT(store().WasSetAside("north", "request-2"), IsOkAndHolds(false));
  EXPECT_THAT(store().WasSetAside("South", "request-1"), IsOkAndHolds(false));
  EXPECT_THAT(store().CreateAssessments({rows_[0]}), IsOkAndHolds(ElementsAre(Refused())));
  EXPECT_THAT(repairs().SetAside("north", {{"id-1", "is damaged"}}, Now()), IsOkAndHolds(0u)) << "a second time";
}

TEST_P(SetAsideConformance, WhatWasReleasedKeepsItsCohortAndLosesItsStanding) {
  Create(2);
  CountingClients counter;
  Release(counter);
  ASSERT_THAT(store().ListStandings("north", "c-1"), IsOkAndHolds(SizeIs(1)));
  ASSERT_THAT(repairs().SetAside("north", {{"id-1", "x"}}, Now()), IsOkAndHolds(1u));
  EXPECT_THAT(store().ListStandings("north", "c-1"), IsOkAndHolds(SizeIs(1))) << "it is of another one";
  ASSERT_THAT(repairs().SetAside("north", {{"id-2", "x"}}, Now()), IsOkAndHolds(1u));
  EXPECT_THAT(store().ListStandings("north", "c-1"), IsOkAndHolds(IsEmpty()));
  const auto page = List("", 10);
  ASSERT_OK(page);
  for (const SetAsideRow& row : page->rows) EXPECT_EQ(row.row.cohort, cohort_);
  EXPECT_THAT(releases().ReadLog("north", 0, 10), IsOkAndHolds(SizeIs(1)));
}

TEST_P(SetAsideConformance, PagesGoByIdsAndEndWithTheRowThatPassesTheBytes) {
  Create(3);
  ASSERT_THAT(repairs().SetAside("north", {{"id-3", "x"}, {"id-1", "x"}, {"id-2", "x"}}, Now()), IsOkAndHolds(3u));
  const auto first = List("", 2);
  ASSERT_OK(first);
  ASSERT_THAT(first->rows, SizeIs(2));
  EXPECT_EQ(first->rows[1].row.id, "id-2");
  EXPECT_TRUE(first->more);
  const auto second = List("id-2", 2);
  ASSERT_OK(second);
  ASSERT_THAT(second->rows, SizeIs(1));
  EXPECT_FALSE(second->more);
  EXPECT_THAT(List("", 10, /*max_bytes=*/0)->rows, SizeIs(1));
  EXPECT_TRUE(List("", 0)->more);
  EXPECT_FALSE(List("id-3", 0)->more);
}

TEST_P(SetAsideConformance, AnErasureRemovesItAndItsRequestIdStaysUsedUp) {
  Create(3);
  ASSERT_THAT(repairs().SetAside("north", {{"id-1", "x"}, {"id-2", "x"}}, Now()), IsOkAndHolds(2u));
  const auto erased = store().MarkErased("north", "c-1", absl::FromUnixSeconds(1));
  EXPECT_THAT(erased, IsOkAndHolds(rows_[2].create_time));
  EXPECT_THAT(store().RemoveErased("north", "c-1", 2), IsOkAndHolds(2u));
  EXPECT_THAT(store().RemoveErased("north", "c-1", 2), IsOkAndHolds(1u));
  EXPECT_THAT(List("", 10)->rows, IsEmpty());
  EXPECT_THAT(store().WasSetAside("north", "request-1"), IsOkAndHolds(false));
  EXPECT_THAT(store().WasErased("north", "request-1", absl::InfiniteFuture()), IsOkAndHolds(true));
}

TEST_P(SetAsideConformance, AnErasureIsAboutWhatWasSetAsideLast) {
  Create(2);
  ASSERT_THAT(repairs().SetAside("north", {{"id-2", "x"}}, Now()), IsOkAndHolds(1u));
  EXPECT_THAT(store().MarkErased("north", "c-1", absl::FromUnixSeconds(1)), IsOkAndHolds(rows_[1].create_time));
}

TEST_P(SetAsideConformance, ARetentionRemovesItAndItsRequestIdMayComeAgainAfterwards) {
  Create(2);
  ASSERT_THAT(repairs().SetAside("north", {{"id-1", "x"}}, Now()), IsOkAndHolds(1u));
  const absl::Time later = Now() + absl::Hours(1);
  EXPECT_THAT(store().RemoveOlder("north", rows_[1].assess_time, later, 10), IsOkAndHolds(1u));
  EXPECT_THAT(List("", 10)->rows, IsEmpty());
  EXPECT_THAT(store().WasErased("north", "request-1", later - absl::Seconds(1)), IsOkAndHolds(true));
  EXPECT_THAT(store().WasErased("north", "request-1", later), IsOkAndHolds(false));
}

}  // namespace
}  // namespace ladder::records
