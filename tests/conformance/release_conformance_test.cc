// What a store does for releases: stamping, sealing, releasing exactly once, the log and its sums. The counter here
// counts clients and nothing else, so that tables are numbers and can be checked by hand.

#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/conformance/counting_clients.h"
#include "tests/conformance/store_conformance.h"

namespace ladder::records {
namespace {

using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

absl::Time At(absl::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

class ReleaseConformance : public StoreConformance {
 protected:
  ReleaseStore& releases() { return dynamic_cast<ReleaseStore&>(store()); }

  AssessmentRow Row(int number, const std::string& client, const std::string& campaign = "") {
    AssessmentRow row = RowNumber(number);
    row.client = client;
    row.campaign = campaign;
    row.series = "mood/1";
    row.slices = "sex=female";
    row.outcome = absl::StrCat("outcome ", number);
    return row;
  }

  void Create(const std::vector<AssessmentRow>& rows) { ASSERT_OK(store().CreateAssessments(rows)); }

  std::string CohortOf(const AssessmentRow& row) {
    const auto found = store().FindRequest(row.clinic, row.request_id);
    EXPECT_TRUE(found.ok() && found->has_value());
    return found.ok() && found->has_value() ? (*found)->cohort : "";
  }

  std::vector<GatheringCohort> Gathering() {
    const auto cohorts = releases().ListGathering("", "", 100);
    EXPECT_OK(cohorts);
    return cohorts.value_or(std::vector<GatheringCohort>());
  }

  std::vector<SealedCohort> Sealed() {
    const auto cohorts = releases().ListSealed("", "", 100);
    EXPECT_OK(cohorts);
    return cohorts.value_or(std::vector<SealedCohort>());
  }

  Sealing SealingOf(const GatheringCohort& cohort, const std::string& next) {
    return {.members = {{cohort.partition, cohort.id, next}},
            .kind = cohort.kind,
            .close_time = At("2026-03-01T10:00:00Z"),
            .merge_into = ""};
  }

  std::vector<LogRow> Log(const std::string& clinic = "north") {
    const auto log = releases().ReadLog(clinic, 0, 100);
    EXPECT_OK(log);
    return log.value_or(std::vector<LogRow>());
  }

  CountingClients counter_;
};

TEST_P(ReleaseConformance, RowsOfAPartitionJoinOneCohortAndLateOnesItsHistory) {
  AssessmentRow late = Row(3, "c-3");
  late.late = true;
  Create({Row(1, "c-1"), Row(2, "c-2"), late});
  Create({Row(4, "c-1")});
  EXPECT_NE(CohortOf(Row(1, "c-1")), "");
  EXPECT_EQ(CohortOf(Row(1, "c-1")), CohortOf(Row(2, "c-2")));
  EXPECT_EQ(CohortOf(Row(1, "c-1")), CohortOf(Row(4, "c-1")));
  EXPECT_NE(CohortOf(Row(1, "c-1")), CohortOf(late));
  const std::vector<GatheringCohort> gathering = Gathering();
  ASSERT_THAT(gathering, SizeIs(2));
  std::map<CohortKind, std::int64_t> clients;
  for (const GatheringCohort& cohort : gathering) clients[cohort.kind] = cohort.clients;
  EXPECT_EQ(clients[CohortKind::kPresent], 2);
  EXPECT_EQ(clients[CohortKind::kHistory], 1);
}

TEST_P(ReleaseConformance, EachPartitionHasItsOwnCohortAndRowsWithoutSeriesHaveNone) {
  AssessmentRow elsewhere = Row(2, "c-1");
  elsewhere.clinic = "south";
  AssessmentRow other_series = Row(3, "c-1");
  other_series.series = "mood/2";
  AssessmentRow none = Row(4, "c-1");
  none.series = "";
  Create({Row(1, "c-1"), elsewhere, other_series, none, Row(5, "c-1", "spring")});
  EXPECT_EQ(CohortOf(none), "");
  const std::set<std::string> cohorts = {CohortOf(Row(1, "c-1")), CohortOf(elsewhere), CohortOf(other_series),
                                         CohortOf(Row(5, "c-1", "spring"))};
  EXPECT_THAT(cohorts, SizeIs(4));
  EXPECT_THAT(Gathering(), SizeIs(4));
}

TEST_P(ReleaseConformance, WhatIsStoredComesBack) {
  AssessmentRow row = Row(1, "c-1", "spring");
  row.late = true;
  Create({row});
  row.cohort = CohortOf(row);
  EXPECT_THAT(store().FindAssessment(row.clinic, row.client, row.id), IsOkAndHolds(::testing::Optional(row)));
}

TEST_P(ReleaseConformance, ASealedCohortTakesNoMore) {
  Create({Row(1, "c-1")});
  const GatheringCohort cohort = Gathering().at(0);
  EXPECT_EQ(cohort.id, CohortOf(Row(1, "c-1")));
  EXPECT_EQ(cohort.oldest, Row(1, "c-1").create_time);
  ASSERT_OK(releases().Seal(SealingOf(cohort, "next")));
  EXPECT_THAT(Gathering(), IsEmpty()) << "nobody is in the next one";
  Create({Row(2, "c-2")});
  EXPECT_EQ(CohortOf(Row(2, "c-2")), "next");
  const std::vector<SealedCohort> sealed = Sealed();
  ASSERT_THAT(sealed, SizeIs(1));
  EXPECT_EQ(sealed[0].id, cohort.id);
  EXPECT_EQ(sealed[0].partition, cohort.partition);
  EXPECT_EQ(sealed[0].close_time, At("2026-03-01T10:00:00Z"));
}

TEST_P(ReleaseConformance, ACohortIsSealedOnce) {
  Create({Row(1, "c-1")});
  const GatheringCohort cohort = Gathering().at(0);
  ASSERT_OK(releases().Seal(SealingOf(cohort, "next")));
  EXPECT_THAT(releases().Seal(SealingOf(cohort, "another")), StatusIs(absl::StatusCode::kAborted));
  Create({Row(2, "c-2")});
  EXPECT_EQ(CohortOf(Row(2, "c-2")), "next");
}

TEST_P(ReleaseConformance, AReleaseSeesTheCohortAndIsWrittenOnce) {
  Create({Row(2, "c-2"), Row(1, "c-1"), Row(3, "c-1")});
  ASSERT_OK(releases().Seal(SealingOf(Gathering().at(0), "next")));
  Create({Row(4, "c-4")});
  const SealedCohort cohort = Sealed().at(0);
  EXPECT_THAT(releases().Release(cohort, counter_), IsOkAndHolds(true));
  ASSERT_THAT(counter_.seen, SizeIs(1));
  ASSERT_THAT(counter_.seen[0].assessments, SizeIs(3));
  EXPECT_EQ(counter_.seen[0].assessments[0].id, "id-1") << "by time";
  EXPECT_EQ(counter_.seen[0].assessments[0].slices, "sex=female");
  EXPECT_EQ(counter_.seen[0].assessments[2].outcome, "outcome 3");
  EXPECT_THAT(counter_.seen[0].standings, IsEmpty());

  EXPECT_THAT(Sealed(), IsEmpty());
  EXPECT_THAT(releases().Release(cohort, counter_), IsOkAndHolds(false));
  EXPECT_THAT(counter_.seen, SizeIs(1));
  const std::vector<LogRow> log = Log();
  ASSERT_THAT(log, SizeIs(1));
  EXPECT_EQ(log[0].position, 1);
  EXPECT_EQ(log[0].cohort, cohort.id);
  EXPECT_EQ(log[0].partition, cohort.partition);
  EXPECT_EQ(log[0].figures.clients, 2);
  EXPECT_EQ(log[0].figures.assessments, 3);
  EXPECT_EQ(log[0].figures.tables, "2");
  EXPECT_EQ(log[0].close_time, cohort.close_time);
}

TEST_P(ReleaseConformance, TheNextReleaseSeesTheStandings) {
  Create({Row(1, "c-1"), Row(2, "c-2")});
  ASSERT_OK(releases().Seal(SealingOf(Gathering().at(0), "next")));
  ASSERT_THAT(releases().Release(Sealed().at(0), counter_), IsOkAndHolds(true));
  Create({Row(3, "c-1"), Row(4, "c-9")});
  ASSERT_OK(releases().Seal(SealingOf(Gathering().at(0), "third")));
  ASSERT_THAT(releases().Release(Sealed().at(0), counter_), IsOkAndHolds(true));
  const AssessmentRow before = Row(1, "c-1");
  EXPECT_THAT(counter_.seen.at(1).standings,
              ElementsAre(StandingRow{"c-1", before.assess_time, before.id, before.outcome}))
      << "of those in the cohort only";
}

TEST_P(ReleaseConformance, AReleaseThatFailsChangesNothing) {
  Create({Row(1, "c-1")});
  ASSERT_OK(releases().Seal(SealingOf(Gathering().at(0), "next")));
  counter_.failure = absl::InvalidArgumentError("cannot count");
  EXPECT_THAT(releases().Release(Sealed().at(0), counter_), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Log(), IsEmpty());
  counter_.failure = absl::OkStatus();
  EXPECT_THAT(releases().Release(Sealed().at(0), counter_), IsOkAndHolds(true));
  ASSERT_THAT(Log(), SizeIs(1));
  EXPECT_EQ(Log()[0].position, 1) << "no gap";
}

TEST_P(ReleaseConformance, ThoseTooSmallAreReleasedTogetherUnderOther) {
  Create({Row(1, "c-1", "spring"), Row(2, "c-2", "summer"), Row(3, "c-1", "summer")});
  Sealing sealing{
      .members = {}, .kind = CohortKind::kPresent, .close_time = At("2026-03-01T10:00:00Z"), .merge_into = "together"};
  std::vector<GatheringCohort> gathering = Gathering();
  std::sort(gathering.begin(), gathering.end(),
            [](const GatheringCohort& a, const GatheringCohort& b) { return a.partition < b.partition; });
  for (const GatheringCohort& cohort : gathering) {
    sealing.members.push_back({cohort.partition, cohort.id, absl::StrCat("after-", cohort.id)});
  }
  ASSERT_OK(releases().Seal(sealing));
  const std::vector<SealedCohort> sealed = Sealed();
  ASSERT_THAT(sealed, SizeIs(1)) << "the members are not released for themselves";
  EXPECT_EQ(sealed[0].id, "together");
  EXPECT_EQ(sealed[0].partition, (PartitionKey{"north", kOtherCampaign, "mood/1"}));
  EXPECT_THAT(releases().Release(sealed[0], counter_), IsOkAndHolds(true));
  EXPECT_THAT(counter_.seen.at(0).assessments, SizeIs(3));
  EXPECT_EQ(Log().at(0).figures.clients, 2);
  EXPECT_THAT(releases().Release(sealed[0], counter_), IsOkAndHolds(false));
}

TEST_P(ReleaseConformance, SealingOfSeveralIsWholeOrNothing) {
  Create({Row(1, "c-1", "spring"), Row(2, "c-2", "summer")});
  std::vector<GatheringCohort> gathering = Gathering();
  std::sort(gathering.begin(), gathering.end(),
            [](const GatheringCohort& a, const GatheringCohort& b) { return a.partition < b.partition; });
  Sealing sealing = SealingOf(gathering[0], "n-1");
  sealing.members.push_back({gathering[1].partition, "no such cohort", "n-2"});
  sealing.merge_into = "together";
  EXPECT_THAT(releases().Seal(sealing), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(Sealed(), IsEmpty());
  EXPECT_EQ(Gathering(), gathering);
}

TEST_P(ReleaseConformance, PositionsCountInEachClinicWithoutGaps) {
  for (int number = 1; number <= 6; ++number) {
    AssessmentRow row = Row(number, "c-1");
    row.clinic = number % 2 == 0 ? "north" : "south";
    Create({row});
    ASSERT_OK(releases().Seal(SealingOf(Gathering().at(0), absl::StrCat("next-", number))));
    ASSERT_THAT(releases().Release(Sealed().at(0), counter_), IsOkAndHolds(true));
  }
  for (const std::string clinic : {"north", "south"}) {
    const std::vector<LogRow> log = Log(clinic);
    ASSERT_THAT(log, SizeIs(3));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(log[i].position, i + 1);
  }
  EXPECT_THAT(releases().ListHeads("", 10), IsOkAndHolds(ElementsAre(LogHead{"north", 3}, LogHead{"south", 3})));
  EXPECT_THAT(releases().ListHeads("north", 10), IsOkAndHolds(ElementsAre(LogHead{"south", 3})));
  const auto rest = releases().ReadLog("north", 1, 1);
  ASSERT_OK(rest);
  ASSERT_THAT(*rest, SizeIs(1));
  EXPECT_EQ((*rest)[0].position, 2);
}

TEST_P(ReleaseConformance, SumsAreThoseOfTheLogAtEveryGrain) {
  const std::vector<std::string> times = {"2026-01-31T23:50:00Z", "2026-02-01T00:05:00Z", "2026-02-01T00:10:00Z",
                                          "2026-02-02T09:00:00Z"};
  for (std::size_t i = 0; i < times.size(); ++i) {
    AssessmentRow row = Row(static_cast<int>(i), absl::StrCat("c-", i));
    row.assess_time = At(times[i]);
    Create({row});
    ASSERT_OK(releases().Seal(SealingOf(Gathering().at(0), absl::StrCat("next-", i))));
    ASSERT_THAT(releases().Release(Sealed().at(0), counter_), IsOkAndHolds(true));
  }
  SumQuery query{.clinic = "north", .series = "mood/1", .parts = {}};
  query.parts = {{Grain::kMonth, At("2026-01-01T00:00:00Z"), At("2026-02-01T00:00:00Z")},
                 {Grain::kDay, At("2026-02-01T00:00:00Z"), At("2026-02-03T00:00:00Z")},
                 {Grain::kTick, At("2026-02-01T00:00:00Z"), At("2026-02-02T00:00:00Z")}};
  const absl::StatusOr<Sums> sums = releases().ReadSums(query);
  ASSERT_OK(sums);
  EXPECT_THAT(sums->heads, ElementsAre(LogHead{"north", 4}));
  std::vector<std::string> shown;
  for (const SumRow& row : sums->rows) {
    shown.push_back(absl::StrCat(static_cast<int>(row.grain), " ", absl::FormatTime(row.begin, absl::UTCTimeZone()),
                                 " ", row.entries, " ", row.clients, " ", row.tables));
  }
  EXPECT_THAT(shown, ElementsAre("2 2026-01-01T00:00:00+00:00 1 1 1", "1 2026-02-01T00:00:00+00:00 2 2 2",
                                 "1 2026-02-02T00:00:00+00:00 1 1 1", "0 2026-02-01T00:00:00+00:00 2 2 2"));
  query.clinic = "";
  const absl::StatusOr<Sums> of_all = releases().ReadSums(query);
  ASSERT_OK(of_all);
  EXPECT_THAT(of_all->rows, SizeIs(4));
  query.series = "mood/2";
  const absl::StatusOr<Sums> of_none = releases().ReadSums(query);
  ASSERT_OK(of_none);
  EXPECT_THAT(of_none->rows, IsEmpty());
}

TEST_P(ReleaseConformance, TheEpochStaysTheSame) {
  const absl::StatusOr<std::string> epoch = releases().LogEpoch();
  ASSERT_OK(epoch);
  EXPECT_NE(*epoch, "");
  Reopen();
  EXPECT_THAT(releases().LogEpoch(), IsOkAndHolds(*epoch));
}

// Writers, sealers and releasers beside each other: every assessment is counted in the log exactly once.
TEST_P(ReleaseConformance, EveryAssessmentIsReleasedOnceWhoeverWritesAndSealsBesideOthers) {
  constexpr int kWriters = 4;
  constexpr int kBatches = 20;
  constexpr int kBatch = 5;
  std::atomic<int> writing = kWriters;
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {
      for (int batch = 0; batch < kBatches; ++batch) {
        std::vector<AssessmentRow> rows;
        for (int i = 0; i < kBatch; ++i) {
          const int number = (writer * kBatches + batch) * kBatch + i;
          rows.push_back(Row(number, absl::StrCat("c-", number), number % 3 == 0 ? "spring" : ""));
        }
        if (!store().CreateAssessments(rows).ok()) ++failures;
      }
      --writing;
    });
  }
  std::atomic<int> next = 0;
  for (int sealer = 0; sealer < 2; ++sealer) {
    threads.emplace_back([&] {
      CountingClients counter;
      bool last_round = false;
      while (true) {
        last_round = writing == 0;
        for (const GatheringCohort& cohort : Gathering()) {
          const absl::Status sealed = releases().Seal(SealingOf(cohort, absl::StrCat("next-", next++)));
          if (!sealed.ok() && sealed.code() != absl::StatusCode::kAborted) ++failures;
        }
        for (const SealedCohort& cohort : Sealed()) {
          if (!releases().Release(cohort, counter).ok()) ++failures;
        }
        if (last_round) return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  const auto log = releases().ReadLog("north", 0, 10'000);
  ASSERT_OK(log);
  std::int64_t assessments = 0;
  for (std::size_t i = 0; i < log->size(); ++i) {
    EXPECT_EQ((*log)[i].position, static_cast<std::int64_t>(i + 1));
    assessments += (*log)[i].figures.assessments;
  }
  EXPECT_EQ(assessments, kWriters * kBatches * kBatch);
  EXPECT_THAT(Gathering(), IsEmpty());
}

// Everything that a log and its sums hold, as text.
std::string WholeLog(ReleaseStore& releases) {
  std::string whole;
  const auto log = releases.ReadLog("north", 0, 100);
  EXPECT_OK(log);
  for (const LogRow& row : log.value_or(std::vector<LogRow>())) {
    absl::StrAppend(&whole, row.position, " ", row.cohort, " ", row.run, " ", row.partition.campaign, " ",
                    row.figures.clients, " ", row.figures.assessments, " ", row.figures.tables, "\n");
  }
  SumQuery query{.clinic = "north", .series = "mood/1", .parts = {}};
  query.parts = {{Grain::kMonth, absl::UnixEpoch(), LatestTime()}, {Grain::kTick, absl::UnixEpoch(), LatestTime()}};
  const absl::StatusOr<Sums> sums = releases.ReadSums(query);
  EXPECT_OK(sums);
  for (const SumRow& row : sums.value_or(Sums()).rows) {
    absl::StrAppend(&whole, absl::FormatTime(row.begin), " ", row.clients, " ", row.assessments, " ", row.tables, "\n");
  }
  return whole;
}

TEST_P(ReleaseConformance, AnErasureTakesWhatWasNotReleasedAndLeavesTheLogAsItIs) {
  Create({Row(1, "c-1"), Row(2, "c-2")});
  ASSERT_OK(releases().Seal(SealingOf(Gathering().at(0), "next")));
  ASSERT_THAT(releases().Release(Sealed().at(0), counter_), IsOkAndHolds(true));
  Create({Row(3, "c-1"), Row(4, "c-2")});
  ASSERT_OK(releases().Seal(SealingOf(Gathering().at(0), "third")));
  Create({Row(5, "c-1"), Row(6, "c-2")});
  const std::string before = WholeLog(releases());
  ASSERT_NE(before, "");
  const AssessmentRow first = Row(1, "c-1");
  EXPECT_THAT(store().ListStandings("north", "c-1"),
              IsOkAndHolds(ElementsAre(ClientStanding{"mood/1", first.assess_time, first.id, first.outcome})));

  ASSERT_OK(store().MarkErased("north", "c-1", Row(10, "c-1").create_time));
  ASSERT_THAT(store().RemoveErased("north", "c-1", 100), IsOkAndHolds(3u));
  EXPECT_EQ(WholeLog(releases()), before);
  EXPECT_THAT(store().ListStandings("north", "c-1"), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(store().ListStandings("north", "c-2"), IsOkAndHolds(SizeIs(1)));
  EXPECT_EQ(Gathering().at(0).clients, 1);
  ASSERT_THAT(releases().Release(Sealed().at(0), counter_), IsOkAndHolds(true));
  ASSERT_THAT(counter_.seen.at(1).assessments, SizeIs(1)) << "sealed, but not yet released";
  EXPECT_EQ(counter_.seen.at(1).assessments[0].client, "c-2");
}

TEST_P(ReleaseConformance, AfterAnErasureTheNextAssessmentIsTheFirst) {
  Create({Row(1, "c-1")});
  ASSERT_OK(releases().Seal(SealingOf(Gathering().at(0), "next")));
  ASSERT_THAT(releases().Release(Sealed().at(0), counter_), IsOkAndHolds(true));
  ASSERT_OK(store().MarkErased("north", "c-1", Row(10, "c-1").create_time));
  ASSERT_OK(store().RemoveErased("north", "c-1", 100));
  Create({Row(11, "c-1")});
  ASSERT_OK(releases().Seal(SealingOf(Gathering().at(0), "third")));
  ASSERT_THAT(releases().Release(Sealed().at(0), counter_), IsOkAndHolds(true));
  ASSERT_THAT(counter_.seen.at(1).assessments, SizeIs(1));
  EXPECT_THAT(counter_.seen.at(1).standings, IsEmpty());
}

TEST_P(ReleaseConformance, ACohortOfWhichEverybodyWasErasedIsNeverReleased) {
  Create({Row(1, "c-1")});
  ASSERT_OK(releases().Seal(SealingOf(Gathering().at(0), "next")));
  const SealedCohort cohort = Sealed().at(0);
  ASSERT_OK(store().MarkErased("north", "c-1", Row(10, "c-1").create_time));
  ASSERT_OK(store().RemoveErased("north", "c-1", 100));
  ASSERT_OK(releases().Release(cohort, counter_));
  EXPECT_THAT(Log(), IsEmpty());
  EXPECT_THAT(Sealed(), IsEmpty());
}

TEST_P(ReleaseConformance, RetentionTakesTheStandingsThatItsRowsAreAndNoOthers) {
  Create({Row(1, "c-1"), Row(2, "c-2")});
  ASSERT_OK(releases().Seal(SealingOf(Gathering().at(0), "next")));
  ASSERT_THAT(releases().Release(Sealed().at(0), counter_), IsOkAndHolds(true));
  Create({Row(3, "c-2")});
  ASSERT_OK(releases().Seal(SealingOf(Gathering().at(0), "third")));
  ASSERT_THAT(releases().Release(Sealed().at(0), counter_), IsOkAndHolds(true));
  const std::string before = WholeLog(releases());
  const absl::Time until = Row(3, "c-1").assess_time;
  ASSERT_THAT(store().RemoveOlder("north", until, until + absl::Hours(1), 100), IsOkAndHolds(2u));
  EXPECT_EQ(WholeLog(releases()), before);
  EXPECT_THAT(store().ListStandings("north", "c-1"), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(store().ListStandings("north", "c-2"), IsOkAndHolds(SizeIs(1))) << "counted by a newer one";
}

// What a release counts was there when it began, or is gone: once an erasure has returned, no release counts its rows.
TEST_P(ReleaseConformance, AReleaseNeverCountsWhatAnErasureThatIsOverTook) {
  constexpr int kRounds = 25;
  int counted_late = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string client = absl::StrCat("c-", round);
    Create({Row(round * 10, client, "spring"), Row(round * 10 + 1, "stays", "summer")});
    Sealing sealing{.members = {},
                    .kind = CohortKind::kPresent,
                    .close_time = At("2026-03-01T10:00:00Z"),
                    .merge_into = absl::StrCat("together-", round)};
    std::vector<GatheringCohort> gathering = Gathering();
    std::sort(gathering.begin(), gathering.end(),
              [](const GatheringCohort& a, const GatheringCohort& b) { return a.partition < b.partition; });
    for (const GatheringCohort& cohort : gathering) {
      sealing.members.push_back({cohort.partition, cohort.id, absl::StrCat("after-", round, "-", cohort.id)});
    }
    ASSERT_OK(releases().Seal(sealing));
    const SealedCohort cohort = Sealed().at(0);
    CountingClients counter;
    std::thread releaser([&] { ASSERT_OK(releases().Release(cohort, counter)); });
    ASSERT_OK(store().MarkErased("north", client, Row(round * 10 + 5, client).create_time));
    ASSERT_OK(store().RemoveErased("north", client, 100));
    const std::size_t log_size = Log().size();
    releaser.join();
    const bool released_after = Log().size() > log_size;
    if (released_after && counter.seen.back().assessments.size() > 1) ++counted_late;
    EXPECT_THAT(store().ListStandings("north", client), IsOkAndHolds(IsEmpty()));
  }
  EXPECT_EQ(counted_late, 0);
}

std::string NameOf(const ::testing::TestParamInfo<Engine>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Engines, ReleaseConformance, ::testing::ValuesIn(EnginesThatRelease()), NameOf);

}  // namespace
}  // namespace ladder::records
