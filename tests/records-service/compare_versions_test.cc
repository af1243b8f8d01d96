// CompareVersions through gRPC, over a store in memory.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/timestamp.h"
#include "libs/quiz/published.h"
#include "records-service/version_comparer.h"
#include "tests/records-service/running_records.h"
#include "tests/records-service/score_request.h"
#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records {
namespace {

using ::ladder::testing::EqualsProto;
using ::ladder::testing::IsOk;
using ::ladder::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The mood quiz with another formula, of which its example has `score` and `band`.
quiz::v1::QuizDefinition WithFormula(const std::string& formula, const std::string& score, const std::string& band) {
  quiz::v1::QuizDefinition definition = MoodQuiz(formula);
  definition.mutable_scales(0)->set_formula(formula);
  (*definition.mutable_examples(0)->mutable_scores())["position"] = score;
  (*definition.mutable_examples(0)->mutable_bands())["position/rungs"] = band;
  return definition;
}

// The mood quiz whose upper rung begins at another score.
quiz::v1::QuizDefinition HeavyFrom(const std::string& score) {
  quiz::v1::QuizDefinition definition = MoodQuiz("heavy from " + score);
  definition.mutable_scales(0)->mutable_band_sets(0)->mutable_bands(1)->set_from(score);
  return definition;
}

v1::CompareVersionsRequest UnderDraft() {
  v1::CompareVersionsRequest request;
  request.set_parent("clinics/north");
  request.set_quiz("quizzes/mood");
  request.set_under("quizzes/mood/draft");
  return request;
}

class CompareVersionsTest : public ::testing::Test {
 protected:
  CompareVersionsTest() { EXPECT_THAT(records_.Publish(MoodQuiz("first")), IsOk()); }

  // Records each score and returns the assessments' names.
  std::vector<std::string> Record(const std::vector<int>& scores,
                                  const std::string& parent = "clinics/north/clients/c") {
    std::vector<std::string> names;
    for (const int score : scores) {
      v1::CreateAssessmentRequest request = MoodRequest(absl::StrCat("r-", ++recorded_), 1, score);
      request.mutable_submission()->set_parent(parent);
      records_.clock().Advance(absl::Milliseconds(1));  // So that ids are in the order of recording.
      const auto response = records_.Call(request);
      EXPECT_THAT(response, IsOk());
      if (response.ok()) names.push_back(response->assessment().name());
    }
    return names;
  }
  v1::VersionComparison Compare(const v1::CompareVersionsRequest& request) {
    const auto comparison = records_.Call(request);
    EXPECT_THAT(comparison, IsOk());
    return comparison.ok() ? *comparison : v1::VersionComparison();
  }

