// What definitions cost: each of the instruments in tests/instruments/definitions, and definitions that were made to
// cost much. From the repository's root:
//
//   <build>/bin/quiz_cost_bench             all
//   <build>/bin/quiz_cost_bench attacks     only what was made to cost much
//   <build>/bin/quiz_cost_bench instruments
//
// Times are of the processor, the least of several runs for instruments. Memory is the growth of the resident set of a
// process that does nothing else.

#include <google/protobuf/text_format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "libs/quiz/compile.h"
#include "libs/quiz/input.h"
#include "libs/quiz/possible.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"
#include "tests/quiz/costly_quizzes.h"

namespace ladder::quiz {
namespace {

constexpr char kDefinitions[] = "tests/instruments/definitions";
constexpr int kRuns = 15;
constexpr unsigned kMostSeconds = 150;      // Of one attack.
constexpr rlim_t kMostMemory = 3ULL << 30;  // Of one attack, in bytes of address space.

double CpuMilliseconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

double ResidentMebibytes() {
  std::ifstream file("/proc/self/statm");
  double total = 0;
  double resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double PeakMebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// The clock counts in steps of some milliseconds, so what is short runs many times.
double Least(const std::function<void()>& run) {
  double least = 1e9;
  for (int i = 0; i < kRuns; ++i) {
    const double begin = CpuMilliseconds();
    int times = 0;
    while (CpuMilliseconds() - begin < 4) {
      run();
      ++times;
    }
    least = std::min(least, (CpuMilliseconds() - begin) / times);
  }
  return least;
}

v1::QuizDefinition Load(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  v1::QuizDefinition definition;
  google::protobuf::TextFormat::ParseFromString(text.str(), &definition);
  return definition;
}

// The first half of the first example's answers.
Input HalfAnswered(const Program& program, const v1::QuizDefinition& definition) {
  AnswerList answers;
  const AnswerList& all = definition.examples(0).answers();
  for (int i = 0; i < all.size() / 2; ++i) *answers.Add() = all[i];
  std::vector<InputViolation> violations;
  return CheckInput(program, answers, definition.examples(0).context(), violations).value_or(Input());
}

Input NothingAnswered(const Program& program) {
  std::vector<InputViolation> violations;
  return CheckInput(program, {}, {}, violations).value_or(Input());
}

void MeasureInstruments() {
  std::printf("%-28s %9s %9s %9s %9s %9s   (ms) %9s %9s %9s   (steps)\n", "instrument", "lint", "compile", "partial0",
              "partial50", "score", "lint", "partial50", "score");
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(kDefinitions)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<double> totals(5);
  for (const std::string& path : paths) {
    const v1::QuizDefinition definition = Load(path);
    const std::shared_ptr<const Program> program = CompilePublished(definition).program;
    if (program == nullptr) {
      std::printf("%s does not compile\n", path.c_str());
      continue;
    }
    const Input nothing = NothingAnswered(*program);
    const Input half = HalfAnswered(*program, definition);
    Result result;
    const double times[] = {Least([&] { CompileDefinition(definition); }), Least([&] { CompilePublished(definition); }),
                            Least([&] { PossibleFrom(*program, nothing); }),
                            Least([&] { PossibleFrom(*program, half); }),
                            Least([&] { Score(*program, half, result); })};
    std::printf("%-28s", std::filesystem::path(path).stem().c_str());
    for (std::size_t i = 0; i < totals.size(); ++i) {
      totals[i] += times[i];
      std::printf(" %9.4f", times[i]);
    }
    AnalysisUse use;
    PossibleFrom(*program, half, {.steps = kMaxStepsWhileAnswering}, &use);
    std::printf("        %9lld %9lld %9lld\n", static_cast<long long>(CompileDefinition(definition).analysis_steps),
                static_cast<long long>(use.steps), static_cast<long long>(program->scoring_steps));
  }
  std::printf("%-28s", "all");
  for (const double total : totals) std::printf(" %9.4f", total);
  std::printf("\n");
}

// Runs one definition through all that services do with it, in a process of its own.
void MeasureAttack(const std::string& name, const v1::QuizDefinition& definition) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child != 0) {
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) std::printf("  ended by signal %d\n", WTERMSIG(status));
    return;
  }
  const rlimit memory{kMostMemory, kMostMemory};
  setrlimit(RLIMIT_AS, &memory);
  alarm(kMostSeconds);
  std::printf("%-26s %7zu B", name.c_str(), definition.ByteSizeLong());
  const double resident = ResidentMebibytes();
  const double begin = CpuMilliseconds();
  const CompileResult proved = CompileDefinition(definition);
  int errors = 0;
  for (const Fault& fault : proved.faults) errors += fault.severity == Fault::Severity::kError ? 1 : 0;
  std::printf(" | publish %9.1f ms %8lld steps %4d errors, peak %6.0f MiB", CpuMilliseconds() - begin,
              static_cast<long long>(proved.analysis_steps), errors, PeakMebibytes() - resident);
  std::fflush(stdout);
  const double before = CpuMilliseconds();
  const double resident_before = ResidentMebibytes();
  const CompileResult compiled = CompilePublished(definition);
  std::printf(" | compile %9.1f ms, holds %6.1f MiB", CpuMilliseconds() - before,
              ResidentMebibytes() - resident_before);
  if (compiled.program != nullptr) {
    std::printf(" (%.1f told)", static_cast<double>(compiled.program->approximate_bytes) / (1 << 20));
  }
  std::fflush(stdout);
  if (compiled.program != nullptr) {
    const Program& program = *compiled.program;
    const Input input = NothingAnswered(program);
    double mark = CpuMilliseconds();
    AnalysisUse use;
    PossibleFrom(program, input, {.steps = kMaxStepsWhileAnswering}, &use);
    std::printf(" | partial %8.1f ms %7lld steps", CpuMilliseconds() - mark, static_cast<long long>(use.steps));
    std::fflush(stdout);
    Result result;
    mark = CpuMilliseconds();
    Score(program, input, result);
    std::printf(" | score %6.1f ms", CpuMilliseconds() - mark);
    v1::QuizResult rendered;
    mark = CpuMilliseconds();
    RenderResult(program, input, result, "en", rendered);
    RenderExplanations(program, input, result, rendered);
    std::printf(" | explain %6.1f ms, %zu B", CpuMilliseconds() - mark, rendered.ByteSizeLong());
  } else {
    std::printf(" | refused: %s: %.60s", compiled.faults.front().path.c_str(), compiled.faults.front().message.c_str());
  }
  std::printf("\n");
  std::fflush(stdout);
  _exit(0);
}

