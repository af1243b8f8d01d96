#include "libs/chassis/memory_limit.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "tests/testing/temp_dir.h"

namespace ladder {
namespace {

class CgroupMemoryLimitTest : public ::testing::Test {
 protected:
  void Write(const std::string& path, const std::string& text) {
    const std::filesystem::path whole = folder_.Join(path);
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole) << text << "\n";
  }
  std::optional<std::int64_t> Limit() { return CgroupMemoryLimit(folder_.Join("membership"), folder_.Join("groups")); }

  ladder::testing::TempDir folder_;
};

TEST_F(CgroupMemoryLimitTest, IsTheLeastOfAGroupAndThoseAboveIt) {
  Write("membership", "0::/pods/scoring");
  Write("groups/pods/scoring/memory.max", "536870912");
  EXPECT_EQ(Limit(), 536870912);
  Write("groups/pods/memory.max", "268435456");
  EXPECT_EQ(Limit(), 268435456);
  Write("groups/pods/memory.max", "max");
  EXPECT_EQ(Limit(), 536870912);
}

TEST_F(CgroupMemoryLimitTest, IsThatOfTheRootInAContainer) {
  Write("membership", "0::/");
  Write("groups/memory.max", "268435456");
  EXPECT_EQ(Limit(), 268435456);
  Write("membership", "0::/system.slice/not-mounted.scope");
  EXPECT_EQ(Limit(), 268435456);
}

TEST_F(CgroupMemoryLimitTest, IsFoundInVersionOne) {
  Write("membership", "5:cpu,memory:/docker/abc\n1:name=systemd:/docker/abc");
  Write("groups/memory/memory.limit_in_bytes", "104857600");
  EXPECT_EQ(Limit(), 104857600);
  Write("groups/memory/docker/abc/memory.limit_in_bytes", "9223372036854771712");
  EXPECT_EQ(Limit(), 104857600);
}

TEST_F(CgroupMemoryLimitTest, IsNoneWhereNobodySetsOne) {
  EXPECT_EQ(Limit(), std::nullopt);
  Write("membership", "0::/\nnonsense");
  EXPECT_EQ(Limit(), std::nullopt);
  Write("groups/memory.max", "max");
  EXPECT_EQ(Limit(), std::nullopt);
}

}  // namespace
}  // namespace ladder
