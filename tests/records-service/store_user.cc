#include "tests/records-service/store_user.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "records-service/store/sql/verification.h"
#include "tests/conformance/counting_clients.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records {

using ::ladder::testing::IsOk;
using ::ladder::testing::IsOkAndHolds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

AssessmentRow StoreUser::Row(const std::string& request_id) {
  AssessmentRow row;
  row.clinic = "north";
  row.client = "c-1";
  row.id = ids_.Next();
  row.request_id = request_id;
  row.quiz = "mood";
  row.version = 1;
  row.assess_time = clock_.Now();
  row.create_time = clock_.Now();
  row.series = "mood/1";
  return row;
}

void StoreUser::UseStore(sql::SqlStore& store) {
  const absl::Time now = clock_.Now();
  ASSERT_THAT(store.PutDraft({"mood", "d", "e1", now}, ""), IsOk());
  ASSERT_THAT(store.PutDraft({"mood", "d", "e2", now}, "e1"), IsOk());
  ASSERT_THAT(store.UpdateQuiz({"mood", 0, VersionRow{"mood", 1, "d", "digest", now, std::nullopt}, std::nullopt,
                                ActivationRow{1, 1, 0, now}, now}),
              IsOk());
  ASSERT_THAT(store.UpdateQuiz({"mood", 1, std::nullopt, 1, std::nullopt, now}), IsOk());
  ASSERT_THAT(store.FindQuiz("mood"), IsOk());
  ASSERT_THAT(store.ListQuizzes("", 10), IsOk());
  ASSERT_THAT(store.FindDraft("mood"), IsOk());
  ASSERT_THAT(store.FindVersion("mood", 1, QuizStore::Content::kWhole), IsOk());
  ASSERT_THAT(store.FindVersion("mood", 1, QuizStore::Content::kWithoutDefinition), IsOk());
  ASSERT_THAT(store.FindVersionByDigest("mood", "digest"), IsOk());
  ASSERT_THAT(store.ListVersions("mood", 10, 10), IsOk());
  ASSERT_THAT(store.FindActivation("mood", 1), IsOk());
  const AssessmentRow row = Row("request-1");
  ASSERT_THAT(store.CreateAssessments({row, Row("request-2")}), IsOk());
  ASSERT_THAT(store.CreateAssessments({Row("request-2")}), IsOk());  // Reads the row in conflict.
  ASSERT_THAT(store.FindRequest("north", "request-1"), IsOk());
  ASSERT_THAT(store.FindAssessment("north", "c-1", row.id), IsOk());
  AssessmentQuery query;
  query.clinic = "north";
  query.client = "c-1";
  query.limit = 10;
  ASSERT_THAT(store.ListAssessments(query), IsOk());
  ASSERT_THAT(
      store.ListQuizAssessments({.clinic = "north", .quiz = "mood", .after_id = "", .limit = 9, .max_bytes = 9}),
      IsOk());
  ASSERT_THAT(store.Ready(), IsOk());
  UseReleases(store);
  UseRepair(store);
  UseRemovals(store);
}

void StoreUser::RestartLog(sql::SqlStore& store) {
  const LogRestart restart{
      .epoch = "another", .time = clock_.Now(), .same_heads = {{"south", 0}}, .new_id = [this] { return ids_.Next(); }};
  ASSERT_THAT(store.RestartLog(restart), IsOk());
}

absl::Status StoreUser::UseVerification(sql::Connection& connection) {
  CountingClients counter;
  const auto add_tables = [&counter](absl::string_view a, absl::string_view b) { return counter.AddTables(a, b); };
  std::vector<std::string> findings;
  const auto checked = sql::VerifyRows(connection, add_tables,
                                       [&findings](const sql::Finding& finding) { findings.push_back(finding.fault); });
  EXPECT_THAT(findings, IsEmpty());
  if (!checked.ok()) return checked.status();
  const auto keys = sql::SampleAssessments(connection, 1, random_);
  if (!keys.ok()) return keys.status();
  EXPECT_THAT(*keys, SizeIs(1));
  for (const sql::AssessmentKey& key : *keys) EXPECT_THAT(sql::ReadStoredScore(connection, key), IsOk());
  EXPECT_THAT(sql::ListVersions(connection), IsOkAndHolds(SizeIs(1)));
  int scores = 0;
  const absl::Status read = sql::ForEachScore(connection, [&scores](const sql::StoredScore&) {
    ++scores;
    return absl::OkStatus();
  });
  EXPECT_EQ(scores, checked->assessments);
  if (!read.ok()) return read;
  return sql::ReadDefinition(connection, "mood", 1).status();
}

