// Goal: a store that a release of before filled with results that it never looked at does no harm: the service starts,
// everybody else is served, no job ends, verify names the rows, repair sets them aside, and a client's export and
// erasure reach them there. Method: rows with forged results are written through the store, as that release wrote what
// it was handed.

#include "records-service/verify/repair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "records-service/assessments.h"
#include "release/outcome.pb.h"
#include "tests/quiz/costly_quizzes.h"
#include "tests/records-service/lived_in_store.h"
#include "tests/records-service/running_records.h"
#include "tests/records-service/verify/ladderctl_run.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records {
namespace {

using ::ladder::testing::IsOk;
using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// 2^256 - 1: the largest numerator that there is.
constexpr char kHuge[] = "115792089237316195423570985008687907853269984665640564039457584007913129639935";

std::string NameOf(const std::string& client, const std::string& id) {
  return absl::StrCat("clinics/north/clients/", client, "/assessments/", id);
}

class RepairTest : public ::testing::TestWithParam<std::string> {
 protected:
  // A row of the client as that release stamped it, with what `forge` makes of its result.
  template <typename Forge>
  AssessmentRow Forged(const std::string& client, Forge forge) {
    AssessmentRow row = lived_.Row("north", client, 7);
    quiz::v1::QuizResult result;
    EXPECT_TRUE(result.ParseFromString(row.result));
    forge(result);
    row.result = result.SerializeAsString();
    row.series = "mood/1";
    release::Outcome outcome;
    outcome.set_stage(result.stage().stage());
    outcome.set_range(result.stage().range());
    *outcome.mutable_score() = result.stage().bounce_point().exact();
    outcome.mutable_norms()->mutable_sd()->set_numerator("5");
    outcome.mutable_norms()->mutable_sd()->set_denominator("1");
    outcome.mutable_norms()->mutable_reliability()->set_numerator("9");
    outcome.mutable_norms()->mutable_reliability()->set_denominator("10");
    outcome.set_direction(quiz::v1::Scale::DIRECTION_LOWER_IS_BETTER);
    row.outcome = outcome.SerializeAsString();
    return row;
  }

  static void SetNumbers(const std::string& numerator, quiz::v1::QuizResult& result) {
    result.mutable_scales(0)->mutable_value()->mutable_exact()->set_numerator(numerator);
    result.mutable_stage()->mutable_bounce_point()->mutable_exact()->set_numerator(numerator);
  }

  // Four clients whose rows are sound, six whose newest is not, and who but the last have a sound one before it.
  void Poison() {
    std::vector<AssessmentRow> sound;
    for (int i = 1; i <= 4; ++i) sound.push_back(lived_.Row("north", absl::StrCat("c-", i), 3 * i));
    for (const char* client : {"p-huge", "p-beyond", "p-ids", "p-cut", "p-other"}) {
      sound.push_back(lived_.Row("north", client, 12));
    }
    lived_.Write(sound);
    const auto write = [this](AssessmentRow row) {
      ids_[row.client] = row.id;
      requests_[row.client] = row.request_id;
      ASSERT_THAT(lived_.store().CreateAssessments({row}), IsOk());
    };
    write(Forged("p-huge", [](auto& result) { SetNumbers(kHuge, result); }));
    write(Forged("p-beyond", [](auto& result) { SetNumbers(std::string(200, '7'), result); }));
    write(Forged("p-ids", [](auto& result) {
      result.mutable_scales(0)->set_scale("no_such_scale");
      result.mutable_stage()->set_stage("no_such_stage");
    }));
    AssessmentRow cut = Forged("p-cut", [](auto&) {});
    cut.result.resize(cut.result.size() / 2);
    cut.outcome.resize(cut.outcome.size() - 1);
    write(cut);
    write(Forged("p-other", [](auto& result) { SetNumbers("8", result); }));
    AssessmentRow lost = Forged("p-lost", [](auto&) {});
    lost.submission.resize(lost.submission.size() - 1);
    write(lost);
  }

  std::vector<std::string> PoisonFindings() {
    const auto finding = [this](const std::string& client, const std::string& fault) {
      return absl::StrCat("north: assessment ", ids_[client], ": ", fault);
    };
    return {finding("p-huge", "its result is not what its quiz version gives"),
            finding("p-beyond", "its result holds a number that no quiz gives"),
            finding("p-ids", "its result names what its quiz version does not have"),
            finding("p-cut", "is damaged"),
            finding("p-other", "its result is not what its quiz version gives"),
            finding("p-lost", "is damaged")};
  }

