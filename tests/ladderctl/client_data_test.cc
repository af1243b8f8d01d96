// Export and erasure as an operator runs them, against a service.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "tests/records-service/running_records.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tools/ladderctl/app.h"

namespace ladder::ctl {
namespace {

using ::ladder::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Each as what it says: the order of a map's entries differs from call to call.
std::vector<nlohmann::json> LinesOf(const std::string& text) {
  std::vector<nlohmann::json> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    lines.push_back(nlohmann::json::parse(line, nullptr, false));
    EXPECT_FALSE(lines.back().is_discarded()) << line;
  }
  return lines;
}

class ClientDataTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(records_.Publish(records::MoodQuiz()), IsOk());
    for (const char* request_id : {"r-1", "r-2"}) {
      ASSERT_THAT(records_.Call(records::MoodRequest(request_id, 1, 7)), IsOk());
    }
  }

  int Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--records", records_.address(), "--clinic", "north"});
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    const int exit_code = RunLadderctl(std::move(arguments), {in, out, err, 100, false});
    out_ = out.str();
    err_ = err.str();
    return exit_code;
  }

  records::RunningRecords records_;
  std::string out_;
  std::string err_;
};

TEST_F(ClientDataTest, AnExportGoesToStandardOutputOrToAFile) {
  ASSERT_EQ(Run({"client", "export", "c-1"}), kDone) << err_;
  EXPECT_THAT(out_, AllOf(HasSubstr("\"r-1\""), HasSubstr("\"r-2\"")));
  const std::string exported = out_;
  const testing::TempDir directory;
  const std::string path = directory.Join("c-1.jsonl");
  std::ofstream(path) << "of an earlier export";
  ASSERT_EQ(Run({"client", "export", "c-1", "--out", path}), kDone) << err_;
  EXPECT_EQ(out_, "");
  std::ifstream file(path);
  EXPECT_EQ(LinesOf(std::string(std::istreambuf_iterator<char>(file), {})), LinesOf(exported));
  EXPECT_EQ(Run({"client", "export", "c-1", "--out", directory.Join("missing/file")}), kRefused);
}

TEST_F(ClientDataTest, AnErasureHasToBeMeant) {
  EXPECT_EQ(Run({"client", "erase", "c-1"}), kUsage);
  EXPECT_THAT(err_, HasSubstr("--yes"));
  ASSERT_EQ(Run({"client", "export", "c-1"}), kDone);
  EXPECT_THAT(out_, HasSubstr("\"r-1\""));

  ASSERT_EQ(Run({"client", "erase", "c-1", "--yes"}), kDone) << err_;
  EXPECT_THAT(out_, AllOf(HasSubstr("clinics/north/clients/c-1"), HasSubstr("2 assessments")));
  ASSERT_EQ(Run({"client", "export", "c-1"}), kDone);
  EXPECT_THAT(out_, ::testing::Not(HasSubstr("\"r-1\"")));
  EXPECT_THAT(out_, HasSubstr("erase_time"));
}

TEST_F(ClientDataTest, WhatIsRefusedIsSaid) {
  EXPECT_EQ(Run({"client", "erase", "not a client", "--yes"}), kRefused);
  EXPECT_THAT(err_, HasSubstr("name: "));
  EXPECT_EQ(Run({"client", "export", "c-1", "--page-token", "wrong"}), kRefused);
  EXPECT_THAT(err_, HasSubstr("--page-token wrong")) << "where it goes on";
}

}  // namespace
}  // namespace ladder::ctl
