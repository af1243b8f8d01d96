// Erasing and exporting, over a store that fails.

#include "records-service/clients.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/timestamp.h"
#include "records-service/store/memory/memory_store.h"
#include "tests/records-service/faulty_store.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records {
namespace {

using ::ladder::testing::EqualsProto;
using ::ladder::testing::FakeClock;
using ::ladder::testing::IsOk;
using ::ladder::testing::IsOkAndHolds;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;

constexpr char kClient[] = "clinics/north/clients/c-1";

class ClientsTest : public ::testing::Test {
 protected:
  AssessmentRow Row(int number) {
    AssessmentRow row;
    row.clinic = "north";
    row.client = "c-1";
    row.id = absl::StrCat("id-", number);
    row.request_id = absl::StrCat("request-", number);
    row.quiz = "mood";
    row.version = 1;
    row.assess_time = clock_.Now() - absl::Hours(100 - number);
    row.create_time = row.assess_time;
    v1::Submission submission;
    submission.set_parent(kClient);
    submission.set_campaign("spring");
    row.submission = submission.SerializeAsString();
    return row;
  }
  void Write(int rows) {
    std::vector<AssessmentRow> all;
    for (int i = 0; i < rows; ++i) all.push_back(Row(i));
    ASSERT_THAT(memory_.CreateAssessments(all), IsOk());
  }
  std::size_t Left() {
    AssessmentQuery query;
    query.clinic = "north";
    query.client = "c-1";
    query.limit = 1000;
    query.max_bytes = 1 << 30;
    return memory_.ListAssessments(query)->rows.size();
  }
  absl::StatusOr<v1::EraseClientResponse> Erase(Clients& clients) {
    v1::EraseClientRequest request;
    request.set_name(kClient);
    return clients.Erase(request);
  }

  FakeClock clock_;
  MemoryStore memory_;
  FaultyStore store_{memory_};
  UnusableRows unusable_;
};

TEST_F(ClientsTest, AnErasureThatIsCutOffAnywhereIsFinishedByTheNextCall) {
  const absl::Time first_time = clock_.Now();
  bool failed = true;
  for (int call = 1; failed; ++call) {
    SCOPED_TRACE(call);
    ASSERT_LT(call, 20);
    MemoryStore memory;
    FaultyStore store(memory);
    Clients clients(store, clock_, {.batch_rows = 3, .batches = 100, .page_bytes = 1000}, unusable_);
    std::vector<AssessmentRow> rows;
    for (int i = 0; i < 8; ++i) rows.push_back(Row(i));
    ASSERT_THAT(memory.CreateAssessments(rows), IsOk());

    store.FailCall(call, Unavailable(kStorageFull, "no space"));
    const auto first = Erase(clients);
    failed = !first.ok();
    EXPECT_EQ(failed, store.HasFailed() && call <= 5) << "a call to mark, three batches, a scrub";
    if (!failed) {
      EXPECT_EQ(first->removed_count(), 8);
      break;
    }
    EXPECT_EQ(ReasonOf(first.status()), kStorageFull);
    store.FailCall(0, absl::OkStatus());
    const auto second = Erase(clients);
    ASSERT_THAT(second, IsOk());
    EXPECT_THAT(second->erase_time(), EqualsProto(ToTimestamp(first_time)));
    for (const AssessmentRow& row : rows) {
      EXPECT_THAT(memory.FindRequest("north", row.request_id), IsOkAndHolds(std::nullopt));
      EXPECT_THAT(memory.WasErased("north", row.request_id, first_time), IsOkAndHolds(true));
    }
    const auto third = Erase(clients);
    ASSERT_THAT(third, IsOk());
    EXPECT_EQ(third->removed_count(), 0);
    EXPECT_THAT(third->erase_time(), EqualsProto(second->erase_time()));
  }
}

TEST_F(ClientsTest, ACallRemovesAsMuchAsOneMayAndSaysThatThereIsMore) {
  Write(7);
  Clients clients(store_, clock_, {.batch_rows = 2, .batches = 3, .page_bytes = 1000}, unusable_);
  const absl::Status first = Erase(clients).status();
  EXPECT_THAT(first, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(ReasonOf(first), kErasureUnfinished);
  EXPECT_EQ(Left(), 1u);
  const auto second = Erase(clients);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->removed_count(), 1);
  EXPECT_EQ(Left(), 0u);
}

TEST_F(ClientsTest, AnExportThatIsCutOffGoesOnWithItsTokenAndHoldsEachLineOnce) {
  Write(5);
  Clients clients(store_, clock_, {}, unusable_);
  v1::ExportClientRequest request;
  request.set_name(kClient);
  request.set_page_size(2);
  std::string whole;
  int pages = 0;
  do {
    store_.FailCall(1, Unavailable(kReadTooSlow, "slow"));
    EXPECT_THAT(clients.Export(request), StatusIs(absl::StatusCode::kUnavailable));
    const auto page = clients.Export(request);
    ASSERT_THAT(page, IsOk());
    whole += page->json_lines();
    request.set_page_token(page->next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 3);
  std::vector<std::string> names;
  for (const absl::string_view line : absl::StrSplit(whole, '\n', absl::SkipEmpty())) {
    v1::ExportRecord record;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(std::string(line), &record).ok()) << line;
    names.push_back(record.assessment().assessment().request_id());
    EXPECT_EQ(record.assessment().assessment().submission().campaign(), "spring");
  }
  EXPECT_THAT(names, ElementsAre("request-4", "request-3", "request-2", "request-1", "request-0"));
}

TEST_F(ClientsTest, AnExportAfterAnErasureTellsTheErasureAndNothingElse) {
  Write(2);
  Clients clients(store_, clock_, {}, unusable_);
  ASSERT_THAT(Erase(clients), IsOk());
  v1::ExportClientRequest request;
  request.set_name(kClient);
  const auto page = clients.Export(request);
  ASSERT_THAT(page, IsOk());
  v1::ExportRecord record;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(page->json_lines(), &record).ok()) << page->json_lines();
  EXPECT_EQ(record.erasure().name(), kClient);
  EXPECT_THAT(record.erasure().erase_time(), EqualsProto(ToTimestamp(clock_.Now())));
}

TEST_F(ClientsTest, NamesAndTokensAreChecked) {
  Clients clients(store_, clock_, {}, unusable_);
  v1::EraseClientRequest erase;
  erase.set_name("clinics/north");
  EXPECT_EQ(ViolationsOf(clients.Erase(erase).status()).at(0).field, "name");
  v1::ExportClientRequest request;
  request.set_name("clients/c-1");
  EXPECT_EQ(ViolationsOf(clients.Export(request).status()).at(0).field, "name");
  request.set_name(kClient);
  request.set_page_token("of another question");
  EXPECT_EQ(ViolationsOf(clients.Export(request).status()).at(0).field, "page_token");
}

}  // namespace
}  // namespace ladder::records
