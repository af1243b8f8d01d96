#include "tests/records-service/release/release_fixture.h"

#include <gtest/gtest.h>

#include "libs/quiz/compile.h"
#include "libs/quiz/render.h"

namespace ladder::records::release {
namespace {

template <typename Cells>
std::vector<std::int64_t> CountsOf(const Cells& cells) {
  std::vector<std::int64_t> counts;
  for (const auto& cell : cells) counts.push_back(cell.count());
  return counts;
}

}  // namespace

absl::Time At(std::int64_t minute) { return absl::FromUnixSeconds(1'735'689'600) + absl::Minutes(minute); }

TableShape SmallShape() {
  TableShape shape;
  shape.slices = {{"sex", {"female", "male", ""}}, {"informant", {"self", "parent"}}};
  shape.stages = {{"low", {""}}, {"high", {"lower", "upper"}}, {"", {""}}};
  shape.guidance = {"talk", ""};
  return shape;
}

Outcome OutcomeAt(const std::string& stage, const std::string& range, const std::string& guidance, int score) {
  Outcome outcome;
  outcome.set_stage(stage);
  outcome.set_range(range);
  outcome.set_guidance(guidance);
  *outcome.mutable_score() = quiz::RenderRatio(score);
  // 1.96 * 2 * sqrt(2) * sqrt(1 - 4/5) = 2.479...
  *outcome.mutable_norms()->mutable_sd() = quiz::RenderRatio(2);
  *outcome.mutable_norms()->mutable_reliability() = quiz::RenderRatio(quiz::Rational::Ratio(4, 5));
  outcome.set_direction(quiz::v1::Scale::DIRECTION_HIGHER_IS_BETTER);
  return outcome;
}

Outcome NotScored() {
  Outcome outcome = OutcomeAt("", "", "", 0);
  outcome.clear_score();
  return outcome;
}

Row RowAt(const std::string& client, std::int64_t minute, const std::string& id, const Outcome& outcome) {
  return Row{client, At(minute), id, "sex=female,informant=self", outcome};
}

std::shared_ptr<const quiz::Program> Compiled(const quiz::v1::QuizDefinition& definition) {
  quiz::CompileResult compiled = quiz::CompilePublished(definition);
  EXPECT_NE(compiled.program, nullptr) << (compiled.faults.empty() ? "" : compiled.faults.front().message);
  return compiled.program;
}

std::vector<std::int64_t> StageCounts(const v1::ReleasedTables& tables) {
  std::vector<std::int64_t> counts;
  for (const v1::StageGroup& group : tables.stage()) {
    for (const std::int64_t count : CountsOf(group.counts())) counts.push_back(count);
  }
  return counts;
}

std::vector<std::int64_t> DetailCounts(const v1::ReleasedTables& tables) { return CountsOf(tables.detail()); }
std::vector<std::int64_t> ChangeCounts(const v1::ReleasedTables& tables) { return CountsOf(tables.change()); }
std::vector<std::int64_t> FlowCounts(const v1::ReleasedTables& tables) { return CountsOf(tables.flow()); }

}  // namespace ladder::records::release
