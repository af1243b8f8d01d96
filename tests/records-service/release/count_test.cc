#include "records-service/release/count.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "records-service/release/cohort_counter.h"
#include "records-service/release/places.h"
#include "tests/records-service/release/release_fixture.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::release {
namespace {

using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TableShape PlainShape() {
  TableShape shape = SmallShape();
  shape.slices.clear();
  return shape;
}

Outcome Low(int score) { return OutcomeAt("low", "", "", score); }
Outcome High(int score) { return OutcomeAt("high", "upper", "talk", score); }

Standing StandingAt(const std::string& client, std::int64_t minute, const std::string& id, const Outcome& outcome) {
  return {client, At(minute), id, outcome};
}

std::vector<std::string> IdsOf(const std::vector<Row>& rows) {
  std::vector<std::string> ids;
  for (const Row& row : rows) ids.push_back(row.id);
  return ids;
}

TEST(CountCohortTest, AClientCountsOnceByTheLatestAssessment) {
  const std::vector<Row> rows = {RowAt("a", 20, "2", Low(3)), RowAt("a", 40, "1", High(9)), RowAt("a", 10, "3", Low(1)),
                                 RowAt("b", 30, "4", NotScored())};
  ASSERT_OK_AND_ASSIGN(const Counted counted, CountCohort(PlainShape(), kTick, rows, {}));
  EXPECT_EQ(counted.clients, 2);
  EXPECT_EQ(counted.assessments, 4);
  // low, high, not scored.
  EXPECT_THAT(StageCounts(counted.tables), ElementsAre(0, 1, 1));
  // low, high/lower, high/upper, not scored; each with "talk" and with none.
  EXPECT_THAT(DetailCounts(counted.tables), ElementsAre(0, 0, 0, 0, 1, 0, 0, 1));
  EXPECT_THAT(ChangeCounts(counted.tables), ElementsAre(0, 0, 0, 0, 2)) << "both are counted for the first time";
  EXPECT_THAT(FlowCounts(counted.tables), ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 0));
  ASSERT_THAT(counted.standings, SizeIs(2));
  EXPECT_EQ(counted.standings[0].id, "1");
  EXPECT_EQ(counted.standings[0].assess_time, At(40));
  EXPECT_EQ(counted.standings[1].client, "b");
}

TEST(CountCohortTest, AtOneTimeTheHigherIdIsTheLaterAssessment) {
  const std::vector<Row> rows = {RowAt("a", 20, "2", High(9)), RowAt("a", 20, "1", Low(3))};
  ASSERT_OK_AND_ASSIGN(const Counted counted, CountCohort(PlainShape(), kTick, rows, {}));
  EXPECT_THAT(StageCounts(counted.tables), ElementsAre(0, 1, 0));
}

TEST(CountCohortTest, ChangeAndFlowGoFromTheStandingWhichIsThenReplaced) {
  const Standings standings = {{"a", StandingAt("a", 5, "0", Low(3))}, {"c", StandingAt("c", 5, "9", Low(3))}};
  const std::vector<Row> rows = {RowAt("a", 20, "1", Low(9)), RowAt("a", 40, "2", High(9)),
                                 RowAt("b", 30, "3", NotScored())};
  ASSERT_OK_AND_ASSIGN(const Counted counted, CountCohort(PlainShape(), kTick, rows, standings));
  EXPECT_THAT(ChangeCounts(counted.tables), ElementsAre(1, 0, 0, 0, 1));
  EXPECT_THAT(FlowCounts(counted.tables), ElementsAre(0, 1, 0, 0, 0, 0, 0, 0, 0)) << "from low to high";
  ASSERT_THAT(counted.standings, SizeIs(2)) << "only what changes is put";
  EXPECT_EQ(counted.standings[0].id, "2");
}

TEST(CountCohortTest, NotScoredIsAStageToComeFromAndToGoTo) {
  const Standings standings = {{"a", StandingAt("a", 5, "0", NotScored())}, {"b", StandingAt("b", 5, "0", Low(3))}};
  const std::vector<Row> rows = {RowAt("a", 20, "1", Low(9)), RowAt("b", 40, "2", NotScored())};
  ASSERT_OK_AND_ASSIGN(const Counted counted, CountCohort(PlainShape(), kTick, rows, standings));
  EXPECT_THAT(FlowCounts(counted.tables), ElementsAre(0, 0, 1, 0, 0, 0, 1, 0, 0));
  EXPECT_THAT(ChangeCounts(counted.tables), ElementsAre(0, 0, 0, 2, 0));
}

