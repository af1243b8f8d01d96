// QuizService through gRPC, over a store in memory.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/published.h"
#include "tests/records-service/running_records.h"
#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records {
namespace {

using ::ladder::testing::EqualsProto;
using ::ladder::testing::IsOk;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class QuizServiceTest : public ::testing::Test {
 protected:
  // Publishes versions 1 to `count` of the quiz "mood".
  void PublishVersions(int count) {
    for (int i = 1; i <= count; ++i) ASSERT_THAT(records_.Publish(MoodQuiz(absl::StrCat("version ", i))), IsOk());
  }
  std::int64_t ActiveVersion() {
    const auto quiz = records_.Quiz();
    EXPECT_THAT(quiz, IsOk());
    return quiz.ok() ? quiz->active_version() : -1;
  }
  std::int64_t RollBackNow() {
    const auto quiz = records_.Quiz();
    EXPECT_THAT(quiz, IsOk());
    const auto rolled_back = records_.RollBack(quiz->generation());
    if (!rolled_back.ok()) {
      EXPECT_EQ(ReasonOf(rolled_back.status()), kNoEarlierVersion);
      return 0;
    }
    return rolled_back->active_version();
  }
  absl::StatusOr<v1::QuizVersion> Retire(std::int64_t version) {
    v1::RetireVersionRequest request;
    request.set_name(absl::StrCat("quizzes/mood/versions/", version));
    return records_.Call(request);
  }

  RunningRecords records_;
};

TEST_F(QuizServiceTest, ADraftIsMadeOnlyWhereAskedForAndReadBackAsItIs) {
  v1::UpdateDraftRequest request;
  request.mutable_draft()->set_name("quizzes/mood/draft");
  *request.mutable_draft()->mutable_definition() = MoodQuiz();
  EXPECT_THAT(records_.Call(request), StatusIs(absl::StatusCode::kNotFound));
  request.set_allow_missing(true);
  const auto draft = records_.Call(request);
  ASSERT_THAT(draft, IsOk());
  v1::GetDraftRequest get;
  get.set_name("quizzes/mood/draft");
  const auto read = records_.Call(get);
  ASSERT_THAT(read, IsOk());
  EXPECT_THAT(*read, EqualsProto(*draft));
  EXPECT_THAT(read->definition(), EqualsProto(MoodQuiz()));
  EXPECT_THAT(records_.Quiz(), IsOk());
}

TEST_F(QuizServiceTest, AnEtagKeepsOneAuthorFromOverwritingAnother) {
  const auto first = records_.PutDraft(MoodQuiz("mine"));
  ASSERT_THAT(first, IsOk());
  const auto second = records_.PutDraft(MoodQuiz("yours"));
  ASSERT_THAT(second, IsOk());
  EXPECT_NE(first->etag(), second->etag());
  v1::UpdateDraftRequest late;
  late.mutable_draft()->set_name("quizzes/mood/draft");
  *late.mutable_draft()->mutable_definition() = MoodQuiz("mine again");
  late.mutable_draft()->set_etag(first->etag());
  const auto refused = records_.Call(late);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(ReasonOf(refused.status()), kEtagMismatch);
  late.mutable_draft()->set_etag(second->etag());
  EXPECT_THAT(records_.Call(late), IsOk());
}

TEST_F(QuizServiceTest, WritingTheSameDraftAgainChangesNothing) {
  const auto first = records_.PutDraft(MoodQuiz());
  ASSERT_THAT(first, IsOk());
  records_.clock().Advance(absl::Hours(1));
  const auto again = records_.PutDraft(MoodQuiz());
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(*again, EqualsProto(*first));
}

TEST_F(QuizServiceTest, EveryFaultOfARequestComesWithItsPath) {
  v1::UpdateDraftRequest update;
  update.mutable_draft()->set_name("quizzes/mood");
  EXPECT_THAT(FieldsOf(records_.Call(update).status()), ElementsAre("draft.name", "draft.definition"));
  update.mutable_draft()->set_name("quizzes/sleep/draft");
  *update.mutable_draft()->mutable_definition() = MoodQuiz();
  EXPECT_THAT(FieldsOf(records_.Call(update).status()), ElementsAre("draft.definition.id"));
  v1::RollBackQuizRequest roll_back;
  roll_back.set_name("quizzes/mood/versions/1");
  EXPECT_THAT(FieldsOf(records_.Call(roll_back).status()), ElementsAre("name", "generation"));
  v1::ActivateVersionRequest activate;
  activate.set_name("quizzes/mood");
  EXPECT_THAT(FieldsOf(records_.Call(activate).status()), ElementsAre("name"));
  v1::ListVersionsRequest list;
  list.set_parent("quizzes/Mood");
  list.set_page_size(1001);
  EXPECT_THAT(FieldsOf(records_.Call(list).status()), ElementsAre("parent", "page_size"));
  EXPECT_THAT(FieldsOf(records_.Call(v1::ValidateDefinitionRequest()).status()), ElementsAre("target"));
}

TEST_F(QuizServiceTest, WhatIsNotThereIsNotFoundByName) {
  EXPECT_THAT(records_.Quiz(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(records_.Activate(1), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Retire(1), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(records_.RollBack(1), StatusIs(absl::StatusCode::kNotFound));
  PublishVersions(1);
  EXPECT_THAT(records_.Activate(2),
              StatusIs(absl::StatusCode::kNotFound, ::testing::HasSubstr("quizzes/mood/versions/2")));
}

TEST_F(QuizServiceTest, ADefinitionWithFaultsIsADraftWhoseFaultsAreAllToldAndIsNotPublished) {
  quiz::v1::QuizDefinition faulty = MoodQuiz();
  faulty.mutable_scales(0)->set_formula("burdn + 1");
  faulty.mutable_examples()->Clear();
  ASSERT_THAT(records_.PutDraft(faulty), IsOk());

  v1::ValidateDefinitionRequest validate;
  validate.set_draft("quizzes/mood/draft");
  const auto stored = records_.Call(validate);
  ASSERT_THAT(stored, IsOk());
  *validate.mutable_definition() = faulty;
  const auto sent = records_.Call(validate);
  ASSERT_THAT(sent, IsOk());
  EXPECT_THAT(*sent, EqualsProto(*stored));
  std::vector<std::string> errors;
  for (const v1::Fault& fault : stored->faults()) {
    if (fault.severity() == v1::Fault::SEVERITY_ERROR) errors.push_back(fault.path());
  }
  EXPECT_GE(errors.size(), 2u);

  v1::PublishVersionRequest publish;
  publish.set_parent("quizzes/mood");
  const absl::Status refused = records_.Call(publish).status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(FieldsOf(refused), errors);
  EXPECT_EQ(records_.Quiz()->latest_version(), 0);
}

TEST_F(QuizServiceTest, AVersionIsComparableOnlyWithWhatIsPublished) {
  const absl::Status refused = records_.Publish(MoodQuiz("", {"1"})).status();
  EXPECT_THAT(FieldsOf(refused), ElementsAre("comparable_with[0]"));
  PublishVersions(1);
  EXPECT_THAT(records_.Publish(MoodQuiz("", {"1"})), IsOk());
}

TEST_F(QuizServiceTest, PublishingTwiceGivesTheSameVersionAndItsExactBytes) {
  const auto first = records_.Publish(MoodQuiz());
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->name(), "quizzes/mood/versions/1");
  EXPECT_EQ(first->definition(), quiz::SerializeDefinition(MoodQuiz()));
  EXPECT_EQ(first->digest(), quiz::DigestOf(first->definition()));
  records_.clock().Advance(absl::Hours(1));
  const auto again = records_.Publish(MoodQuiz());
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(*again, EqualsProto(*first));
  const auto second = records_.Publish(MoodQuiz("changed"));
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->name(), "quizzes/mood/versions/2");
  const auto back = records_.Publish(MoodQuiz());
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(back->name(), "quizzes/mood/versions/1");

  v1::GetVersionRequest get;
  get.set_name("quizzes/mood/versions/1");
  EXPECT_THAT(*records_.Call(get), EqualsProto(*first));
  get.set_omit_definition(true);
  EXPECT_EQ(records_.Call(get)->definition(), "");
  EXPECT_EQ(records_.Call(get)->digest(), first->digest());
}

TEST_F(QuizServiceTest, PublishingADraftThatHasChangedMeanwhileIsRefused) {
  const auto draft = records_.PutDraft(MoodQuiz("seen"));
  ASSERT_THAT(draft, IsOk());
  ASSERT_THAT(records_.PutDraft(MoodQuiz("newer")), IsOk());
  v1::PublishVersionRequest publish;
  publish.set_parent("quizzes/mood");
  publish.set_etag(draft->etag());
  EXPECT_EQ(ReasonOf(records_.Call(publish).status()), kEtagMismatch);
}

TEST_F(QuizServiceTest, ValidateOnlyStoresNothing) {
  v1::UpdateDraftRequest update;
  update.mutable_draft()->set_name("quizzes/mood/draft");
  *update.mutable_draft()->mutable_definition() = MoodQuiz();
  update.set_allow_missing(true);
  update.set_validate_only(true);
  EXPECT_THAT(records_.Call(update), IsOk());
  EXPECT_THAT(records_.Quiz(), StatusIs(absl::StatusCode::kNotFound));

  ASSERT_THAT(records_.PutDraft(MoodQuiz()), IsOk());
  v1::PublishVersionRequest publish;
  publish.set_parent("quizzes/mood");
  publish.set_validate_only(true);
  EXPECT_THAT(records_.Call(publish), IsOk());
  EXPECT_EQ(records_.Quiz()->latest_version(), 0);

  PublishVersions(1);
  v1::ActivateVersionRequest activate;
  activate.set_name("quizzes/mood/versions/1");
  activate.set_validate_only(true);
  EXPECT_THAT(records_.Call(activate), IsOk());
  EXPECT_EQ(ActiveVersion(), 0);
  EXPECT_THAT(records_.notifier().told(), IsEmpty());
}

TEST_F(QuizServiceTest, ActivatingChangesTheGenerationAndTellsWhoWantsToKnow) {
  PublishVersions(2);
  const auto first = records_.Activate(1);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->generation(), 1);
  EXPECT_EQ(first->active_version(), 1);
  EXPECT_EQ(first->latest_version(), 2);
  EXPECT_EQ(first->active_digest().size(), 64u);
  const auto again = records_.Activate(1);
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(*again, EqualsProto(*first)) << "activating what is active changes nothing";
  EXPECT_EQ(records_.Activate(2)->generation(), 2);
  EXPECT_THAT(records_.notifier().told(), ElementsAre("mood", "mood"));
}

TEST_F(QuizServiceTest, RollingBackAgainAndAgainGoesBackwards) {
  PublishVersions(4);
  for (const int version : {1, 2, 3}) ASSERT_THAT(records_.Activate(version), IsOk());
  EXPECT_EQ(RollBackNow(), 2);
  EXPECT_EQ(RollBackNow(), 1);
  EXPECT_EQ(RollBackNow(), 0) << "nothing lies beneath the first";
  EXPECT_EQ(ActiveVersion(), 1);
  ASSERT_THAT(records_.Activate(4), IsOk());
  EXPECT_EQ(RollBackNow(), 1) << "what was rolled back is not what was active before";
}

TEST_F(QuizServiceTest, ARetriedRollBackDoesNotRollBackTwice) {
  PublishVersions(3);
  for (const int version : {1, 2, 3}) ASSERT_THAT(records_.Activate(version), IsOk());
  ASSERT_THAT(records_.RollBack(3), IsOk());
  const absl::Status again = records_.RollBack(3).status();
  EXPECT_THAT(again, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(ReasonOf(again), kGenerationMismatch);
  EXPECT_EQ(ActiveVersion(), 2);
}

TEST_F(QuizServiceTest, ARetiredVersionIsNeverActivatedAgain) {
  PublishVersions(3);
  for (const int version : {1, 2, 3}) ASSERT_THAT(records_.Activate(version), IsOk());
  const auto retired = Retire(2);
  ASSERT_THAT(retired, IsOk());
  EXPECT_TRUE(retired->has_retire_time());
  EXPECT_EQ(ActiveVersion(), 3) << "another one was retired";
  EXPECT_THAT(*Retire(2), EqualsProto(*retired)) << "retiring twice is retiring once";
  const absl::Status refused = records_.Activate(2).status();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ReasonOf(refused), kVersionRetired);
  EXPECT_EQ(RollBackNow(), 1) << "rolling back passes over it";
}

TEST_F(QuizServiceTest, RetiringTheActiveVersionLeavesNoneUntilSomebodyActsAndTellsSo) {
  PublishVersions(2);
  for (const int version : {1, 2}) ASSERT_THAT(records_.Activate(version), IsOk());
  ASSERT_THAT(Retire(2), IsOk());
  const auto quiz = records_.Quiz();
  ASSERT_THAT(quiz, IsOk());
  EXPECT_EQ(quiz->active_version(), 0);
  EXPECT_EQ(quiz->active_digest(), "");
  EXPECT_EQ(quiz->generation(), 3);
  EXPECT_EQ(records_.notifier().told().size(), 3u);
  EXPECT_EQ(RollBackNow(), 1);
}

TEST_F(QuizServiceTest, ListsComeInPagesWhoseTokensFitOnlyTheirOwnQuestion) {
  PublishVersions(3);
  v1::ListVersionsRequest versions;
  versions.set_parent("quizzes/mood");
  versions.set_page_size(2);
  const auto first = records_.Call(versions);
  ASSERT_THAT(first, IsOk());
  ASSERT_EQ(first->versions_size(), 2);
  EXPECT_EQ(first->versions(0).name(), "quizzes/mood/versions/3");
  EXPECT_EQ(first->versions(0).definition(), "");
  versions.set_page_token(first->next_page_token());
  const auto second = records_.Call(versions);
  ASSERT_THAT(second, IsOk());
  ASSERT_EQ(second->versions_size(), 1);
  EXPECT_EQ(second->versions(0).name(), "quizzes/mood/versions/1");
  EXPECT_EQ(second->next_page_token(), "");

  v1::ListQuizzesRequest quizzes;
  quizzes.set_page_token(first->next_page_token());
  EXPECT_THAT(FieldsOf(records_.Call(quizzes).status()), ElementsAre("page_token"));
  quizzes.set_page_token("!");
  EXPECT_THAT(FieldsOf(records_.Call(quizzes).status()), ElementsAre("page_token"));

  quiz::v1::QuizDefinition other = MoodQuiz();
  other.set_id("another");
  ASSERT_THAT(records_.PutDraft(other), IsOk());
  quizzes.clear_page_token();
  quizzes.set_page_size(1);
  const auto page = records_.Call(quizzes);
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->quizzes(0).name(), "quizzes/another");
  quizzes.set_page_token(page->next_page_token());
  EXPECT_EQ(records_.Call(quizzes)->quizzes(0).name(), "quizzes/mood");
}