void MeasureAttacks() {
  MeasureAttack("named values", ManyNamedValues(300, 150, 150));
  MeasureAttack("named values, 2", ManyNamedValues(500, 40, 100));
  MeasureAttack("sum of products 30", SumOfProducts(30));
  MeasureAttack("sum of products 200", SumOfProducts(200));
  MeasureAttack("nested products 10", NestedProducts(10));
  MeasureAttack("unknown members", UnknownMembers(60'000, 30'000));
  MeasureAttack("partial", SlowPartial(1, 500));
  MeasureAttack("partial, 10 scales", SlowPartial(10, 500));
  MeasureAttack("earlier score", EarlierScoreOfProducts(20));
  MeasureAttack("25,000 rows", ManyRows(5, 5'000));
  MeasureAttack("100,000 rows", ManyRows(25, 4'000));
  MeasureAttack("300 scales x 400 items", ManyMembers(300, 400));
  MeasureAttack("alerts for each", AlertsForEach(10, 100, 100));
  MeasureAttack("chains of ?:", ConditionalChains(100, 24));
  MeasureAttack("range codes", ManyRangeCodes(10, 400));
  MeasureAttack("empty options", EmptyOptions(400'000));
  MeasureAttack("long form", LongForm(500, 200, 1'000));
  MeasureAttack("examples", ManyExamples(40, 100, 300));
  MeasureAttack("weighted means", WeightedMeans(100, 12));
}

}  // namespace
}  // namespace ladder::quiz

int main(int argc, char** argv) {
  const std::string part = argc > 1 ? argv[1] : "all";
  if (part == "all" || part == "instruments") ladder::quiz::MeasureInstruments();
  if (part == "all" || part == "attacks") ladder::quiz::MeasureAttacks();
  return 0;
}