TEST(CountCohortTest, WhatIsOlderThanTheStandingCountsInStageAndDetailOnly) {
  const Standings standings = {{"a", StandingAt("a", 50, "5", High(9))}};
  for (const Row& row : {RowAt("a", 49, "9", Low(3)), RowAt("a", 50, "4", Low(3))}) {
    ASSERT_OK_AND_ASSIGN(const Counted counted, CountCohort(PlainShape(), kTick, {row}, standings));
    EXPECT_EQ(counted.clients, 1);
    EXPECT_THAT(StageCounts(counted.tables), ElementsAre(1, 0, 0));
    EXPECT_THAT(DetailCounts(counted.tables), ElementsAre(0, 1, 0, 0, 0, 0, 0, 0));
    EXPECT_THAT(ChangeCounts(counted.tables), ElementsAre(0, 0, 0, 0, 0));
    EXPECT_THAT(FlowCounts(counted.tables), ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 0));
    EXPECT_THAT(counted.standings, IsEmpty());
  }
  ASSERT_OK_AND_ASSIGN(const Counted same_time,
                       CountCohort(PlainShape(), kTick, {RowAt("a", 50, "6", Low(3))}, standings));
  EXPECT_THAT(ChangeCounts(same_time.tables), ElementsAre(0, 1, 0, 0, 0)) << "the higher id is later";
}

TEST(CountCohortTest, TheWindowIsToldInTicks) {
  struct Case {
    std::int64_t first, last, begin, end;
  };
  for (const Case& one :
       {Case{16, 44, 15, 45}, Case{15, 29, 15, 30}, Case{15, 30, 15, 45}, Case{0, 0, 0, 15}, Case{-1, 3, -15, 15}}) {
    const std::vector<Row> rows = {RowAt("b", one.last, "2", Low(1)), RowAt("a", one.first, "1", Low(1))};
    ASSERT_OK_AND_ASSIGN(const Counted counted, CountCohort(PlainShape(), kTick, rows, {}));
    EXPECT_EQ(counted.window_begin, At(one.begin));
    EXPECT_EQ(counted.window_end, At(one.end)) << "a tick holds its begin, not its end";
  }
  Row before_1970 = RowAt("a", 0, "1", Low(1));
  before_1970.assess_time = absl::UnixEpoch() - absl::Nanoseconds(1);
  ASSERT_OK_AND_ASSIGN(const Counted counted, CountCohort(PlainShape(), kTick, {before_1970}, {}));
  EXPECT_EQ(counted.window_begin, absl::UnixEpoch() - kTick);
  EXPECT_EQ(counted.window_end, absl::UnixEpoch());
}

TEST(CountCohortTest, SlicesCutTheStageTableAndTellTheirSize) {
  std::vector<Row> rows = {RowAt("a", 1, "1", Low(1)), RowAt("b", 1, "2", High(9)), RowAt("c", 1, "3", High(9)),
                           RowAt("d", 1, "4", High(9))};
  rows[1].slices = "informant=parent,sex=male";  // Another order, as another version may write it.
  rows[2].slices = "informant=self";             // A version that did not slice by sex.
  rows[3].slices = "sex=male,informant=parent,region=north";
  ASSERT_OK_AND_ASSIGN(const Counted counted, CountCohort(SmallShape(), kTick, rows, {}));
  std::vector<std::string> sizes;
  for (const v1::StageGroup& group : counted.tables.stage()) {
    if (group.clients() == 0) continue;
    sizes.push_back(absl::StrCat(group.slice_values(0), "/", group.slice_values(1), " ", group.clients()));
  }
  EXPECT_THAT(sizes, ElementsAre("female/self 1", "male/parent 2", "/self 1"));
  EXPECT_THAT(StageCounts(counted.tables), ElementsAre(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0));
}

TEST(PlacesTest, WhatTheTablesHaveACellForHasAPlace) {
  const Places places(SmallShape());
  EXPECT_TRUE(places.Has("sex=female,informant=self", Low(1)));
  EXPECT_TRUE(places.Has("informant=parent,sex=male", High(9)));
  EXPECT_TRUE(places.Has("informant=self", OutcomeAt("", "", "", 0)));
  EXPECT_TRUE(places.HasStage("high") && places.HasStage(""));
  EXPECT_FALSE(places.HasStage("severe"));
}

// What one release makes of a cohort with this content.
class CohortCounterTest : public ::testing::Test {
 protected:
  absl::StatusOr<Released> Count(std::vector<CohortAssessment> assessments, std::vector<StandingRow> standings) {
    CohortContent content;
    content.assessments = std::move(assessments);
    content.standings = std::move(standings);
    return counter_.Count(content);
  }