// Goal: a call of the store that fails leaves a quiz as it was or as it was to become, and trying again ends there.
// Method: fail the first, second, ... call of each change until it succeeds at once.
TEST_F(QuizServiceTest, AChangeThatFailsAnywhereIsWholeOrNotAtAllAndCanBeTriedAgain) {
  PublishVersions(3);
  ASSERT_THAT(records_.Activate(1), IsOk());
  const std::vector<std::function<absl::Status()>> changes = {
      [this] { return records_.Publish(MoodQuiz("version 4")).status(); },
      [this] { return records_.Activate(2).status(); },
      [this] { return Retire(2).status(); },
      [this] { return records_.Activate(3).status(); },
  };
  const std::vector<std::pair<std::int64_t, std::int64_t>> expected = {{1, 4}, {2, 4}, {0, 4}, {3, 4}};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::string before = records_.Quiz()->SerializeAsString();
    bool succeeded = false;
    for (int n = 1; !succeeded; ++n) {
      ASSERT_LT(n, 50);
      records_.store().FailCall(n, Unavailable(kStorageBusy, "busy"));
      const absl::Status status = changes[i]();
      succeeded = status.ok();
      EXPECT_TRUE(succeeded || ReasonOf(status) == kStorageBusy) << status;
      records_.store().FailCall(0, absl::OkStatus());
      const auto quiz = records_.Quiz();
      ASSERT_THAT(quiz, IsOk());
      const bool changed = quiz->active_version() == expected[i].first && quiz->latest_version() == expected[i].second;
      EXPECT_TRUE(changed || quiz->SerializeAsString() == before) << "change " << i << ", call " << n;
      EXPECT_TRUE(changed || !succeeded);
    }
  }
}