  std::unique_ptr<RunningRecords> Start() {
    return std::make_unique<RunningRecords>(lived_.store(), lived_.options(), lived_.clock().Now());
  }

  // What an operator does. SQLite's store has to be free for it.
  LadderctlRun Repair(std::vector<std::string> more) {
    const bool is_shared = GetParam() == "postgres";
    if (!is_shared) lived_.Close();
    LadderctlRun run = RunStoreCommand("repair", lived_.Flags(), std::move(more));
    if (!is_shared) lived_.Open();
    return run;
  }

  template <typename Request>
  static Request Of(const std::string& client) {
    Request request;
    request.set_name(absl::StrCat("clinics/north/clients/", client));
    return request;
  }

  std::string Export(RunningRecords& records, const std::string& client) {
    const auto exported = records.Call(Of<v1::ExportClientRequest>(client));
    EXPECT_THAT(exported, IsOk());
    return exported.ok() ? exported->json_lines() : "";
  }

  absl::StatusOr<v1::Progress> Progress(RunningRecords& records, const std::string& client) {
    v1::GetProgressRequest request;
    request.set_parent(absl::StrCat("clinics/north/clients/", client));
    request.set_quiz("quizzes/mood");
    return records.Call(request);
  }

  absl::StatusOr<v1::CreateAssessmentResponse> Record(RunningRecords& records, const std::string& client,
                                                      const std::string& request_id) {
    v1::CreateAssessmentRequest request = MoodRequest(request_id, 1, 7);
    request.mutable_submission()->set_parent(absl::StrCat("clinics/north/clients/", client));
    return records.Call(std::move(request));
  }

