#include "records-service/release/sealing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1'767'225'600);  // 2026-01-01.
const absl::Duration kMonth = absl::Hours(24 * 30);

class SealingTest : public ::testing::Test {
 protected:
  // A cohort of so many clients, c-0 and on, whose oldest assessment is so old.
  GatheringCohort Add(const std::string& campaign, int clients, absl::Duration age,
                      CohortKind kind = CohortKind::kPresent, const std::string& series = "mood/1") {
    const std::string id = absl::StrCat("cohort-", cohorts_.size());
    for (int i = 0; i < clients; ++i) clients_[id].insert(absl::StrCat("c-", i));
    cohorts_.push_back(
        {.partition = {"north", campaign, series}, .id = id, .kind = kind, .clients = clients, .oldest = kNow - age});
    return cohorts_.back();
  }

  std::vector<Sealing> Decide() {
    const auto sealings = DecideSealings(
        cohorts_, options_, kNow,
        [this](const GatheringCohort& cohort) -> absl::StatusOr<std::set<std::string>> { return clients_[cohort.id]; },
        [this] { return absl::StrCat("id-", ++ids_); });
    EXPECT_OK(sealings);
    return sealings.value_or(std::vector<Sealing>());
  }

  // The cohorts that close, and as what; empty: for itself.
  static std::map<std::string, std::string> ClosingAs(const std::vector<Sealing>& sealings) {
    std::map<std::string, std::string> closing;
    for (const Sealing& sealing : sealings) {
      for (const Sealing::Member& member : sealing.members) closing[member.cohort] = sealing.merge_into;
    }
    return closing;
  }

  ReleaseOptions options_;
  std::vector<GatheringCohort> cohorts_;
  std::map<std::string, std::set<std::string>> clients_;
  int ids_ = 0;
};

TEST_F(SealingTest, ACohortClosesWithTheTargetHoweverYoungItIs) {
  const GatheringCohort full = Add("", 200, absl::ZeroDuration());
  Add("spring", 199, kMonth - absl::Nanoseconds(1));
  const std::vector<Sealing> sealings = Decide();
  ASSERT_THAT(sealings, SizeIs(1));
  ASSERT_THAT(sealings[0].members, SizeIs(1));
  EXPECT_EQ(sealings[0].members[0].cohort, full.id);
  EXPECT_EQ(sealings[0].members[0].partition, full.partition);
  EXPECT_EQ(sealings[0].members[0].next, "id-1");
  EXPECT_EQ(sealings[0].merge_into, "");
  EXPECT_EQ(sealings[0].close_time, kNow);
}

TEST_F(SealingTest, AfterTheLongestWaitTheSmallestSizeIsEnough) {
  Add("", 10, kMonth);
  Add("spring", 9, kMonth);
  EXPECT_THAT(ClosingAs(Decide()), ElementsAre(std::pair<const std::string, std::string>("cohort-0", "")))
      << "nine alone are too few";
}

TEST_F(SealingTest, ThoseThatAreStillSmallerCloseTogetherWhereTheyAreEnoughBetweenThem) {
  clients_["cohort-0"] = {"a", "b", "c", "d", "e"};
  clients_["cohort-1"] = {"e", "f", "g", "h", "i"};
  Add("spring", 0, kMonth);
  Add("summer", 0, kMonth);
  for (GatheringCohort& cohort : cohorts_) cohort.clients = 5;
  EXPECT_THAT(Decide(), IsEmpty()) << "nine different clients";
  clients_["cohort-1"].insert("j");
  const std::vector<Sealing> sealings = Decide();
  ASSERT_THAT(sealings, SizeIs(1));
  EXPECT_THAT(sealings[0].members, SizeIs(2));
  EXPECT_LT(sealings[0].members[0].partition, sealings[0].members[1].partition);
  EXPECT_NE(sealings[0].merge_into, "");
  EXPECT_NE(sealings[0].members[0].next, sealings[0].members[1].next);
}

TEST_F(SealingTest, OnlyCohortsOfOneSeriesAndKindJoin) {
  Add("spring", 6, kMonth);
  Add("summer", 6, kMonth, CohortKind::kHistory);
  Add("autumn", 6, kMonth, CohortKind::kPresent, "mood/2");
  EXPECT_THAT(Decide(), IsEmpty());
}

TEST_F(SealingTest, TheYoungDoNotJoin) {
  Add("spring", 9, kMonth);
  Add("summer", 9, kMonth - absl::Minutes(15));
  EXPECT_THAT(Decide(), IsEmpty());
}

}  // namespace
}  // namespace ladder::records::release
