#include "tests/fuzz/forged_results.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"
#include "records-service/comparison_summary.h"
#include "records-service/release/count.h"
#include "records-service/release/outcome.h"
#include "records-service/release/table_shape.h"
#include "records-service/rescoring.h"
#include "records-service/score_changes.h"
#include "records-service/stage_path.h"
#include "records-service/titles.h"
#include "tests/fuzz/odd_numbers.h"
#include "tests/quiz/sound_quiz.h"

namespace ladder::records {
namespace {

using quiz::Random;

constexpr int kResultsPerHistory = 4;

// Norms hold for everybody, with odd figures half of the time.
quiz::v1::QuizDefinition DefinitionWithNorms(Random& random) {
  quiz::v1::QuizDefinition definition = quiz::ParseQuiz(quiz::SoundQuiz());
  quiz::v1::Norms& norms = *definition.mutable_norms(0);
  norms.clear_when();
  definition.mutable_scales(0)->set_direction(random.OneIn(2) ? quiz::v1::Scale::DIRECTION_HIGHER_IS_BETTER
                                                              : quiz::v1::Scale::DIRECTION_LOWER_IS_BETTER);
  if (random.OneIn(2)) definition.mutable_scales(0)->mutable_rounding()->set_digits(18);
  norms.set_clinical_mean("10");
  norms.set_clinical_sd("2");
  norms.set_functional_mean("5");
  norms.set_functional_sd("3");
  if (random.OneIn(2)) norms.set_sd(quiz::OddNumber(random));
  if (random.OneIn(2)) norms.set_clinical_sd(quiz::OddNumber(random));
  if (random.OneIn(2)) norms.set_cut_off(quiz::OddNumber(random));
  return definition;
}

// What scoring gives for the answers, with odd numbers in the place of some, and some things left out.
quiz::v1::QuizResult ForgedResult(const quiz::Program& program, const v1::Submission& submission, Random& random) {
  std::vector<quiz::InputViolation> violations;
  quiz::v1::QuizResult result = Rescore(program, submission, violations).value_or(quiz::v1::QuizResult());
  for (quiz::v1::ScaleResult& scale : *result.mutable_scales()) {
    if (random.OneIn(2)) *scale.mutable_value()->mutable_exact() = quiz::OddRatio(random);
    if (random.OneIn(8)) scale.mutable_value()->clear_exact();
    if (random.OneIn(8)) scale.mutable_not_scored();
  }
  if (random.OneIn(8)) result.mutable_scales()->SwapElements(0, result.scales_size() - 1);
  if (random.OneIn(8)) *result.add_scales() = result.scales(0);
  if (random.OneIn(2)) *result.mutable_stage()->mutable_bounce_point()->mutable_exact() = quiz::OddRatio(random);
  if (random.OneIn(8)) result.mutable_stage()->set_stage("no_such_stage");
  if (random.OneIn(8)) result.mutable_stage()->set_rung(random.OneIn(2) ? 0 : UINT32_MAX);
  return result;
}

// One stored assessment of a client.
struct Stored {
  v1::Submission submission;
  quiz::v1::QuizResult result;
};

void ExpectReason(const v1::ScaleChange& change) {
  const bool not_assessable = change.verdict() == v1::ScaleChange::VERDICT_NOT_ASSESSABLE;
  EXPECT_NE(change.verdict(), v1::ScaleChange::VERDICT_UNSPECIFIED);
  EXPECT_EQ(not_assessable, change.reason() != v1::ScaleChange::REASON_UNSPECIFIED) << change.ShortDebugString();
  EXPECT_EQ(not_assessable, !change.why().empty());
  if (change.has_difference()) {
    EXPECT_TRUE(quiz::ExactOf(change.difference()).has_value()) << change.ShortDebugString();
  }
  EXPECT_EQ(not_assessable, change.reliable_change_index().empty());
}

// Gives the reasons that came up.
std::set<int> TryProgress(const quiz::Program& program, const std::vector<Stored>& history) {
  v1::Progress progress;
  AddRungs(program, "en", progress);
  for (const Stored& stored : history) {
    v1::ProgressPoint& point = *progress.add_points();
    point.mutable_assess_time()->set_seconds(progress.points_size());
    *point.mutable_stage() = stored.result.stage();
    *point.mutable_scales() = stored.result.scales();
    Retitle(program, "en", point);
  }
  AddPath(progress);
  AddRungTimes(std::vector<bool>(history.size(), true), progress);
  const Comparison comparison = {v1::ScaleChange::SPAN_SINCE_FIRST, progress.points(0),
                                 progress.points(progress.points_size() - 1), /*comparable=*/true};
  v1::Progress changes;
  AddChanges(program, history.back().submission, comparison, changes);
  std::set<int> reasons;
  for (const v1::ScaleChange& change : changes.changes()) {
    ExpectReason(change);
    reasons.insert(change.reason());
  }
  return reasons;
}

void TryComparison(const quiz::Program& program, const std::vector<Stored>& history) {
  ComparisonSummary summary(program);
  for (const Stored& stored : history) {
    std::vector<quiz::InputViolation> violations;
    const std::optional<quiz::v1::QuizResult> after = Rescore(program, stored.submission, violations);
    ASSERT_TRUE(after.has_value());
    summary.Add("a", ScoresOf(stored.result), *after);
  }
  v1::VersionComparison comparison;
  summary.Fill(comparison);
  for (const v1::ScaleDifference& scale : comparison.scales()) {
    EXPECT_LE(scale.not_assessable(), scale.differing());
    EXPECT_LE(scale.differing(), scale.compared());
    for (const quiz::v1::Value* difference : {&scale.largest_rise(), &scale.largest_fall()}) {
      EXPECT_EQ(difference->has_exact(), quiz::ExactOf(*difference).has_value());
    }
  }
}

// A release counts the facts of what records scored again, also if what is stored of them was damaged since.
void TryRelease(const std::shared_ptr<const quiz::Program>& program, const std::vector<Stored>& history,
                Random& random) {
  const release::TableShape shape = release::ShapeOf({&program, 1});
  release::Standings standings;
  for (std::size_t i = 0; i < history.size(); ++i) {
    std::vector<quiz::InputViolation> violations;
    const std::optional<quiz::Input> input =
        quiz::CheckInput(*program, history[i].submission.answers(), history[i].submission.context(), violations);
    ASSERT_TRUE(input.has_value());
    const std::optional<quiz::v1::QuizResult> scored = Rescore(*program, history[i].submission, violations);
    ASSERT_TRUE(scored.has_value());
    release::CountedFacts facts = release::FactsOf(*program, *input, *scored);
    release::Outcome& outcome = facts.outcome;
    if (random.OneIn(2)) *outcome.mutable_score() = quiz::OddRatio(random);
    if (random.OneIn(4)) *outcome.mutable_norms()->mutable_sd() = quiz::OddRatio(random);
    if (random.OneIn(4)) *outcome.mutable_norms()->mutable_reliability() = quiz::OddRatio(random);
    const std::vector<release::Row> rows = {
        {"client", absl::FromUnixSeconds(static_cast<std::int64_t>(i)), absl::StrCat(i), facts.slices, outcome}};
    const absl::StatusOr<release::Counted> counted = release::CountCohort(shape, absl::Minutes(15), rows, standings);
    ASSERT_TRUE(counted.ok()) << counted.status();
    release::ReplaceStandings(counted->standings, standings);
  }
}

}  // namespace

std::set<int> TryForgedResults(Random& random) {
  const quiz::v1::QuizDefinition definition = DefinitionWithNorms(random);
  const std::shared_ptr<const quiz::Program> program = quiz::CompilePublished(definition).program;
  if (program == nullptr) return {};
  std::vector<Stored> history;
  for (int i = 0; i < kResultsPerHistory; ++i) {
    quiz::OddInput input = quiz::OddInputFor(*program, random);
    Stored stored;
    stored.submission.mutable_answers()->Swap(&input.answers);
    stored.submission.mutable_context()->swap(input.context);
    stored.result = ForgedResult(*program, stored.submission, random);
    history.push_back(std::move(stored));
  }
  TryComparison(*program, history);
  TryRelease(program, history, random);
  return TryProgress(*program, history);
}

}  // namespace ladder::records
