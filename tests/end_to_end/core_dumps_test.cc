// What a service holds in memory stays there: no core, and nothing for other processes of the same user.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/end_to_end/deployment.h"
#include "tests/testing/child_process.h"
#include "tests/testing/temp_dir.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {
namespace {

using ::testing::HasSubstr;

constexpr uid_t kNobody = 65534;

// A service that may write cores of any size, run by somebody who is not root.
class ServiceOfAUser {
 public:
  explicit ServiceOfAUser(std::vector<std::string> arguments) {
    std::vector<std::string> command = {"prlimit", "--core=unlimited:unlimited"};
    if (getuid() == 0) {
      const std::string user = absl::StrCat(kNobody);
      command.insert(command.end(), {"setpriv", "--reuid", user, "--regid", user, "--clear-groups"});
    }
    command.insert(command.end(), {LADDER_SCORING_BINARY, "--listen", "127.0.0.1:0", "--records", "127.0.0.1:1"});
    command.insert(command.end(), arguments.begin(), arguments.end());
    process_ = std::make_unique<ChildProcess>(std::move(command), folder_.Join("log"));
    EXPECT_TRUE(Eventually([this] { return absl::StrContains(Log(), "server_started"); })) << Log();
  }

  std::string Log() const { return ReadFileOrEmpty(folder_.Join("log")); }
  std::string Proc(const std::string& name) const { return absl::StrCat("/proc/", process_->pid(), "/", name); }
  // Root's where the process cannot be looked into, else its user's.
  uid_t OwnerOfEnvironment() const {
    struct stat found {};
    EXPECT_EQ(stat(Proc("environ").c_str(), &found), 0);
    return found.st_uid;
  }

 private:
  TempDir folder_;
  std::unique_ptr<ChildProcess> process_;
};

TEST(CoreDumpsTest, AServiceWritesNoCoreAndCannotBeLookedInto) {
  const ServiceOfAUser service({});
  EXPECT_THAT(ReadFileOrEmpty(service.Proc("limits")), HasSubstr("Max core file size        0  "));
  EXPECT_EQ(service.OwnerOfEnvironment(), 0u);
}

TEST(CoreDumpsTest, AnOptionAllowsBothAndTheLogSaysSo) {
  const ServiceOfAUser service({"--allow-core-dumps"});
  EXPECT_THAT(ReadFileOrEmpty(service.Proc("limits")), HasSubstr("Max core file size        unlimited  "));
  EXPECT_EQ(service.OwnerOfEnvironment(), getuid() == 0 ? kNobody : getuid());
  EXPECT_THAT(service.Log(), HasSubstr("core_dumps_allowed"));
}

}  // namespace
}  // namespace ladder::testing
