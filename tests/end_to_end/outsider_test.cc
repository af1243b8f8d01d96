// Clients as outsiders write them, from our protos alone: the examples that README.md shows, and grpc-js under load
// while every process is restarted.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/end_to_end/deployment.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kExpected[] = "Bouncy Ball, Lower range: bounce point 40.0";
constexpr int kCallsBetweenRestarts = 200;

class OutsiderTest : public ::testing::Test {
 protected:
  // Runs a shell command; its output.
  std::string Run(const std::string& command) {
    const std::string output = folder_.Join("output.txt");
    ChildProcess process({"/bin/bash", "-c", command}, output);
    EXPECT_EQ(process.Wait(absl::Seconds(60)), 0) << ReadFileOrEmpty(output);
    return ReadFileOrEmpty(output);
  }

  void MakePythonStubs() {
    Run(absl::StrCat("protoc -I proto --python_out=", folder_.path(), " --grpc_python_out=", folder_.path(),
                     " --plugin=protoc-gen-grpc_python=\"$(command -v grpc_python_plugin)\" ",
                     "$(cd proto && find google ladder -name '*.proto')"));
  }
  std::string RunPython(const std::string& script) {
    return Run(absl::StrCat("PYTHONPATH=", folder_.path(), " PYTHONIOENCODING=utf-8 /usr/bin/python3 ", script));
  }

  TempDir folder_;
};

TEST_F(OutsiderTest, TheFirstCallFromNodeScores) {
  Deployment ladder;
  ladder.PublishShipped("ladder-of-healing");
  EXPECT_THAT(
      Run(absl::StrCat("cd tests/node && node ../../docs/examples/first_call.mjs ", ladder.scoring(0).address())),
      HasSubstr(kExpected));
}

TEST_F(OutsiderTest, TheFirstCallFromPythonScores) {
  Deployment ladder;
  ladder.PublishShipped("ladder-of-healing");
  MakePythonStubs();
  EXPECT_THAT(RunPython(absl::StrCat("docs/examples/first_call.py ", ladder.scoring(0).address())),
              HasSubstr(kExpected));
}

TEST_F(OutsiderTest, AnAnalystAsksAndExportsFromPython) {
  Deployment ladder;
  ladder.PublishShipped("ladder-of-healing");
  MakePythonStubs();
  const std::string releases = absl::StrCat("docs/examples/releases.py ", ladder.records().address());
  EXPECT_THAT(RunPython(absl::StrCat(releases, " export")), HasSubstr("clinic,position,campaign,series,"));
  EXPECT_THAT(RunPython(absl::StrCat(releases, " trend quizzes/ladder-of-healing/series/1")),
              HasSubstr("-12-01 Bouncy Ball 0.00 ± 0.0000"));
}

// grpc-js under load, in a process of its own.
class JsLoad {
 public:
  explicit JsLoad(const std::string& target)
      : process_({"node", "tests/end_to_end/outsider/load.mjs", target, "8"}, folder_.Join("load.txt")) {}

  bool WaitForMore(int calls) {
    const int wanted = Succeeded() + calls;
    return Eventually([&] { return Succeeded() >= wanted; });
  }

  nlohmann::json Stop() {
    process_.Signal(SIGTERM);
    EXPECT_EQ(process_.Wait(absl::Seconds(60)), 0);
    const std::vector<std::string> lines = Lines();
    return nlohmann::json::parse(lines.back());
  }

 private:
  std::vector<std::string> Lines() const {
    return absl::StrSplit(ReadFileOrEmpty(folder_.Join("load.txt")), '\n', absl::SkipEmpty());
  }

  // The newest count that it printed, to the hundred.
  int Succeeded() const {
    int count = 0;
    for (const std::string& line : Lines()) {
      int value = 0;
      if (absl::SimpleAtoi(line, &value)) count = std::max(count, value);
    }
    return count;
  }

  TempDir folder_;
  ChildProcess process_;
};

TEST_F(OutsiderTest, NoCallOfGrpcJsFailsWhileEveryProcessIsRestartedInTurn) {
  Deployment ladder({.scoring_processes = 2});
  ladder.PublishShipped("ladder-of-healing");
  JsLoad load(ladder.ScoringTarget());
  ASSERT_TRUE(load.WaitForMore(kCallsBetweenRestarts));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ladder.scoring(i).Stop(), 0);
    EXPECT_TRUE(load.WaitForMore(kCallsBetweenRestarts));
    ladder.scoring(i).Start();
    EXPECT_TRUE(load.WaitForMore(kCallsBetweenRestarts));
  }
  EXPECT_EQ(ladder.records().Stop(), 0);
  ladder.records().Start();
  EXPECT_TRUE(load.WaitForMore(kCallsBetweenRestarts));

  const nlohmann::json report = load.Stop();
  EXPECT_THAT(report["failures"], IsEmpty()) << report["failures"].dump();
  EXPECT_GT(report["succeeded"].get<int>(), 5 * kCallsBetweenRestarts);
}

}  // namespace
}  // namespace ladder::testing