  RunningRecords records_;
  int recorded_ = 0;
};

TEST_F(CompareVersionsTest, ADraftShowsWhichStagesItWouldChange) {
  const quiz::v1::QuizDefinition draft = HeavyFrom("8");
  ASSERT_THAT(records_.PutDraft(draft), IsOk());
  const std::vector<std::string> names = Record({3, 9, 12, 8});
  const v1::VersionComparison comparison = Compare(UnderDraft());
  EXPECT_EQ(comparison.under(), "quizzes/mood/draft");
  EXPECT_EQ(comparison.digest(), quiz::DigestOf(quiz::SerializeDefinition(draft)));
  EXPECT_EQ(comparison.compared(), 4);
  EXPECT_EQ(comparison.refused(), 0);
  EXPECT_EQ(comparison.stage_changes(), 2);
  EXPECT_EQ(comparison.range_changes(), 0);
  EXPECT_THAT(comparison.stage_change_examples(), ElementsAre(names[1], names[3]));
  EXPECT_THAT(
      comparison.stages(),
      ElementsAre(EqualsProto(std::string("from: 'light' to: 'light' assessments: 1 from_rung: 1 to_rung: 1")),
                  EqualsProto(std::string("from: 'light' to: 'heavy' assessments: 2 from_rung: 1 to_rung: 2")),
                  EqualsProto(std::string("from: 'heavy' to: 'heavy' assessments: 1 from_rung: 2 to_rung: 2"))));
  EXPECT_THAT(comparison.scales(), ElementsAre(EqualsProto(std::string("scale: 'position' compared: 4"))));
  EXPECT_EQ(comparison.next_page_token(), "");
  EXPECT_EQ(records_.Quiz()->latest_version(), 1) << "nothing is stored";
}

TEST_F(CompareVersionsTest, AVersionIsComparedWhetherItIsActiveOrNot) {
  ASSERT_THAT(records_.Publish(WithFormula("20 - burden", "8", "light/upper")), IsOk());
  Record({3, 12, 10});
  v1::CompareVersionsRequest request = UnderDraft();
  request.set_under("quizzes/mood/versions/2");
  const v1::VersionComparison comparison = Compare(request);
  ASSERT_EQ(comparison.scales_size(), 1);
  EXPECT_EQ(comparison.scales(0).compared(), 3);
  EXPECT_EQ(comparison.scales(0).differing(), 2);
  EXPECT_EQ(comparison.scales(0).largest_rise().decimal(), "14");
  EXPECT_EQ(comparison.scales(0).largest_fall().decimal(), "-4");
  EXPECT_EQ(comparison.stage_changes(), 2);

  request.set_under("quizzes/mood/versions/1");
  EXPECT_EQ(Compare(request).stage_changes(), 0) << "the version that scored them changes nothing";
  EXPECT_EQ(Compare(request).scales(0).differing(), 0);
}

TEST_F(CompareVersionsTest, WhatTheOtherVersionDoesNotTakeIsCountedWithItsReason) {
  quiz::v1::QuizDefinition draft = MoodQuiz("narrow");
  draft.mutable_items(0)->mutable_number()->set_max("12");
  ASSERT_THAT(records_.PutDraft(draft), IsOk());
  const std::vector<std::string> names = Record({3, 15, 12, 15, 19});
  const v1::VersionComparison comparison = Compare(UnderDraft());
  EXPECT_EQ(comparison.compared(), 2);
  EXPECT_EQ(comparison.refused(), 3);
  ASSERT_EQ(comparison.refusals_size(), 2);
  EXPECT_EQ(comparison.refusals(0).field(), "answers[0].number");
  EXPECT_THAT(comparison.refusals(0).description(), HasSubstr("15"));
  EXPECT_EQ(comparison.refusals(0).assessments(), 2);
  EXPECT_EQ(comparison.refusals(0).example(), names[1]);
  EXPECT_EQ(comparison.refusals(1).assessments(), 1);
}

TEST_F(CompareVersionsTest, AlertsAndGuidanceThatADraftAddsAreCounted) {
  quiz::v1::QuizDefinition draft = MoodQuiz("alerting");
  const auto fill = [](quiz::v1::Text& text, const std::string& content) {
    (*text.mutable_by_locale())["en"] = content;
    (*text.mutable_by_locale())["de"] = content;
  };
  quiz::v1::Alert& alert = *draft.add_alerts();
  alert.set_id("very_heavy");
  alert.set_when("burden >= 15");
  alert.set_severity(quiz::v1::Alert::SEVERITY_URGENT);
  fill(*alert.mutable_professional_text(), "Very heavy.");
  quiz::v1::Modality& modality = *draft.add_modalities();
  modality.set_id("talk");
  fill(*modality.mutable_title(), "Talk");
  quiz::v1::Guidance& guidance = *draft.add_guidance();
  guidance.set_id("talk_soon");
  guidance.set_modality("talk");
  guidance.set_when("position >= 10");
  fill(*guidance.mutable_professional_text(), "Talk soon.");
  fill(*guidance.mutable_client_text(), "Talk soon.");
  draft.mutable_examples(0)->set_guidance("talk");
  ASSERT_THAT(records_.PutDraft(draft), IsOk());

  Record({3, 12, 16, 17});
  const v1::VersionComparison comparison = Compare(UnderDraft());
  EXPECT_EQ(comparison.guidance_changes(), 3);
  EXPECT_THAT(comparison.alerts(), ElementsAre(EqualsProto(std::string("alert: 'very_heavy' raised: 2"))));
}

TEST_F(CompareVersionsTest, OnlyTheClinicTheQuizAndTheTimeAskedForAreCompared) {
  ASSERT_THAT(records_.Publish(HeavyFrom("8")), IsOk());
  Record({1, 2}, "clinics/north/clients/c-1");
  Record({3}, "clinics/north/clients/c-2");
  Record({4}, "clinics/south/clients/c-1");
  quiz::v1::QuizDefinition sleep = MoodQuiz();
  sleep.set_id("sleep");
  ASSERT_THAT(records_.Publish(sleep), IsOk());
  v1::CreateAssessmentRequest other = MoodRequest("other", 1, 5);
  other.mutable_submission()->set_quiz("quizzes/sleep");
  ScoreRequest(sleep, 1, other);
  ASSERT_THAT(records_.Call(other), IsOk());
  v1::CreateAssessmentRequest old = MoodRequest("old", 1, 5);
  const absl::Time day = records_.clock().Now() - absl::Hours(48);
  *old.mutable_submission()->mutable_assessed_at() = ToTimestamp(day);
  ASSERT_THAT(records_.Call(old), IsOk());

  v1::CompareVersionsRequest request = UnderDraft();
  EXPECT_EQ(Compare(request).compared(), 4);
  *request.mutable_assessed_before() = ToTimestamp(day + absl::Nanoseconds(1));
  EXPECT_EQ(Compare(request).compared(), 1);
  *request.mutable_assessed_before() = ToTimestamp(day);
  EXPECT_EQ(Compare(request).compared(), 0) << "before is exclusive";
  request.clear_assessed_before();
  *request.mutable_assessed_from() = ToTimestamp(day);
  EXPECT_EQ(Compare(request).compared(), 4) << "from is inclusive";
  *request.mutable_assessed_from() = ToTimestamp(day + absl::Nanoseconds(1));
  EXPECT_EQ(Compare(request).compared(), 3);
}

TEST_F(CompareVersionsTest, PagesCoverEveryAssessmentOnce) {
  ASSERT_THAT(records_.Publish(HeavyFrom("8")), IsOk());
  Record({8, 1, 9, 2, 12});
  v1::CompareVersionsRequest request = UnderDraft();
  request.set_page_size(2);
  std::vector<std::int64_t> compared;
  std::int64_t changes = 0;
  do {
    const v1::VersionComparison page = Compare(request);
    compared.push_back(page.compared());
    changes += page.stage_changes();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(compared, ElementsAre(2, 2, 1));
  EXPECT_EQ(changes, 2);

  request.set_page_size(5);
  EXPECT_EQ(Compare(request).next_page_token(), "") << "a page that is full at the last row is the last one";
}

TEST_F(CompareVersionsTest, APageOfADraftThatHasChangedSinceIsRefused) {
  ASSERT_THAT(records_.PutDraft(HeavyFrom("8")), IsOk());
  Record({8, 9});
  v1::CompareVersionsRequest request = UnderDraft();
  request.set_page_size(1);
  request.set_page_token(Compare(request).next_page_token());
  ASSERT_THAT(records_.PutDraft(HeavyFrom("9")), IsOk());
  const absl::Status changed = records_.Call(request).status();
  EXPECT_THAT(changed, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(ReasonOf(changed), kEtagMismatch);

  request.set_parent("clinics/south");
  EXPECT_THAT(FieldsOf(records_.Call(request).status()), ElementsAre("page_token")) << "made for another question";
}

TEST_F(CompareVersionsTest, FaultsOfARequestAreToldByTheirPaths) {
  v1::CompareVersionsRequest request;
  request.set_parent("clinics/north/clients/c-1");
  request.set_quiz("quizzes/mood/versions/1");
  request.set_under("quizzes/mood");
  request.set_page_size(10'001);
  EXPECT_THAT(FieldsOf(records_.Call(request).status()), ElementsAre("parent", "quiz", "under", "page_size"));
  request = UnderDraft();
  request.set_under("quizzes/sleep/versions/1");
  EXPECT_THAT(FieldsOf(records_.Call(request).status()), ElementsAre("under"));
  request.set_under("quizzes/sleep/draft");
  EXPECT_THAT(FieldsOf(records_.Call(request).status()), ElementsAre("under"));
}

TEST_F(CompareVersionsTest, WhatIsNotThereIsNotFoundAndADraftWithFaultsIsRefusedWithThem) {
  v1::CompareVersionsRequest request = UnderDraft();
  request.set_under("quizzes/mood/versions/9");
  EXPECT_THAT(records_.Call(request), StatusIs(absl::StatusCode::kNotFound));
  request.set_quiz("quizzes/sleep");
  request.set_under("quizzes/sleep/draft");
  EXPECT_THAT(records_.Call(request), StatusIs(absl::StatusCode::kNotFound));

  quiz::v1::QuizDefinition faulty = MoodQuiz();
  faulty.mutable_scales(0)->set_formula("burdn");
  ASSERT_THAT(records_.PutDraft(faulty), IsOk());
  EXPECT_THAT(FieldsOf(records_.Call(UnderDraft()).status()), Contains(HasSubstr("scales[0].formula")));
}

TEST_F(CompareVersionsTest, WhereverTheStoreFailsThereIsNoHalfSummary) {
  ASSERT_THAT(records_.Publish(HeavyFrom("8")), IsOk());
  Record({8, 1});
  for (const char* under : {"quizzes/mood/draft", "quizzes/mood/versions/2"}) {
    v1::CompareVersionsRequest request = UnderDraft();
    request.set_under(under);
    for (int call = 1; call < 10; ++call) {
      records_.store().FailCall(call, Unavailable(kStorageBusy, "busy"));
      const auto comparison = records_.Call(request);
      if (!records_.store().HasFailed()) {
        ASSERT_THAT(comparison, IsOk());
        EXPECT_EQ(comparison->compared(), 2);
        EXPECT_GT(call, 1);
        break;
      }
      EXPECT_EQ(ReasonOf(comparison.status()), kStorageBusy) << call;
    }
    records_.store().FailCall(0, absl::OkStatus());
  }
}

// A store of which only a clinic's assessments are listed.
class ListedStore : public AssessmentStore {
 public:
  absl::StatusOr<std::vector<WriteOutcome>> CreateAssessments(absl::Span<const AssessmentRow> /*rows*/) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<bool> WasErased(absl::string_view /*clinic*/, absl::string_view /*request_id*/,
                                 absl::Time /*now*/) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<bool> WasSetAside(absl::string_view /*clinic*/, absl::string_view /*request_id*/) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::optional<AssessmentRow>> FindRequest(absl::string_view /*clinic*/,
                                                           absl::string_view /*request_id*/) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<std::optional<AssessmentRow>> FindAssessment(absl::string_view /*clinic*/,
                                                              absl::string_view /*client*/,
                                                              absl::string_view /*id*/) override {
    return absl::UnimplementedError("");
  }
  absl::StatusOr<AssessmentPage> ListAssessments(const AssessmentQuery& /*query*/) override {
    return absl::UnimplementedError("");
  }
};

// Its caller leaves while the n-th page is read.
class AbandonedStore final : public ListedStore {
 public:
  AbandonedStore(AssessmentStore& store, std::stop_source stop, int n)
      : store_(store), stop_(std::move(stop)), pages_left_(n) {}

  absl::StatusOr<QuizAssessmentPage> ListQuizAssessments(const QuizAssessmentQuery& query) override {
    if (--pages_left_ == 0) stop_.request_stop();
    return store_.ListQuizAssessments(query);
  }

  int pages_left() const { return pages_left_; }

 private:
  AssessmentStore& store_;
  std::stop_source stop_;
  int pages_left_;
};

// A clinic whose rows are all of another quiz and never end.
class EndlessStore final : public ListedStore {
 public:
  absl::StatusOr<QuizAssessmentPage> ListQuizAssessments(const QuizAssessmentQuery& query) override {
    afters.push_back(query.after_id);
    looked_at += query.limit;
    QuizAssessmentPage page;
    page.last_id = absl::StrCat("id-", afters.size());
    page.more = true;
    return page;
  }

  std::vector<std::string> afters;
  std::size_t looked_at = 0;
};

TEST_F(CompareVersionsTest, ItStopsAtTheNextPieceOnceNobodyWaits) {
  ASSERT_THAT(records_.Publish(HeavyFrom("8")), IsOk());
  Record(std::vector<int>(600, 9));
  ProgramCache programs(records_.store(), 4);
  UnusableRows unusable;
  VersionComparer comparer(records_.store(), records_.store(), programs, unusable);
  std::stop_source stop;
  AbandonedStore abandoned(records_.store(), stop, /*n=*/2);
  VersionComparer stopped(records_.store(), abandoned, programs, unusable);
  EXPECT_THAT(stopped.Compare(UnderDraft(), stop.get_token()), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(abandoned.pages_left(), 0) << "no third page was read";
  const auto whole = comparer.Compare(UnderDraft(), {});
  ASSERT_THAT(whole, IsOk());
  EXPECT_EQ(whole->compared(), 600);
}

TEST_F(CompareVersionsTest, ARareQuizEndsACallAfterSoManyRowsAndTheNextGoesOnThere) {
  ASSERT_THAT(records_.Publish(HeavyFrom("8")), IsOk());
  ProgramCache programs(records_.store(), 4);
  UnusableRows unusable;
  EndlessStore endless;
  VersionComparer comparer(records_.store(), endless, programs, unusable);
  v1::CompareVersionsRequest request = UnderDraft();
  const auto first = comparer.Compare(request, {});
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->compared(), 0);
  EXPECT_LE(endless.looked_at, 110'000u);
  const std::size_t calls = endless.afters.size();
  request.set_page_token(first->next_page_token());
  ASSERT_THAT(comparer.Compare(request, {}), IsOk());
  EXPECT_EQ(endless.afters[calls], absl::StrCat("id-", calls));
}

}  // namespace
}  // namespace ladder::records
