// What every store does with quizzes, and how its life ends.

#include <string>
#include <thread>
#include <vector>

#include "libs/chassis/errors.h"
#include "tests/conformance/store_conformance.h"

namespace ladder::records {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;

TEST_P(StoreConformance, AStoreWithoutQuizzesFindsNone) {
  EXPECT_THAT(*store().FindQuiz("mood"), Eq(std::nullopt));
  EXPECT_THAT(*store().FindDraft("mood"), Eq(std::nullopt));
  EXPECT_THAT(*store().FindVersion("mood", 1, QuizStore::Content::kWhole), Eq(std::nullopt));
  EXPECT_THAT(*store().FindVersionByDigest("mood", "digest-1"), Eq(std::nullopt));
  EXPECT_THAT(*store().FindActivation("mood", 1), Eq(std::nullopt));
  EXPECT_THAT(*store().ListQuizzes("", 10), IsEmpty());
  EXPECT_THAT(*store().ListVersions("mood", 10, 10), IsEmpty());
}

TEST_P(StoreConformance, TheFirstDraftMakesTheQuiz) {
  ASSERT_OK(store().PutDraft(Draft("mood", "e1"), ""));
  EXPECT_THAT(*store().FindDraft("mood"), Optional(Draft("mood", "e1")));
  const QuizRow quiz = Mood();
  EXPECT_EQ(quiz.quiz, "mood");
  EXPECT_EQ(quiz.revision, 0);
  EXPECT_EQ(quiz.generation, 0);
  EXPECT_EQ(quiz.active_version, 0);
  EXPECT_EQ(quiz.active_digest, "");
  EXPECT_EQ(quiz.latest_version, 0);
  EXPECT_EQ(quiz.create_time, Now());
  EXPECT_EQ(quiz.update_time, Now());
}

TEST_P(StoreConformance, ADraftIsReplacedOnlyByWhoKnowsItsEtag) {
  EXPECT_TRUE(absl::IsAborted(store().PutDraft(Draft("mood", "e2"), "e1"))) << "there is none yet";
  EXPECT_THAT(*store().FindQuiz("mood"), Eq(std::nullopt));
  ASSERT_OK(store().PutDraft(Draft("mood", "e1"), ""));
  EXPECT_TRUE(absl::IsAborted(store().PutDraft(Draft("mood", "e2"), "")));
  EXPECT_TRUE(absl::IsAborted(store().PutDraft(Draft("mood", "e2"), "E1")));
  EXPECT_THAT(*store().FindDraft("mood"), Optional(Draft("mood", "e1")));
  ASSERT_OK(store().PutDraft(Draft("mood", "e2"), "e1"));
  EXPECT_THAT(*store().FindDraft("mood"), Optional(Draft("mood", "e2")));
}

TEST_P(StoreConformance, QuizzesAreListedByIdInPages) {
  for (const char* quiz : {"b", "a-b", "a", "c", "ab"}) ASSERT_OK(store().PutDraft(Draft(quiz, "e"), ""));
  const auto ids = [this](const char* after, std::size_t limit) {
    std::vector<std::string> listed;
    const auto quizzes = store().ListQuizzes(after, limit);
    for (const QuizRow& quiz : *quizzes) listed.push_back(quiz.quiz);
    return listed;
  };
  EXPECT_THAT(ids("", 3), ElementsAre("a", "a-b", "ab"));
  EXPECT_THAT(ids("ab", 3), ElementsAre("b", "c"));
  EXPECT_THAT(ids("c", 3), IsEmpty());
}

TEST_P(StoreConformance, AVersionIsFoundByNumberAndByDigest) {
  MakeQuiz(2);
  EXPECT_THAT(*store().FindVersion("mood", 2, QuizStore::Content::kWhole), Optional(Version(2)));
  VersionRow bare = Version(1);
  bare.definition.clear();
  EXPECT_THAT(*store().FindVersion("mood", 1, QuizStore::Content::kWithoutDefinition), Optional(bare));
  EXPECT_THAT(*store().FindVersionByDigest("mood", "digest-1"), Optional(bare));
  EXPECT_THAT(*store().FindVersionByDigest("mood", "DIGEST-1"), Eq(std::nullopt));
  EXPECT_THAT(*store().FindVersionByDigest("sleep", "digest-1"), Eq(std::nullopt));
  EXPECT_THAT(*store().FindVersion("mood", 3, QuizStore::Content::kWhole), Eq(std::nullopt));
  EXPECT_THAT(*store().FindVersion("mood", 0, QuizStore::Content::kWhole), Eq(std::nullopt));
  EXPECT_EQ(Mood().latest_version, 2);
}

TEST_P(StoreConformance, VersionsAreListedNewestFirstInPagesWithoutTheirBytes) {
  MakeQuiz(4);
  const auto page = store().ListVersions("mood", 4, 2);
  ASSERT_OK(page.status());
  ASSERT_EQ(page->size(), 2u);
  EXPECT_EQ(page->at(0).number, 3);
  EXPECT_EQ(page->at(1).number, 2);
  EXPECT_EQ(page->at(0).definition, "");
  EXPECT_EQ(page->at(0).digest, "digest-3");
}

TEST_P(StoreConformance, AnUpdateDecidedOnAnOlderRevisionIsAbortedAndChangesNothing) {
  MakeQuiz(1);
  QuizUpdate stale = Update(0);
  stale.publish = Version(2);
  stale.activate = Activation(1, 1, 0);
  EXPECT_TRUE(absl::IsAborted(store().UpdateQuiz(stale)));
  QuizUpdate nowhere = Update(0);
  nowhere.quiz = "sleep";
  EXPECT_TRUE(absl::IsAborted(store().UpdateQuiz(nowhere)));
  const QuizRow quiz = Mood();
  EXPECT_EQ(quiz.revision, 1);
  EXPECT_EQ(quiz.latest_version, 1);
  EXPECT_EQ(quiz.generation, 0);
}

TEST_P(StoreConformance, AnUpdateThatBreaksARuleIsRefusedWhole) {
  MakeQuiz(1);
  QuizUpdate gap = Update(1);
  gap.publish = Version(2);
  gap.activate = Activation(5, 2, 0);
  EXPECT_FALSE(store().UpdateQuiz(gap).ok()) << "generations have no gaps";
  QuizUpdate twice = Update(1);
  twice.publish = Version(2);
  twice.publish->digest = "digest-1";
  EXPECT_FALSE(store().UpdateQuiz(twice).ok()) << "digests are unique";
  QuizUpdate missing = Update(1);
  missing.activate = Activation(1, 1, 0);
  missing.retire = 9;
  EXPECT_FALSE(store().UpdateQuiz(missing).ok()) << "there is no version 9";
  const QuizRow quiz = Mood();
  EXPECT_EQ(quiz.revision, 1);
  EXPECT_EQ(quiz.latest_version, 1);
  EXPECT_EQ(quiz.generation, 0);
  EXPECT_THAT(*store().FindVersion("mood", 2, QuizStore::Content::kWhole), Eq(std::nullopt));
}

TEST_P(StoreConformance, TheNewestActivationSaysWhatIsActive) {
  MakeQuiz(2);
  QuizUpdate first = Update(2);
  first.activate = Activation(1, 2, 0);
  ASSERT_OK(store().UpdateQuiz(first));
  QuizRow quiz = Mood();
  EXPECT_EQ(quiz.generation, 1);
  EXPECT_EQ(quiz.active_version, 2);
  EXPECT_EQ(quiz.active_digest, "digest-2");
  EXPECT_EQ(quiz.update_time, first.time);
  EXPECT_EQ(quiz.create_time, Now());

  QuizUpdate nothing = Update(3);
  nothing.retire = 2;
  nothing.activate = Activation(2, 0, 1);
  ASSERT_OK(store().UpdateQuiz(nothing));
  quiz = Mood();
  EXPECT_EQ(quiz.generation, 2);
  EXPECT_EQ(quiz.active_version, 0);
  EXPECT_EQ(quiz.active_digest, "");
  EXPECT_THAT(*store().FindActivation("mood", 1), Optional(Activation(1, 2, 0)));
  EXPECT_THAT(*store().FindActivation("mood", 2), Optional(Activation(2, 0, 1)));
  EXPECT_THAT(*store().FindActivation("mood", 3), Eq(std::nullopt));
  const auto retired = store().FindVersion("mood", 2, QuizStore::Content::kWhole);
  ASSERT_OK(retired.status());
  ASSERT_TRUE(retired->has_value());
  EXPECT_EQ((*retired)->retire_time, nothing.time);
}

TEST_P(StoreConformance, OfConcurrentUpdatesOfOneRevisionOneIsMade) {
  MakeQuiz(1);
  constexpr int kThreads = 4;
  std::vector<int> made(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this, thread, &made] {
      QuizUpdate update = Update(1);
      update.activate = Activation(1, 1, 0);
      made[thread] = store().UpdateQuiz(update).ok() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made[0] + made[1] + made[2] + made[3], 1);
  EXPECT_EQ(Mood().revision, 2);
}

TEST_P(StoreConformance, QuizzesAreThereAfterOpeningAgain) {
  if (!GetParam().forgets_because.empty()) GTEST_SKIP() << GetParam().forgets_because;
  MakeQuiz(2);
  QuizUpdate update = Update(2);
  update.activate = Activation(1, 1, 0);
  ASSERT_OK(store().UpdateQuiz(update));
  const QuizRow before = Mood();
  Reopen();
  EXPECT_EQ(Mood(), before);
  EXPECT_THAT(*store().FindVersion("mood", 2, QuizStore::Content::kWhole), Optional(Version(2)));
  EXPECT_THAT(*store().FindDraft("mood"), Optional(Draft("mood", "e1")));
}

TEST_P(StoreConformance, EverythingFailsTheSameWayAfterClosing) {
  MakeQuiz(1);
  ASSERT_OK(store().Ready());
  store().Close();
  store().Close();
  const std::vector<absl::Status> statuses = {
      store().Ready(),
      store().FindQuiz("mood").status(),
      store().ListQuizzes("", 1).status(),
      store().FindDraft("mood").status(),
      store().PutDraft(Draft("mood", "e2"), "e1"),
      store().FindVersion("mood", 1, QuizStore::Content::kWhole).status(),
      store().FindVersionByDigest("mood", "digest-1").status(),
      store().ListVersions("mood", 9, 9).status(),
      store().FindActivation("mood", 1).status(),
      store().UpdateQuiz(Update(1)),
      store().CreateAssessments({RowNumber(1)}).status(),
      store().FindRequest("north", "request-1").status(),
      store().FindAssessment("north", "c-1", "id-1").status(),
      store().ListAssessments(QueryOf("north", "c-1")).status(),
      store()
          .ListQuizAssessments({.clinic = "north", .quiz = "mood", .after_id = "", .limit = 1, .max_bytes = 1})
          .status(),
      store().WasErased("north", "request-1", Now()).status(),
      store().MarkErased("north", "c-1", Now()).status(),
      store().RemoveErased("north", "c-1", 1).status(),
      store().Scrub(),
      store().FindErasure("north", "c-1").status(),
      store().ListStandings("north", "c-1").status(),
      store().ListClinics("", 1).status(),
      store().RemoveOlder("north", Now(), Now(), 1).status(),
      store().ForgetExpired("north", Now(), 1).status(),
  };
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    EXPECT_TRUE(absl::IsUnavailable(statuses[i])) << i << ": " << statuses[i];
    EXPECT_EQ(ReasonOf(statuses[i]), kClosed) << i;
  }
}

}  // namespace
}  // namespace ladder::records