  LivedInStore lived_{GetParam()};
  std::map<std::string, std::string> ids_;       // Of the unsound rows, by client.
  std::map<std::string, std::string> requests_;  // Likewise.
};

TEST_P(RepairTest, APoisonedStoreStartsAndServesEverybodyElse) {
  Poison();
  const auto records = Start();
  ASSERT_THAT(Progress(*records, "c-1"), IsOk());
  EXPECT_THAT(Record(*records, "c-1", "new-1"), IsOk());

  for (const auto& [client, id] : ids_) {
    SCOPED_TRACE(client);
    const bool is_readable = client != "p-cut" && client != "p-lost";
    const auto progress = Progress(*records, client);
    ASSERT_THAT(progress, IsOk());
    v1::GetAssessmentRequest get;
    get.set_name(NameOf(client, id));
    v1::ListAssessmentsRequest list;
    list.set_parent(absl::StrCat("clinics/north/clients/", client));
    const auto listed = records->Call(list);
    ASSERT_THAT(listed, IsOk());
    EXPECT_THAT(Export(*records, client), HasSubstr(id));
    if (is_readable) {
      EXPECT_EQ(progress->points_size(), 2);
      EXPECT_THAT(records->Call(get), IsOk());
      EXPECT_THAT(listed->unusable(), IsEmpty());
      continue;
    }
    EXPECT_THAT(progress->unusable(), ElementsAre(NameOf(client, id)));
    EXPECT_THAT(listed->unusable(), ElementsAre(NameOf(client, id)));
    const absl::Status status = records->Call(get).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(ReasonOf(status), kAssessmentUnusable);
    EXPECT_THAT(Export(*records, client), HasSubstr("its result could not be used"));
    EXPECT_THAT(Record(*records, client, requests_[client]), Not(IsOk())) << "its request_id is in use";
  }

  v1::CompareVersionsRequest compare;
  compare.set_parent("clinics/north");
  compare.set_quiz("quizzes/mood");
  compare.set_under("quizzes/mood/versions/1");
  const auto comparison = records->Call(compare);
  ASSERT_THAT(comparison, IsOk());
  EXPECT_EQ(comparison->unusable(), 2);
  EXPECT_EQ(comparison->compared(), 4 + 5 + 4 + 1);
  EXPECT_THAT(records->Retain(), IsOk());

  // Each row is logged once, by its id and without what it holds.
  for (const char* client : {"p-cut", "p-lost"}) {
    int lines = 0;
    for (const std::string& line : records->log()) {
      if (absl::StrContains(line, "row_unusable") && absl::StrContains(line, ids_[client])) ++lines;
    }
    EXPECT_EQ(lines, 1) << client;
  }
}

TEST_P(RepairTest, ACohortWithRowsThatCannotBeCountedIsReleasedWithoutThem) {
  Poison();
  const auto records = Start();
  ASSERT_THAT(records->ReleaseAt(lived_.clock().Now()), IsOk());
  const auto log = lived_.store().ReadLog("north", 0, 10);
  ASSERT_THAT(log, IsOkAndHolds(SizeIs(1)));
  EXPECT_EQ(log->front().figures.clients, 4 + 6) << "the sound rows of the others are counted";
  EXPECT_EQ(log->front().figures.assessments, 9 + 3);
  EXPECT_THAT(lived_.Findings(), ::testing::UnorderedElementsAreArray(PoisonFindings()))
      << "the entry's size is not among them";
  int lines = 0;
  for (const std::string& line : records->log()) {
    if (absl::StrContains(line, "row_unusable") && absl::StrContains(line, R"("reader":"release")")) ++lines;
  }
  EXPECT_EQ(lines, 3) << "too many digits, unknown ids, a damaged outcome";
  ASSERT_THAT(records->ReleaseAt(lived_.clock().Now() + absl::Hours(1)), IsOk());
}

TEST_P(RepairTest, WithoutYesItShowsWhatItWouldSetAsideAndChangesNothing) {
  Poison();
  const LadderctlRun dry = Repair({});
  EXPECT_EQ(dry.exit_code, 1) << dry.err;
  for (const std::string& finding : PoisonFindings()) EXPECT_THAT(dry.out, HasSubstr(finding));
  EXPECT_THAT(dry.out, AllOf(HasSubstr("cannot be used 6"), HasSubstr("--yes"), Not(HasSubstr("777")),
                             Not(HasSubstr("1157920"))));
  EXPECT_EQ(Repair({"--dry-run"}).out, dry.out);
  EXPECT_EQ(Repair({"--dry-run", "--yes"}).exit_code, 2);
  EXPECT_THAT(lived_.Findings(), SizeIs(6));
}

TEST_P(RepairTest, WhatIsSetAsideIsReachedByExportErasureAndRetentionAndVerifyIsClean) {
  Poison();
  lived_.Tick();
  const LadderctlRun run = Repair({"--yes"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("Set aside: 6"));
  EXPECT_THAT(lived_.Findings(), IsEmpty());
  EXPECT_THAT(Repair({}).out, HasSubstr("cannot be used 0"));

  const auto records = Start();
  for (const auto& [client, id] : ids_) {
    SCOPED_TRACE(client);
    const auto progress = Progress(*records, client);
    ASSERT_THAT(progress, IsOk());
    EXPECT_EQ(progress->points_size(), client == "p-lost" ? 0 : 1);
    EXPECT_THAT(progress->unusable(), IsEmpty());
    const std::string exported = Export(*records, client);
    EXPECT_THAT(exported, AllOf(HasSubstr(NameOf(client, id)), HasSubstr("set_aside_time"),
                                HasSubstr("its result could not be used")));
    EXPECT_EQ(absl::StrContains(exported, R"("number":"7")"), client != "p-lost") << "what was submitted";

    const absl::Status again = Record(*records, client, requests_[client]).status();
    EXPECT_THAT(again, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(ReasonOf(again), kSetAside);
  }

  const auto erased = records->Call(Of<v1::EraseClientRequest>("p-cut"));
  ASSERT_THAT(erased, IsOk());
  EXPECT_EQ(erased->removed_count(), 2);
  EXPECT_THAT(Export(*records, "p-cut"), Not(HasSubstr(ids_["p-cut"])));
  EXPECT_EQ(ReasonOf(Record(*records, "p-cut", requests_["p-cut"]).status()), kErased);
  EXPECT_THAT(lived_.Findings(), IsEmpty());

  const absl::Time later = lived_.clock().Now() + absl::Hours(1);
  EXPECT_THAT(lived_.store().RemoveOlder("north", later, later, 500), IsOkAndHolds(4u + 4u + 5u));
  EXPECT_THAT(lived_.store().RemoveOlder("north", later, later, 500), IsOkAndHolds(0u));
  EXPECT_THAT(Export(*records, "p-huge"), IsEmpty());
  EXPECT_THAT(lived_.Findings(), IsEmpty());
}

TEST_P(RepairTest, AnExportHoldsEachLineOnceWhateverItsPages) {
  Poison();
  ASSERT_EQ(Repair({"--yes"}).exit_code, 0);
  const auto records = Start();
  auto request = Of<v1::ExportClientRequest>("p-huge");
  const auto whole = records->Call(request);
  ASSERT_THAT(whole, IsOk());
  request.set_page_size(1);
  std::string lines;
  int pages = 0;
  do {
    const auto page = records->Call(request);
    ASSERT_THAT(page, IsOk());
    lines += page->json_lines();
    request.set_page_token(page->next_page_token());
    ++pages;
  } while (!request.page_token().empty() && pages < 10);
  EXPECT_EQ(pages, 2);
  EXPECT_EQ(lines.size(), whole->json_lines().size()) << "the order within a line is any";
  EXPECT_THAT(lines, AllOf(HasSubstr(R"("request_id":"r-5")"),
                           HasSubstr(absl::StrCat(R"("request_id":")", requests_["p-huge"], "\""))));
}

TEST_P(RepairTest, SizesInTheLogStayExactWhateverWasSetAside) {
  Poison();
  lived_.Tick();
  ASSERT_EQ(Repair({"--yes"}).exit_code, 0);
  lived_.Execute("DELETE FROM assessment_set_aside WHERE id = '" + ids_["p-ids"] + "'");
  EXPECT_THAT(lived_.Findings(), ElementsAre(HasSubstr("has another size than the log says")));
}

TEST_P(RepairTest, WhatIsSetAsideBeforeItsReleaseIsNeverCounted) {
  Poison();
  ASSERT_EQ(Repair({"--yes"}).exit_code, 0);
  lived_.Tick();
  const auto log = lived_.store().ReadLog("north", 0, 10);
  ASSERT_THAT(log, IsOkAndHolds(SizeIs(1)));
  EXPECT_EQ(log->front().figures.assessments, 9);
  EXPECT_THAT(lived_.Findings(), IsEmpty());
}

TEST_P(RepairTest, AVersionThatPassesALimitIsNamedAndItsRowsStay) {
  Poison();
  quiz::v1::QuizDefinition definition = quiz::ManyMembers(/*scales=*/21, /*items=*/500);
  const std::string bytes = definition.SerializeAsString();
  ASSERT_OK(lived_.store().PutDraft({"large", bytes, "e", lived_.clock().Now()}, ""));
  ASSERT_OK(lived_.store().UpdateQuiz({.quiz = "large",
                                       .expected_revision = 0,
                                       .publish = VersionRow{"large", 1, bytes, "d", lived_.clock().Now(), {}},
                                       .retire = std::nullopt,
                                       .activate = std::nullopt,
                                       .time = lived_.clock().Now()}));
  AssessmentRow row = lived_.Row("north", "c-9", 7);
  row.quiz = "large";
  ASSERT_THAT(lived_.store().CreateAssessments({row}), IsOk());
  ASSERT_EQ(Repair({"--yes"}).exit_code, 0);
  EXPECT_THAT(lived_.Findings(), ElementsAre(AllOf(HasSubstr("version quizzes/large/versions/1: passes a limit"),
                                                   HasSubstr("scales[20].aggregate.of"))));
  const LadderctlRun verified = RunStoreCommand("verify", lived_.Flags());
  EXPECT_THAT(verified.out, ::testing::StartsWith("version quizzes/large/versions/1: passes a limit")) << verified.err;
}

INSTANTIATE_TEST_SUITE_P(Engines, RepairTest, ::testing::Values("sqlite", "postgres"),
                         [](const auto& engine) { return engine.param; });

TEST(RepairSqliteTest, IsRefusedWhileAServiceHasTheStoreAndADryRunIsNot) {
  LivedInStore lived("sqlite");
  const LadderctlRun refused = RunStoreCommand("repair", lived.Flags(), {"--yes"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_EQ(RunStoreCommand("repair", lived.Flags()).exit_code, 0);
}

}  // namespace
}  // namespace ladder::records
