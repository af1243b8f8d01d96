#include "records-service/release/table_shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/quiz/sound_quiz.h"
#include "tests/records-service/release/release_fixture.h"
#include "tests/testing/proto_matchers.h"

namespace ladder::records::release {
namespace {

using ::ladder::testing::EqualsProto;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> PlacesOf(const TableShape& shape) {
  std::vector<std::string> places;
  for (const TableShape::Stage& stage : shape.stages) {
    for (const std::string& range : stage.ranges) places.push_back(absl::StrCat(stage.id, "/", range));
  }
  return places;
}

quiz::v1::QuizDefinition SoundDefinition() { return quiz::ParseQuiz(quiz::SoundQuiz()); }

TEST(TableShapeTest, AVersionAloneGivesItsOwnCells) {
  const TableShape shape = ShapeOf({Compiled(SoundDefinition())});
  EXPECT_THAT(PlacesOf(shape), ElementsAre("low/", "high/lower", "high/upper", "/"));
  EXPECT_THAT(shape.guidance, ElementsAre("advice", ""));
  ASSERT_EQ(shape.slices.size(), 1u);
  EXPECT_EQ(shape.slices[0].id, "sex");
  EXPECT_THAT(shape.slices[0].values, ElementsAre("female", "male")) << "a default leaves nothing absent";
}

TEST(TableShapeTest, TheNewestVersionsOrderLeadsAndWhatOnlyOlderOnesHaveFollows) {
  quiz::v1::QuizDefinition older = SoundDefinition();
  older.mutable_context(0)->mutable_codes()->add_code("other");
  older.mutable_guidance(0)->set_id("rest");
  auto* bands = older.mutable_scales(0)->mutable_band_sets(0)->mutable_bands();
  bands->at(0).add_ranges()->set_id("whole");
  auto* severe = bands->Add();
  severe->set_id("severe");
  severe->set_from("8");
  const TableShape shape = ShapeOf({Compiled(older), Compiled(SoundDefinition())});
  EXPECT_THAT(PlacesOf(shape), ElementsAre("low/whole", "low/", "high/lower", "high/upper", "severe/", "/"));
  EXPECT_THAT(shape.guidance, ElementsAre("advice", "rest", ""));
  ASSERT_EQ(shape.slices.size(), 1u);
  EXPECT_THAT(shape.slices[0].values, ElementsAre("female", "male", "other"));
}

TEST(TableShapeTest, ASliceMayBeAbsentWhereAVersionHasNoDefaultOrDoesNotSliceByIt) {
  quiz::v1::QuizDefinition no_default = SoundDefinition();
  no_default.mutable_context(0)->clear_default_();
  EXPECT_THAT(ShapeOf({Compiled(no_default), Compiled(SoundDefinition())}).slices[0].values,
              ElementsAre("female", "male", ""));
  quiz::v1::QuizDefinition other = SoundDefinition();
  other.mutable_context(0)->mutable_codes()->add_code("other");
  EXPECT_THAT(ShapeOf({Compiled(other), Compiled(no_default)}).slices[0].values,
              ElementsAre("female", "male", "other", ""))
      << "absent comes last";
  quiz::v1::QuizDefinition no_slice = SoundDefinition();
  no_slice.mutable_ladder()->clear_public_slices();
  EXPECT_THAT(ShapeOf({Compiled(no_slice), Compiled(SoundDefinition())}).slices[0].values,
              ElementsAre("female", "male", ""));
  EXPECT_THAT(ShapeOf({Compiled(SoundDefinition()), Compiled(no_slice)}).slices, IsEmpty()) << "the newest decides";
}

TEST(TableShapeTest, AVersionWithoutALadderAddsNothing) {
  quiz::v1::QuizDefinition no_ladder = SoundDefinition();
  no_ladder.clear_ladder();
  no_ladder.mutable_guidance(0)->set_id("rest");
  const TableShape shape = ShapeOf({Compiled(SoundDefinition()), Compiled(no_ladder)});
  EXPECT_THAT(PlacesOf(shape), ElementsAre("low/", "high/lower", "high/upper", "/"));
  EXPECT_THAT(shape.guidance, ElementsAre("advice", ""));
}

TEST(EmptyTablesTest, HoldsEveryCellOnceInOrder) {
  TableShape shape;
  shape.slices = {{"sex", {"female", ""}}, {"informant", {"self", "parent"}}};
  shape.stages = {{"low", {"lower", "upper"}}, {"", {""}}};
  shape.guidance = {"talk", ""};
  EXPECT_THAT(EmptyTables(shape), EqualsProto(R"pb(
                slices: "sex"
                slices: "informant"
                stage {
                  slice_values: "female"
                  slice_values: "self"
                  counts { stage: "low" }
                  counts {}
                }
                stage {
                  slice_values: "female"
                  slice_values: "parent"
                  counts { stage: "low" }
                  counts {}
                }
                stage {
                  slice_values: ""
                  slice_values: "self"
                  counts { stage: "low" }
                  counts {}
                }
                stage {
                  slice_values: ""
                  slice_values: "parent"
                  counts { stage: "low" }
                  counts {}
                }
                detail { stage: "low" range: "lower" guidance: "talk" }
                detail { stage: "low" range: "lower" }
                detail { stage: "low" range: "upper" guidance: "talk" }
                detail { stage: "low" range: "upper" }
                detail { guidance: "talk" }
                detail {}
                change { change: CHANGE_RELIABLY_BETTER }
                change { change: CHANGE_RELIABLY_WORSE }
                change { change: CHANGE_NO_RELIABLE_CHANGE }
                change { change: CHANGE_NOT_ASSESSABLE }
                change { change: CHANGE_FIRST }
                flow { from_stage: "low" to_stage: "low" }
                flow { from_stage: "low" }
                flow { to_stage: "low" }
                flow {}
              )pb"));
}

TEST(EmptyTablesTest, WithoutSlicesThereIsOneGroup) {
  TableShape shape = SmallShape();
  shape.slices.clear();
  const v1::ReleasedTables tables = EmptyTables(shape);
  ASSERT_EQ(tables.stage_size(), 1);
  EXPECT_EQ(tables.stage(0).slice_values_size(), 0);
}

TEST(LargestTableTest, IsStagesBySlicesOrRangesByGuidanceOrFlows) {
  TableShape shape;
  shape.stages = {{"low", {"a", "b"}}, {"high", {"a"}}, {"", {""}}};
  shape.guidance = {"talk", ""};
  EXPECT_EQ(LargestTableOf(shape), 9u) << "flows, from each stage to each";
  shape.slices = {{"sex", {"f", "m", ""}}, {"site", {"n", "s", ""}}};
  EXPECT_EQ(LargestTableOf(shape), 27u);
  shape.guidance = {"1", "2", "3", "4", "5", "6", "7", ""};
  EXPECT_EQ(LargestTableOf(shape), 32u);
}

}  // namespace
}  // namespace ladder::records::release
