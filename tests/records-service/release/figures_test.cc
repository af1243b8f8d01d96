#include "records-service/release/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <iostream>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "records-service/release/count.h"
#include "records-service/release/discrete_laplace.h"
#include "tests/records-service/release/release_fixture.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::release {
namespace {

using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

quiz::Rational Ratio(std::int64_t numerator, std::int64_t denominator) {
  return quiz::Rational::Ratio(numerator, denominator);
}

// Another version of SmallShape: one rung more, ranges below the lowest, no slice by informant.
TableShape OtherShape() {
  TableShape shape;
  shape.slices = {{"sex", {"female", "male", ""}}};
  shape.stages = {{"low", {"lower", "upper", ""}}, {"high", {"upper", "lower"}}, {"top", {""}}, {"", {""}}};
  shape.guidance = {"talk", "walk", ""};
  return shape;
}

ShapeSum EntryOf(const TableShape& shape, const Budgets& budgets = {}) {
  return ShapeSum{budgets, 1, EmptyTables(shape)};
}

// An entry whose counts and sizes are any.
ShapeSum AnyEntry(const TableShape& shape, FastRandom& random) {
  ShapeSum entry = EntryOf(shape);
  const auto any = [&random] { return static_cast<std::int64_t>(random.Any(200)) - 50; };
  for (v1::StageGroup& group : *entry.tables.mutable_stage()) {
    group.set_clients(static_cast<std::int64_t>(random.Any(100)));
    for (v1::StageCount& cell : *group.mutable_counts()) cell.set_count(any());
  }
  for (v1::DetailCount& cell : *entry.tables.mutable_detail()) cell.set_count(any());
  for (v1::ChangeCount& cell : *entry.tables.mutable_change()) cell.set_count(any());
  for (v1::FlowCount& cell : *entry.tables.mutable_flow()) cell.set_count(any());
  return entry;
}

TableSums SumsOf(const std::vector<ShapeSum>& entries) {
  TableSums sums;
  for (const ShapeSum& entry : entries) EXPECT_OK(sums.Add(entry));
  return sums;
}

std::int64_t ClientsOf(const std::vector<ShapeSum>& entries) {
  std::int64_t clients = 0;
  for (const ShapeSum& entry : entries) {
    for (const v1::StageGroup& group : entry.tables.stage()) clients += group.clients();
  }
  return clients;
}

// Every figure that can be asked for, by a text that names it.
std::map<std::string, Figure> AllFigures(const TableSums& sums) {
  std::map<std::string, Figure> figures;
  const std::vector<std::vector<std::string>> slicings = {{}, {"sex"}, {"informant"}, {"informant", "sex"}};
  for (const std::vector<std::string>& slices : slicings) {
    for (const StageFigure& cell : sums.Stages(slices)) {
      figures[absl::StrCat("stage ", absl::StrJoin(slices, "+"), " ", cell.stage, " ",
                           absl::StrJoin(cell.slices, "+"))] = cell.figure;
    }
  }
  for (const int by : {0, 1, 2, 3}) {
    for (const DetailFigure& cell : sums.Details((by & 1) != 0, (by & 2) != 0)) {
      figures[absl::StrCat("detail ", by, " ", cell.stage, "/", cell.range, "/", cell.guidance)] = cell.figure;
    }
  }
  for (const ChangeFigure& cell : sums.Changes()) figures[absl::StrCat("change ", cell.change)] = cell.figure;
  for (const FlowFigure& cell : sums.Flows()) {
    figures[absl::StrCat("flow ", cell.from_stage, " ", cell.to_stage)] = cell.figure;
  }
  return figures;
}

TEST(TableSumsTest, StagesAreShiftedEvenlyToTheKnownSizeOfTheirGroup) {
  TableShape shape = SmallShape();
  shape.slices.clear();
  ShapeSum entry = EntryOf(shape);
  entry.tables.mutable_stage(0)->set_clients(20);
  entry.tables.mutable_stage(0)->mutable_counts(0)->set_count(12);
  entry.tables.mutable_stage(0)->mutable_counts(1)->set_count(7);
  entry.tables.mutable_stage(0)->mutable_counts(2)->set_count(-1);
  const std::vector<StageFigure> stages = SumsOf({entry}).Stages({});
  ASSERT_THAT(stages, SizeIs(3));
  EXPECT_EQ(stages[0].figure.count, Ratio(38, 3));  // 12 + (20 - 18) / 3.
  EXPECT_EQ(stages[1].figure.count, Ratio(23, 3));
  EXPECT_EQ(stages[2].stage, "");
  EXPECT_EQ(stages[2].figure.count, Ratio(-1, 3)) << "signed, never clamped";
  EXPECT_DOUBLE_EQ(stages[0].figure.variance, Variance(Budgets().stage) * 2 / 3);
}

TEST(TableSumsTest, DetailsAreShiftedEvenlyToTheirStage) {
  TableShape shape = SmallShape();
  shape.slices.clear();
  ShapeSum entry = EntryOf(shape);
  entry.tables.mutable_stage(0)->set_clients(9);
  entry.tables.mutable_stage(0)->mutable_counts(1)->set_count(9);
  // high: lower/talk, lower/none, upper/talk, upper/none.
  const std::vector<std::int64_t> counts = {4, 0, -3, 2};
  for (int i = 0; i < 4; ++i) entry.tables.mutable_detail(2 + i)->set_count(counts[static_cast<std::size_t>(i)]);
  const TableSums sums = SumsOf({entry});
  const std::vector<DetailFigure> details = sums.Details(/*by_range=*/true, /*by_guidance=*/true);
  ASSERT_THAT(details, SizeIs(8));
  EXPECT_EQ(details[2].figure.count, Ratio(11, 2));  // 4 + (9 - 3) / 4.
  EXPECT_EQ(details[4].range, "upper");
  EXPECT_EQ(details[4].guidance, "talk");
  EXPECT_EQ(details[4].figure.count, Ratio(-3, 2));
  const double stage_variance = Variance(Budgets().stage) * 2 / 3;
  EXPECT_DOUBLE_EQ(details[2].figure.variance, Variance(Budgets().detail) * 3 / 4 + stage_variance / 16);
  const std::vector<DetailFigure> by_guidance = sums.Details(/*by_range=*/false, /*by_guidance=*/true);
  ASSERT_THAT(by_guidance, SizeIs(6));
  EXPECT_EQ(by_guidance[2].range, "");
  EXPECT_EQ(by_guidance[2].figure.count, Ratio(4, 1));  // 11/2 - 3/2.
  EXPECT_DOUBLE_EQ(by_guidance[2].figure.variance, Variance(Budgets().detail) + stage_variance / 4);
}

TEST(TableSumsTest, ChangeAndFlowAreNotShifted) {
  FastRandom random(20260803);
  const ShapeSum entry = AnyEntry(SmallShape(), random);
  const TableSums sums = SumsOf({entry, entry});
  const std::vector<ChangeFigure> changes = sums.Changes();
  ASSERT_THAT(changes, SizeIs(5));
  for (std::size_t i = 0; i < changes.size(); ++i) {
    EXPECT_EQ(changes[i].change, static_cast<v1::Change>(i + 1));
    EXPECT_EQ(changes[i].figure.count, quiz::Rational(2 * entry.tables.change(static_cast<int>(i)).count()));
    EXPECT_DOUBLE_EQ(changes[i].figure.variance, 2 * Variance(Budgets().change));
  }
  const std::vector<FlowFigure> flows = sums.Flows();
  ASSERT_THAT(flows, SizeIs(9));
  for (std::size_t i = 0; i < flows.size(); ++i) {
    EXPECT_EQ(flows[i].from_stage, entry.tables.flow(static_cast<int>(i)).from_stage());
    EXPECT_EQ(flows[i].figure.count, quiz::Rational(2 * entry.tables.flow(static_cast<int>(i)).count()));
    EXPECT_DOUBLE_EQ(flows[i].figure.variance, 2 * Variance(Budgets().flow));
  }
}

TEST(TableSumsTest, TotalsAddUpExactlyHoweverTheFiguresAreCut) {
  FastRandom random(20260804);
  for (int round = 0; round < 50; ++round) {
    std::vector<ShapeSum> entries;
    for (int i = 0; i < 6; ++i) entries.push_back(AnyEntry(i % 3 == 0 ? OtherShape() : SmallShape(), random));
    const TableSums sums = SumsOf(entries);
    std::map<std::string, quiz::Rational> stages;
    quiz::Rational total = 0;
    for (const StageFigure& cell : sums.Stages({})) total += stages[cell.stage] = cell.figure.count;
    EXPECT_EQ(total, quiz::Rational(ClientsOf(entries)));
    for (const int by : {0, 1, 2, 3}) {
      std::map<std::string, quiz::Rational> of_details;
      for (const DetailFigure& cell : sums.Details((by & 1) != 0, (by & 2) != 0)) {
        of_details[cell.stage] += cell.figure.count;
      }
      EXPECT_EQ(of_details, stages) << by;
    }
    std::map<std::string, quiz::Rational> of_slices;
    for (const StageFigure& cell : sums.Stages({"informant", "sex"})) of_slices[cell.stage] += cell.figure.count;
    EXPECT_EQ(of_slices, stages);
  }
}

TEST(TableSumsTest, TwelveMonthsAddUpToTheYearExactly) {
  FastRandom random(20260805);
  TableSums year;
  TableSums year_of_sums;
  std::map<std::string, Figure> months_added;
  for (int month = 0; month < 12; ++month) {
    TableSums of_month;
    for (int i = 0; i < 4; ++i) {
      const ShapeSum entry = AnyEntry(month * 4 + i < 20 ? SmallShape() : OtherShape(), random);
      ASSERT_OK(of_month.Add(entry));
      ASSERT_OK(year.Add(entry));
    }
    for (const ShapeSum& sum : of_month.sums()) ASSERT_OK(year_of_sums.Add(sum));
    for (const auto& [name, figure] : AllFigures(of_month)) {
      months_added[name].count += figure.count;
      months_added[name].variance += figure.variance;
    }
  }
  const std::map<std::string, Figure> of_year = AllFigures(year);
  const std::map<std::string, Figure> of_sums = AllFigures(year_of_sums);
  ASSERT_EQ(of_year.size(), months_added.size());
  for (const auto& [name, figure] : of_year) {
    EXPECT_EQ(figure.count, months_added.at(name).count) << name;
    EXPECT_NEAR(figure.variance, months_added.at(name).variance, 1e-9 * figure.variance) << name;
    EXPECT_EQ(figure.count, of_sums.at(name).count) << name << ", from stored sums";
    EXPECT_NEAR(figure.variance, of_sums.at(name).variance, 1e-9 * figure.variance) << name;
  }
}

TEST(TableSumsTest, TheVarianceToldIsThatOfTheFigureShown) {
  constexpr std::uint64_t kSeed = 20260806;
  constexpr int kRuns = 20'000;
  // A sample variance of so many runs is off by 1.6 % (one standard deviation of it); of about 120 figures the worst
  // may well be off by three of these. Without the step's (1 - 1/K) it would be off by 25 to 50 %.
  constexpr double kTolerance = 0.07;
  std::cout << "seed " << kSeed << "\n";
  FastRandom random(kSeed);
  DiscreteLaplace noise(random);
  // Two entries of one shape, one of another that was made with another budget.
  const std::vector<ShapeSum> exact = {EntryOf(SmallShape()), EntryOf(SmallShape()),
                                       EntryOf(OtherShape(), Budgets{{1, 1}, {1, 2}, {1, 2}, {1, 2}})};
  std::map<std::string, double> squares;
  std::map<std::string, Figure> figures;
  for (int run = 0; run < kRuns; ++run) {
    TableSums sums;
    for (ShapeSum entry : exact) {
      AddNoise(entry.budgets, noise, entry.tables);
      ASSERT_OK(sums.Add(entry));
    }
    figures = AllFigures(sums);
    for (const auto& [name, figure] : figures) {
      const double count = std::stod(quiz::FormatDecimal(figure.count, 6));  // Around 0: all counts are noise.
      squares[name] += count * count / kRuns;
    }
  }
  EXPECT_GT(figures.size(), 100u);
  for (const auto& [name, figure] : figures) {
    EXPECT_NEAR(squares[name] / figure.variance, 1, kTolerance) << name << ": " << figure.variance;
  }
}

std::vector<std::string> PlacesOf(const std::vector<DetailFigure>& details) {
  std::vector<std::string> places;
  for (const DetailFigure& cell : details) places.push_back(absl::StrCat(cell.stage, "/", cell.range));
  return places;
}

TEST(TableSumsTest, TheShapeThatCameLastOrdersTheFiguresAndNotScoredComesLast) {
  const std::vector<ShapeSum> entries = {EntryOf(OtherShape()), EntryOf(SmallShape())};
  const TableSums sums = SumsOf(entries);
  EXPECT_THAT(PlacesOf(sums.Details(/*by_range=*/true, /*by_guidance=*/false)),
              ElementsAre("low/lower", "low/upper", "low/", "high/lower", "high/upper", "top/", "/"));
  const TableSums turned = SumsOf({entries[1], entries[0]});
  EXPECT_THAT(PlacesOf(turned.Details(/*by_range=*/true, /*by_guidance=*/false)),
              ElementsAre("low/lower", "low/upper", "low/", "high/upper", "high/lower", "top/", "/"));
  std::vector<std::string> by_informant;
  for (const StageFigure& cell : sums.Stages({"informant"})) {
    by_informant.push_back(absl::StrCat(cell.stage, "/", cell.slices[0]));
  }
  EXPECT_THAT(by_informant, ElementsAre("low/self", "low/parent", "low/", "high/self", "high/parent", "high/", "top/",
                                        "/self", "/parent", "/"))
      << "a shape without the slice counts as absent";
}

TEST(TableSumsTest, AnEmptyLogHasNoFigures) {
  const TableSums sums;
  EXPECT_THAT(sums.Stages({}), IsEmpty());
  EXPECT_THAT(sums.Details(true, true), IsEmpty());
  EXPECT_THAT(sums.Changes(), IsEmpty());
  EXPECT_THAT(sums.Flows(), IsEmpty());
}

TEST(TableSumsTest, SumsPastWhatCountsHoldAreRefused) {
  ShapeSum entry = EntryOf(SmallShape());
  entry.tables.mutable_change(0)->set_count(std::int64_t{1} << 40);
  TableSums sums;
  EXPECT_OK(sums.Add(entry));
  EXPECT_THAT(sums.Add(entry), StatusIs(absl::StatusCode::kInternal));
}

TEST(TableSumsTest, TablesThatNoReleaseMakesAreRefused) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  const std::vector<std::function<void(v1::ReleasedTables&)>> damages = {
      [](v1::ReleasedTables& tables) { tables.Clear(); },
      [](v1::ReleasedTables& tables) { tables.clear_detail(); },
      [](v1::ReleasedTables& tables) { tables.add_detail()->set_stage("severe"); },
      [](v1::ReleasedTables& tables) { tables.mutable_stage(0)->mutable_counts(0)->set_stage("severe"); },
      [](v1::ReleasedTables& tables) { tables.mutable_stage(1)->clear_counts(); },
      [](v1::ReleasedTables& tables) { tables.mutable_stage(1)->add_slice_values("x"); },
      [](v1::ReleasedTables& tables) { tables.clear_slices(); },
      [](v1::ReleasedTables& tables) { tables.mutable_stage(0)->set_clients(kMost); },
      [](v1::ReleasedTables& tables) { tables.mutable_stage(0)->mutable_counts(0)->set_count(-kMost - 1); },
      [](v1::ReleasedTables& tables) { tables.mutable_detail(0)->set_count(kMost); },
      [](v1::ReleasedTables& tables) { tables.mutable_change(0)->set_count(kMost); },
      [](v1::ReleasedTables& tables) { tables.mutable_flow(0)->set_count(kMost); },
  };
  for (std::size_t i = 0; i < damages.size(); ++i) {
    ShapeSum entry = EntryOf(SmallShape());
    damages[i](entry.tables);
    TableSums sums;
    EXPECT_THAT(sums.Add(entry), StatusIs(absl::StatusCode::kInternal)) << i;
    EXPECT_THAT(sums.sums(), IsEmpty()) << i;
  }
}