  static v1::ReleasedTables TablesOf(const Released& released) {
    v1::ReleasedTables tables;
    EXPECT_TRUE(tables.ParseFromString(released.runs.at(0).tables));
    return tables;
  }

  NoNoise noise_;
  ReleaseOptions options_;
  TableShape shape_ = PlainShape();
  CohortCounter counter_{shape_, options_, noise_};
};

TEST_F(CohortCounterTest, LeavesOutWhatItCannotCountAndSaysWhich) {
  const std::string low = Low(1).SerializeAsString();
  Outcome beyond = Low(1);
  beyond.mutable_score()->set_numerator(std::string(100, '7'));
  ASSERT_OK_AND_ASSIGN(const Released released,
                       Count({{"a", At(1), "sound", "", low},
                              {"a", At(2), "damaged", "", low.substr(1)},
                              {"b", At(3), "beyond", "", beyond.SerializeAsString()},
                              {"c", At(4), "elsewhere", "", OutcomeAt("severe", "", "", 1).SerializeAsString()}},
                             {}));
  EXPECT_THAT(counter_.unusable(), ElementsAre("damaged", "beyond", "elsewhere"));
  EXPECT_EQ(released.skipped, 3);
  ASSERT_EQ(released.runs.size(), 1u);
  EXPECT_EQ(released.runs[0].clients, 1);
  EXPECT_EQ(released.runs[0].assessments, 1);
  EXPECT_EQ(released.standings.at(0).id, "sound");
}

TEST_F(CohortCounterTest, AStandingThatItCannotUseIsNone) {
  const std::string low = Low(1).SerializeAsString();
  ASSERT_OK_AND_ASSIGN(const Released released,
                       Count({{"a", At(5), "5", "", low}, {"b", At(5), "6", "", low}},
                             {{"a", At(1), "standing-a", "damaged"}, {"b", At(1), "standing-b", low}}));
  EXPECT_THAT(counter_.unusable(), ElementsAre("standing-a"));
  EXPECT_EQ(released.skipped, 0);
  EXPECT_EQ(released.runs.at(0).clients, 2);
  std::int64_t first = 0;
  const v1::ReleasedTables tables = TablesOf(released);
  for (const v1::ChangeCount& cell : tables.change()) {
    if (cell.change() == v1::CHANGE_FIRST) first = cell.count();
  }
  EXPECT_EQ(first, 1);
}

TEST_F(CohortCounterTest, WhereNothingCanBeCountedThereIsNoRun) {
  ASSERT_OK_AND_ASSIGN(const Released released, Count({{"a", At(1), "1", "", "damaged"}}, {}));
  EXPECT_TRUE(released.runs.empty());
  EXPECT_EQ(released.skipped, 1);
}

TEST(CountCohortTest, WhatTheShapeLacksIsAnErrorThatTellsNoOutcome) {
  std::vector<Row> rows = {RowAt("a", 1, "1", OutcomeAt("severe", "", "", 1)),
                           RowAt("a", 1, "1", OutcomeAt("low", "upper", "", 1)),
                           RowAt("a", 1, "1", OutcomeAt("low", "", "walk", 1)),
                           RowAt("a", 1, "1", Low(1)),
                           RowAt("a", 1, "1", Low(1)),
                           RowAt("a", 1, "1", Low(1))};
  rows[3].slices = "sex=x,informant=self";
  rows[4].slices = "sex=female";
  rows[5].slices = "sex";
  for (const Row& row : rows) {
    EXPECT_THAT(CountCohort(SmallShape(), kTick, {row}, {}).status(),
                StatusIs(absl::StatusCode::kInternal, Not(HasSubstr("severe"))));
    EXPECT_FALSE(Places(SmallShape()).Has(row.slices, row.outcome));
  }
  const Standings standings = {{"a", StandingAt("a", 0, "0", OutcomeAt("severe", "", "", 1))}};
  EXPECT_THAT(CountCohort(SmallShape(), kTick, {RowAt("a", 1, "1", Low(1))}, standings).status(),
              StatusIs(absl::StatusCode::kInternal));
}