// Twenty ranges of a point each.
void AddRanges(int from, quiz::v1::Band& band) {
  band.clear_ranges();
  for (int i = 0; i < 20; ++i) {
    quiz::v1::Range& range = *band.add_ranges();
    range.set_id(absl::StrCat("range_", i));
    for (const char* locale : {"en", "de"}) (*range.mutable_title()->mutable_by_locale())[locale] = "A range";
    if (i > 0) range.set_from(absl::StrCat(from + i));
  }
}

TEST_F(QuizServiceTest, AQuizWhoseFiguresWouldHaveTooManyCellsIsRefused) {
  quiz::v1::QuizDefinition definition = MoodQuiz();
  quiz::v1::BandSet& rungs = *definition.mutable_scales(0)->mutable_band_sets(0);
  definition.mutable_items(0)->mutable_number()->set_max("40");
  AddRanges(0, *rungs.mutable_bands(0));
  rungs.mutable_bands(1)->set_from("20");
  AddRanges(20, *rungs.mutable_bands(1));
  definition.mutable_examples(0)->mutable_answers(0)->set_number("32");
  (*definition.mutable_examples(0)->mutable_scores())["position"] = "32";
  (*definition.mutable_examples(0)->mutable_bands())["position/rungs"] = "heavy/range_12";
  quiz::v1::Modality& modality = *definition.add_modalities();
  modality.set_id("talk");
  for (const char* locale : {"en", "de"}) (*modality.mutable_title()->mutable_by_locale())[locale] = "Talk";
  for (int i = 0; i < 500; ++i) {
    quiz::v1::Guidance& guidance = *definition.add_guidance();
    guidance.set_id(absl::StrCat("guidance_", i));
    guidance.set_when(absl::StrCat("burden == ", i % 20));
    guidance.set_modality("talk");
    for (const char* locale : {"en", "de"}) {
      (*guidance.mutable_professional_text()->mutable_by_locale())[locale] = "Go on.";
      (*guidance.mutable_client_text()->mutable_by_locale())[locale] = "Go on.";
    }
  }
  const auto published = records_.Publish(definition);
  EXPECT_THAT(published, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("20541 cells, and may have 20000")));
  EXPECT_THAT(FieldsOf(published.status()), ElementsAre("ladder"));
}

}  // namespace
}  // namespace ladder::records