TEST(TableSumsTest, SoManyShapesThatNoExactFigureFitsAreRefusedNotRounded) {
  TableSums sums;
  absl::Status status;
  TableShape shape = SmallShape();
  // Details by primes, so that the denominators share nothing.
  for (const std::size_t prime : {101u, 103u, 107u, 109u, 113u, 127u, 131u, 137u, 139u, 149u}) {
    shape.guidance.clear();
    for (std::size_t i = 0; i < prime; ++i) shape.guidance.push_back(absl::StrCat("g", i));
    status = sums.Add(EntryOf(shape));
    if (!status.ok()) break;
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("less time")));
  const std::size_t shapes = sums.sums().size();
  EXPECT_GE(shapes, 7u);
  EXPECT_OK(sums.Add(EntryOf(SmallShape()))) << "what was refused left nothing behind";
  EXPECT_THAT(sums.sums(), SizeIs(shapes + 1));
}

TEST(ShapeIdTest, FollowsFromKeysSlicesAndBudgetsNotFromCounts) {
  FastRandom random(20260807);
  const ShapeSum entry = AnyEntry(SmallShape(), random);
  const std::string id = ShapeId(entry.budgets, entry.tables);
  EXPECT_THAT(id, ::testing::MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(ShapeId(entry.budgets, EmptyTables(SmallShape())), id);
  EXPECT_EQ(ShapeId(Budgets{{6, 10}, {3, 10}, {3, 10}, {1, 4}}, entry.tables), id) << "the same number";
  EXPECT_NE(ShapeId(Budgets{{3, 5}, {3, 10}, {3, 10}, {1, 5}}, entry.tables), id);
  const std::vector<std::function<void(TableShape&)>> changes = {
      [](TableShape& shape) { shape.slices[0].id = "gender"; },
      [](TableShape& shape) { shape.slices[0].values[0] = "f"; },
      [](TableShape& shape) { shape.stages[0].id = "lowest"; },
      [](TableShape& shape) { std::swap(shape.stages[0], shape.stages[1]); },
      [](TableShape& shape) { shape.stages[1].ranges.pop_back(); },
      [](TableShape& shape) { shape.guidance[0] = "walk"; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    TableShape shape = SmallShape();
    changes[i](shape);
    EXPECT_NE(ShapeId(entry.budgets, EmptyTables(shape)), id) << i;
  }
}

}  // namespace
}  // namespace ladder::records::release
