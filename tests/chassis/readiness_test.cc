#include "libs/chassis/readiness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace ladder {
namespace {

using ::testing::ElementsAre;

TEST(ReadinessTest, IsTheAndOfItsPartsAndNamesWhatIsMissing) {
  Readiness readiness;
  EXPECT_FALSE(readiness.IsReady()) << "nothing is up where nothing is there";
  Readiness::Part* store = readiness.AddPart("store");
  Readiness::Part* quizzes = readiness.AddPart("quizzes");
  EXPECT_THAT(readiness.Missing(), ElementsAre("store", "quizzes"));
  quizzes->Set(true);
  EXPECT_FALSE(readiness.IsReady());
  store->Set(true);
  EXPECT_TRUE(readiness.IsReady());
  quizzes->Set(false);
  EXPECT_FALSE(readiness.IsReady());
  EXPECT_THAT(readiness.Missing(), ElementsAre("quizzes"));
}

TEST(ReadinessTest, TheObserverHearsTheStateAndThenChangesOnly) {
  Readiness readiness;
  Readiness::Part* first = readiness.AddPart("first");
  std::vector<bool> heard;
  readiness.SetObserver([&](bool ready) { heard.push_back(ready); });
  first->Set(true);
  first->Set(true);
  Readiness::Part* second = readiness.AddPart("second");
  first->Set(false);
  first->Set(true);
  second->Set(true);
  EXPECT_THAT(heard, ElementsAre(false, true, false, true));
}

}  // namespace
}  // namespace ladder
