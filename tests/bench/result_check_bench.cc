// What it costs records to check a result that it is handed: by its structure, and by scoring the submission again
// (docs/decisions/results-are-scored-again.md). Run it in the project's folder.
//
//   <build>/bin/result_check_bench

#include <benchmark/benchmark.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/input.h"
#include "libs/quiz/render.h"
#include "records-service/result_check.h"
#include "records-service/submission.h"
#include "tests/bench/load_rows.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records {
namespace {

// A quiz with what platforms send for it.
struct Quiz {
  explicit Quiz(const std::string& path) {
    quiz::v1::QuizDefinition definition;
    if (!google::protobuf::TextFormat::ParseFromString(testing::ReadFileOrEmpty(path), &definition)) {
      std::fprintf(stderr, "cannot read %s: run this in the project's folder\n", path.c_str());
      std::abort();
    }
    program = quiz::CompilePublished(definition).program;
    requests = RequestsOfExamples(definition);
  }

  std::shared_ptr<const quiz::Program> program;
  std::vector<v1::CreateAssessmentRequest> requests;
};

constexpr const char* kPaths[] = {"records-service/quizzes/ladder-of-healing.textproto",
                                  "tests/instruments/definitions/sdq.textproto",
                                  "tests/instruments/definitions/whoqol_bref.textproto"};

const Quiz& QuizOf(const benchmark::State& state) {
  static std::vector<Quiz>& quizzes = *new std::vector<Quiz>(std::begin(kPaths), std::end(kPaths));
  return quizzes[static_cast<std::size_t>(state.range(0))];
}

bool IsValue(const quiz::Scale& scale, const quiz::v1::Value& value) {
  const std::optional<quiz::Rational> exact = quiz::ExactOf(value);
  return exact.has_value() && quiz::RenderValue(*exact, scale).decimal() == value.decimal();
}

bool IsPlace(const quiz::Program& program, const quiz::BandSet& set, const std::string& id, const std::string& range) {
  if (id.empty()) return range.empty();
  for (const quiz::Band& band : set.bands) {
    if (program.codes[band.id] != id) continue;
    return range.empty() == band.ranges.empty() &&
           (range.empty() || std::any_of(band.ranges.begin(), band.ranges.end(),
                                         [&](const quiz::Range& one) { return program.codes[one.id] == range; }));
  }
  return false;
}

// Whether each part of the result could be one of this version. What it does not find out: whether it is the one that
// follows from the answers.
bool HasStructure(const quiz::Program& program, const quiz::v1::QuizResult& result) {
  int next = 0;
  for (const quiz::Scale& scale : program.scales) {
    if (scale.internal) continue;
    if (next == result.scales_size()) return false;
    const quiz::v1::ScaleResult& handed = result.scales(next++);
    if (handed.scale() != scale.id || (handed.has_value() && !IsValue(scale, handed.value()))) return false;
    if (handed.bands_size() != static_cast<int>(scale.band_sets.size())) return false;
    for (int i = 0; i < handed.bands_size(); ++i) {
      const quiz::v1::BandResult& band = handed.bands(i);
      const quiz::BandSet& set = scale.band_sets[static_cast<std::size_t>(i)];
      if (band.band_set() != set.id || !IsPlace(program, set, band.band(), band.range())) return false;
    }
  }
  for (const quiz::v1::AlertResult& alert : result.alerts()) {
    if (!program.names.contains(alert.alert())) return false;
  }
  for (const quiz::v1::DecisionResult& decision : result.decisions()) {
    if (!program.names.contains(decision.decision())) return false;
  }
  if (!program.ladder.has_value()) return !result.has_stage();
  const quiz::Scale& scale = program.scales[program.ladder->scale];
  const quiz::v1::Stage& stage = result.stage();
  if (stage.has_bounce_point() && !IsValue(scale, stage.bounce_point())) return false;
  return IsPlace(program, scale.band_sets[program.ladder->band_set], stage.stage(), stage.range());
}

// What recording has to do in any case: the input, which facts for the release need, and the bytes to be stored.
void CheckInputAndSerialise(benchmark::State& state) {
  const Quiz& quiz = QuizOf(state);
  std::size_t i = 0;
  for (auto _ : state) {
    const v1::CreateAssessmentRequest& request = quiz.requests[i++ % quiz.requests.size()];
    std::vector<quiz::InputViolation> violations;
    benchmark::DoNotOptimize(
        quiz::CheckInput(*quiz.program, request.submission().answers(), request.submission().context(), violations));
    benchmark::DoNotOptimize(StableBytes(request.result()));
  }
}
BENCHMARK(CheckInputAndSerialise)->DenseRange(0, 2);

void ByStructure(benchmark::State& state) {
  const Quiz& quiz = QuizOf(state);
  std::size_t i = 0;
  for (auto _ : state) {
    const v1::CreateAssessmentRequest& request = quiz.requests[i++ % quiz.requests.size()];
    std::vector<quiz::InputViolation> violations;
    benchmark::DoNotOptimize(
        quiz::CheckInput(*quiz.program, request.submission().answers(), request.submission().context(), violations));
    if (!HasStructure(*quiz.program, request.result())) state.SkipWithError("a sound result was refused");
    benchmark::DoNotOptimize(StableBytes(request.result()));
  }
}
BENCHMARK(ByStructure)->DenseRange(0, 2);

void ScoreAgainAndCompare(benchmark::State& state, bool texts_differ) {
  Quiz quiz = QuizOf(state);
  if (texts_differ) {
    for (v1::CreateAssessmentRequest& request : quiz.requests) {
      request.mutable_result()->mutable_scales(0)->set_title("of another release");
    }
  }
  std::size_t i = 0;
  for (auto _ : state) {
    const v1::CreateAssessmentRequest& request = quiz.requests[i++ % quiz.requests.size()];
    RequestCheck check;
    const std::optional<ScoredAgain> scored =
        ScoreAgain(*quiz.program, request.result().quiz_version(), request.result().digest(), request.submission(),
                   request.result(), check);
    if (!scored.has_value()) state.SkipWithError("a sound result was refused");
  }
}
BENCHMARK_CAPTURE(ScoreAgainAndCompare, same_texts, false)->DenseRange(0, 2);
BENCHMARK_CAPTURE(ScoreAgainAndCompare, other_texts, true)->DenseRange(0, 2);

}  // namespace
}  // namespace ladder::records