void StoreUser::UseReleases(sql::SqlStore& store) {
  const auto gathering = store.ListGathering("", "", 10);
  ASSERT_THAT(gathering, IsOkAndHolds(SizeIs(1)));
  const GatheringCohort& open = gathering->front();
  ASSERT_THAT(store.ListCohortClients("north", open.id), IsOk());
  ASSERT_THAT(store.Seal({.members = {{open.partition, open.id, "next"}},
                          .kind = open.kind,
                          .close_time = clock_.Now(),
                          .merge_into = ""}),
              IsOk());
  ASSERT_THAT(store.CreateAssessments({Row("request-3")}), IsOk());
  ASSERT_THAT(store.Seal({.members = {{open.partition, "next", "last"}},
                          .kind = open.kind,
                          .close_time = clock_.Now(),
                          .merge_into = "merged"}),
              IsOk());
  const auto sealed = store.ListSealed("", "", 10);
  ASSERT_THAT(sealed, IsOkAndHolds(SizeIs(2)));
  CountingClients counter;
  for (const SealedCohort& cohort : *sealed) ASSERT_THAT(store.Release(cohort, counter), IsOkAndHolds(true));
  ASSERT_THAT(store.LogEpoch(), IsOk());
  ASSERT_THAT(store.ListHeads("", 10), IsOk());
  ASSERT_THAT(store.ReadLog("north", 0, 10), IsOk());
  for (const char* clinic : {"", "north"}) {
    ASSERT_THAT(store.ReadSums({.clinic = clinic,
                                .series = "mood/1",
                                .parts = {{Grain::kDay, absl::UnixEpoch(), absl::InfiniteFuture()}}}),
                IsOk());
  }
}

void StoreUser::UseRepair(sql::SqlStore& store) {
  const AssessmentRow row = Row("request-5");
  const AssessmentRow older = Row("request-6");
  ASSERT_THAT(store.CreateAssessments({row, older}), IsOk());
  ASSERT_THAT(store.SetAside("north", {{row.id, "is damaged"}, {older.id, "is damaged"}}, clock_.Now()),
              IsOkAndHolds(2u));
  ASSERT_THAT(store.WasSetAside("north", "request-5"), IsOkAndHolds(true));
  ASSERT_THAT(store.ListSetAside({"north", "c-1", "", 10, 1000}), IsOk());
}

void StoreUser::UseRemovals(sql::SqlStore& store) {
  const absl::Time now = clock_.Now();
  ASSERT_THAT(store.MarkErased("north", "c-1", now), IsOk());
  ASSERT_THAT(store.CreateAssessments({Row("request-4")}), IsOk());  // Looks for tombstones.
  ASSERT_THAT(store.ListStandings("north", "c-1"), IsOk());
  ASSERT_THAT(store.RemoveErased("north", "c-1", 1), IsOkAndHolds(1u));
  ASSERT_THAT(store.FindErasure("north", "c-1"), IsOk());
  ASSERT_THAT(store.WasErased("north", "request-1", now), IsOk());
  ASSERT_THAT(store.ListClinics("", 10), IsOk());
  ASSERT_THAT(store.RemoveOlder("north", now + absl::Hours(1), now, 1), IsOkAndHolds(1u));
  ASSERT_THAT(store.ForgetExpired("north", now, 10), IsOkAndHolds(1u));
  ASSERT_THAT(store.Scrub(), IsOk());
}

}  // namespace ladder::records