TEST(CutIntoRunsTest, CutsByTimeAndJoinsTheRest) {
  // Clients a and b, c and d, then e alone; target 2.
  const std::vector<Row> rows = {RowAt("e", 6, "7", Low(1)), RowAt("a", 1, "1", Low(1)), RowAt("b", 2, "2", Low(1)),
                                 RowAt("a", 3, "3", Low(1)), RowAt("c", 4, "5", Low(1)), RowAt("d", 4, "6", Low(1)),
                                 RowAt("b", 3, "4", Low(1))};
  const std::vector<std::vector<Row>> runs = CutIntoRuns(rows, 2);
  ASSERT_THAT(runs, SizeIs(2));
  EXPECT_THAT(IdsOf(runs[0]), ElementsAre("1", "2", "3", "4")) << "clients of a full run may come again";
  EXPECT_THAT(IdsOf(runs[1]), ElementsAre("5", "6", "7")) << "one client is no run";
  EXPECT_THAT(CutIntoRuns(rows, 1), SizeIs(7)) << "a, b, a, b, c, d, e";
  EXPECT_THAT(CutIntoRuns(rows, 5), SizeIs(1));
  EXPECT_THAT(CutIntoRuns(rows, 200), SizeIs(1)) << "the first run has no neighbour to join";
  EXPECT_THAT(CutIntoRuns({}, 200), IsEmpty());
}

TEST(CountHistoryTest, AClientInTwoRunsCountsInBothAndTheSecondGoesFromTheFirst) {
  const std::vector<Row> rows = {RowAt("a", 1, "1", Low(1)), RowAt("b", 2, "2", Low(1)), RowAt("c", 3, "3", Low(1)),
                                 RowAt("a", 4, "4", High(9))};
  ASSERT_OK_AND_ASSIGN(const std::vector<Counted> entries, CountHistory(PlainShape(), kTick, 2, rows, {}));
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_THAT(ChangeCounts(entries[0].tables), ElementsAre(0, 0, 0, 0, 2));
  EXPECT_THAT(ChangeCounts(entries[1].tables), ElementsAre(1, 0, 0, 0, 1)) << "a is better than in the first run";
  EXPECT_THAT(FlowCounts(entries[1].tables), ElementsAre(0, 1, 0, 0, 0, 0, 0, 0, 0));
  EXPECT_EQ(entries[1].clients, 2);
}

TEST(CountHistoryTest, HistoryBeforeTheStandingLeavesIt) {
  const Standings standings = {{"a", StandingAt("a", 100, "100", High(9))}};
  const std::vector<Row> rows = {RowAt("a", 1, "1", Low(1)), RowAt("b", 2, "2", Low(1))};
  ASSERT_OK_AND_ASSIGN(const std::vector<Counted> entries, CountHistory(PlainShape(), kTick, 2, rows, standings));
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_THAT(StageCounts(entries[0].tables), ElementsAre(2, 0, 0));
  EXPECT_THAT(ChangeCounts(entries[0].tables), ElementsAre(0, 0, 0, 0, 1));
  ASSERT_THAT(entries[0].standings, SizeIs(1));
  EXPECT_EQ(entries[0].standings[0].client, "b");
}

// 1, 2, 3, ... and the budgets that were asked for.
class CountingNoise final : public NoiseSource {
 public:
  std::int64_t Draw(const Budget& budget) override {
    budgets.push_back(ToText(budget));
    return static_cast<std::int64_t>(budgets.size());
  }
  std::vector<std::string> budgets;
};

TEST(AddNoiseTest, EveryCellGetsADrawOfItsOwnInTheDocumentedOrder) {
  TableShape shape = PlainShape();
  shape.slices = {{"sex", {"female", "male"}}};
  v1::ReleasedTables tables = EmptyTables(shape);
  tables.mutable_change(0)->set_count(100);
  tables.mutable_stage(0)->set_clients(7);
  CountingNoise noise;
  AddNoise(Budgets(), noise, tables);
  EXPECT_THAT(StageCounts(tables), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(DetailCounts(tables), ElementsAre(7, 8, 9, 10, 11, 12, 13, 14));
  EXPECT_THAT(ChangeCounts(tables), ElementsAre(115, 16, 17, 18, 19));
  EXPECT_THAT(FlowCounts(tables), ElementsAre(20, 21, 22, 23, 24, 25, 26, 27, 28));
  EXPECT_EQ(tables.stage(0).clients(), 7) << "the size of a cohort is told without noise";
  std::vector<std::string> budgets(6, "3/5");
  budgets.insert(budgets.end(), 8, "3/10");
  budgets.insert(budgets.end(), 5, "3/10");
  budgets.insert(budgets.end(), 9, "1/4");
  EXPECT_EQ(noise.budgets, budgets);
}

}  // namespace
}  // namespace ladder::records::release
