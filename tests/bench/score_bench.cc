// What one request costs the scoring core, on a quiz of ten questions with three scales, five rungs and guidance.
//
//   cmake --preset release && cmake --build --preset release --target score_bench
//   <build>/bin/score_bench

#include <benchmark/benchmark.h>
#include <google/protobuf/text_format.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/input.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"

namespace ladder::quiz {
namespace {

constexpr int kItems = 10;
constexpr int kRungs = 5;

std::string Text(absl::string_view field, absl::string_view text) {
  return absl::StrCat(field, " { by_locale { key: 'en' value: '", text, "' } } ");
}

// A rung with a lower, a middle and an upper range, ten points wide.
std::string Rung(int rung) {
  const int from = 10 * rung;
  return absl::StrCat("bands { id: 'rung", rung, "' ", rung == 0 ? "" : absl::StrCat("from: '", from, "' "),
                      Text("title", "A rung"), "ranges { id: 'lower' ", Text("title", "Lower"), "} ",
                      "ranges { id: 'middle' from: '", from + 3, "' ", Text("title", "Middle"), "} ",
                      "ranges { id: 'upper' from: '", from + 7, "' ", Text("title", "Upper"), "} } ");
}

std::string DefinitionText() {
  std::string text =
      absl::StrCat("id: 'bench' ", Text("title", "Bench"),
                   "provenance { source: 'Made for a benchmark' licence: 'None needed' who_may_use: 'Anyone' } ",
                   "option_sets { id: 'steps' ");
  for (int i = 0; i <= kRungs; ++i) {
    absl::StrAppend(&text, "options { id: 's", i, "' value: '", i, "' ", Text("text", "A step"), "} ");
  }
  absl::StrAppend(&text, "} ");
  std::string all;
  std::string some;
  for (int i = 0; i < kItems; ++i) {
    absl::StrAppend(&text, "items { id: 'q", i, "' single_choice: 'steps' ", Text("text", "A question"),
                    i % 3 == 0 ? "reverse: true " : "", "} ");
    absl::StrAppend(&all, "of: 'q", i, "' ");
    if (i < 4) absl::StrAppend(&some, "of: 'q", i, "' ");
  }
  absl::StrAppend(&text, "scales { id: 'position' ", Text("title", "Position"), "aggregate { op: OP_SUM ", all,
                  "missing { at_least: 8 fill: FILL_PRORATE } } rounding { digits: 1 } band_sets { id: 'rungs' ");
  for (int rung = 0; rung < kRungs; ++rung) absl::StrAppend(&text, Rung(rung));
  absl::StrAppend(&text, "} } scales { id: 'awareness' ", Text("title", "Awareness"), "aggregate { op: OP_MEAN ", some,
                  "missing { at_least: 3 } } shown { digits: 2 } } ",
                  "scales { id: 'readiness' formula: '(q4 + q5 * 2) / 3' ", Text("title", "Readiness"), "} ",
                  "alerts { id: 'harm' when: 'q9 >= 4' ", Text("professional_text", "Ask."), "} ",
                  "modalities { id: 'talk' ", Text("title", "Talk"), "} ",
                  "guidance { id: 'low' when: \"band(position) == 'rung0' && readiness < 2\" modality: 'talk' ",
                  Text("professional_text", "One."), Text("client_text", "One."), "} ",
                  "guidance { id: 'other' modality: 'talk' ", Text("professional_text", "Two."),
                  Text("client_text", "Two."), "} ", "ladder { scale: 'position' band_set: 'rungs' } ");
  return text;
}

std::shared_ptr<const Program> MakeProgram() {
  v1::QuizDefinition definition;
  if (!google::protobuf::TextFormat::ParseFromString(DefinitionText(), &definition)) std::abort();
  CompileResult compiled = CompilePublished(definition);
  if (compiled.program != nullptr) return compiled.program;
  for (const Fault& fault : compiled.faults) {
    std::fprintf(stderr, "%s: %s\n", fault.path.c_str(), fault.message.c_str());
  }
  std::abort();
}

const Program& BenchProgram() {
  static const std::shared_ptr<const Program>& program = *new std::shared_ptr<const Program>(MakeProgram());
  return *program;
}

// The first `count` items answered.
AnswerList Answers(int count) {
  AnswerList answers;
  for (int i = 0; i < count; ++i) {
    v1::Answer& answer = *answers.Add();
    answer.set_item(absl::StrCat("q", i));
    answer.set_option(absl::StrCat("s", i % (kRungs + 1)));
  }
  return answers;
}

Input CheckedInput(int answered) {
  std::vector<InputViolation> violations;
  std::optional<Input> input = CheckInput(BenchProgram(), Answers(answered), {}, violations);
  if (!input.has_value()) std::abort();
  return *std::move(input);
}

void BM_CheckInput(benchmark::State& state) {
  const AnswerList answers = Answers(kItems);
  const ContextMap context;
  std::vector<InputViolation> violations;
  for (auto _ : state) benchmark::DoNotOptimize(CheckInput(BenchProgram(), answers, context, violations));
}
BENCHMARK(BM_CheckInput);

// The argument is how many of the ten items are answered.
void BM_Score(benchmark::State& state) {
  const Input input = CheckedInput(static_cast<int>(state.range(0)));
  Result result;
  for (auto _ : state) {
    Score(BenchProgram(), input, result);
    benchmark::DoNotOptimize(result);
  }
}
BENCHMARK(BM_Score)->Arg(10)->Arg(8);

void BM_RenderResult(benchmark::State& state) {
  const Input input = CheckedInput(kItems);
  Result result;
  Score(BenchProgram(), input, result);
  v1::QuizResult message;
  for (auto _ : state) {
    message.Clear();
    RenderResult(BenchProgram(), input, result, "en", message);
    benchmark::DoNotOptimize(message);
  }
}
BENCHMARK(BM_RenderResult);

void BM_PossibleFrom(benchmark::State& state) {
  const Input input = CheckedInput(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(PossibleFrom(BenchProgram(), input));
}
BENCHMARK(BM_PossibleFrom)->Arg(0)->Arg(5)->Arg(10);

}  // namespace
}  // namespace ladder::quiz
