// What every store does with assessments.

#include <string>
#include <thread>
#include <vector>

#include "tests/conformance/store_conformance.h"

namespace ladder::records {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::IsEmpty;
using ::testing::Optional;

std::vector<std::string> IdsOf(const std::vector<AssessmentRow>& rows) {
  std::vector<std::string> ids;
  for (const AssessmentRow& row : rows) ids.push_back(row.id);
  return ids;
}

std::vector<std::string> ListIds(Store& store, const AssessmentQuery& query) {
  const absl::StatusOr<AssessmentPage> page = store.ListAssessments(query);
  EXPECT_TRUE(page.ok()) << page.status();
  return page.ok() ? IdsOf(page->rows) : std::vector<std::string>();
}

TEST_P(StoreConformance, WhatWasWrittenIsFoundWholeByEachOfItsKeys) {
  AssessmentRow row = RowNumber(1);
  row.campaign = "spring";
  row.version = 7;
  row.create_time += absl::Hours(3);
  const auto outcomes = store().CreateAssessments({row});
  ASSERT_OK(outcomes.status());
  EXPECT_THAT(*outcomes, ElementsAre(Written()));

  const auto by_id = store().FindAssessment("north", "c-1", "id-1");
  ASSERT_OK(by_id.status());
  EXPECT_THAT(*by_id, Optional(row));
  const auto by_request = store().FindRequest("north", "request-1");
  ASSERT_OK(by_request.status());
  EXPECT_THAT(*by_request, Optional(row));
  const auto page = store().ListAssessments(QueryOf("north", "c-1"));
  ASSERT_OK(page.status());
  EXPECT_THAT(page->rows, ElementsAre(row));
  EXPECT_FALSE(page->more);
}

TEST_P(StoreConformance, WhatWasNeverWrittenIsNotFoundAndNoError) {
  EXPECT_THAT(*store().FindAssessment("north", "c-1", "id-1"), Eq(std::nullopt));
  EXPECT_THAT(*store().FindRequest("north", "request-1"), Eq(std::nullopt));
  EXPECT_THAT(ListIds(store(), QueryOf("north", "c-1")), IsEmpty());
}

TEST_P(StoreConformance, AnAssessmentIsNotFoundUnderAnotherClinicOrClient) {
  ASSERT_OK(store().CreateAssessments({RowNumber(1)}).status());
  EXPECT_THAT(*store().FindAssessment("south", "c-1", "id-1"), Eq(std::nullopt));
  EXPECT_THAT(*store().FindAssessment("north", "c-2", "id-1"), Eq(std::nullopt));
  EXPECT_THAT(*store().FindRequest("south", "request-1"), Eq(std::nullopt));
  EXPECT_THAT(ListIds(store(), QueryOf("south", "c-1")), IsEmpty());
}

TEST_P(StoreConformance, ARequestIdIsWrittenOnceAcrossBatches) {
  const AssessmentRow first = RowNumber(1);
  ASSERT_OK(store().CreateAssessments({first}).status());
  AssessmentRow second = RowNumber(2);
  second.request_id = first.request_id;
  const auto outcomes = store().CreateAssessments({RowNumber(3), second});
  ASSERT_OK(outcomes.status());
  EXPECT_THAT(*outcomes, ElementsAre(Written(), Exists()));
  EXPECT_THAT(ListIds(store(), QueryOf("north", "c-1")), ElementsAre("id-3", "id-1"));
}

TEST_P(StoreConformance, OfOneRequestIdTwiceInABatchTheFirstIsWritten) {
  const AssessmentRow first = RowNumber(5);
  AssessmentRow second = RowNumber(6);
  second.request_id = first.request_id;
  AssessmentRow third = RowNumber(7);
  third.request_id = first.request_id;
  const auto outcomes = store().CreateAssessments({RowNumber(9), first, second, RowNumber(8), third});
  ASSERT_OK(outcomes.status());
  EXPECT_THAT(*outcomes, ElementsAre(Written(), Written(), Exists(), Written(), Exists()));
}

TEST_P(StoreConformance, TheSameRequestIdInAnotherClinicIsAnotherOne) {
  AssessmentRow south = RowNumber(1);
  south.clinic = "south";
  const auto outcomes = store().CreateAssessments({RowNumber(1), south});
  ASSERT_OK(outcomes.status());
  EXPECT_THAT(*outcomes, ElementsAre(Written(), Written()));
  EXPECT_THAT(*store().FindRequest("south", "request-1"), Optional(south));
}

TEST_P(StoreConformance, KeysDifferByCaseAndByTrailingPoints) {
  std::vector<AssessmentRow> rows;
  for (const char* id : {"a", "A", "a.", "a-", "a_", "aa"}) {
    AssessmentRow row = RowNumber(1);
    row.clinic = id;
    row.client = id;
    row.id = id;
    row.request_id = id;
    rows.push_back(row);
  }
  const auto outcomes = store().CreateAssessments(rows);
  ASSERT_OK(outcomes.status());
  for (const AssessmentRow& row : rows) {
    EXPECT_THAT(*store().FindRequest(row.clinic, row.request_id), Optional(row));
    EXPECT_THAT(*store().FindAssessment(row.clinic, row.client, row.id), Optional(row));
    EXPECT_THAT(ListIds(store(), QueryOf(row.clinic, row.client)), ElementsAre(row.id));
  }
}

TEST_P(StoreConformance, BytesComeBackAsTheyAreWhateverTheyAre) {
  using std::string_literals::operator""s;
  const std::vector<std::string> contents = {"",
                                             "\0"s,
                                             "a\0b"s,
                                             "\xff\xfe\x80"s,
                                             "\xf0\x9f\x8e\xb1 snooker",
                                             "'; DROP TABLE assessment; --",
                                             std::string(900'000, 'x') + "\0end"s};
  std::vector<AssessmentRow> rows;
  for (const std::string& content : contents) {
    AssessmentRow row = RowNumber(static_cast<int>(rows.size()));
    row.submission = content;
    row.result = content;
    rows.push_back(row);
  }
  ASSERT_OK(store().CreateAssessments(rows).status());
  for (const AssessmentRow& row : rows) {
    const auto found = store().FindRequest(row.clinic, row.request_id);
    ASSERT_OK(found.status());
    ASSERT_TRUE(found->has_value());
    EXPECT_TRUE(**found == row) << row.request_id;
  }
}

TEST_P(StoreConformance, TheLongestKeysAreKept) {
  AssessmentRow row = RowNumber(1);
  row.clinic = std::string(64, 'c');
  row.client = std::string(64, 'k');
  row.id = std::string(64, 'i');
  row.request_id = std::string(128, '~');
  row.campaign = std::string(64, 'p');
  row.quiz = std::string(63, 'q');
  ASSERT_OK(store().CreateAssessments({row}).status());
  EXPECT_THAT(*store().FindRequest(row.clinic, row.request_id), Optional(row));
}

TEST_P(StoreConformance, TimesKeepTheirNanoseconds) {
  std::vector<AssessmentRow> rows;
  for (const absl::Time time : {EarliestTime(), EarliestTime() + absl::Nanoseconds(1), absl::UnixEpoch(),
                                absl::UnixEpoch() - absl::Nanoseconds(1), Now() + absl::Nanoseconds(123456789),
                                LatestTime() - absl::Nanoseconds(1), LatestTime()}) {
    AssessmentRow row = RowNumber(static_cast<int>(rows.size()));
    row.assess_time = time;
    row.create_time = time;
    rows.push_back(row);
  }
  ASSERT_OK(store().CreateAssessments(rows).status());
  for (const AssessmentRow& row : rows) {
    EXPECT_THAT(*store().FindRequest(row.clinic, row.request_id), Optional(row)) << row.assess_time;
  }
}

TEST_P(StoreConformance, AListIsNewestFirstAlsoWhereAnOlderOneArrivesLateAndTiesGoById) {
  AssessmentRow late = RowNumber(2);
  late.assess_time = RowNumber(0).assess_time;
  AssessmentRow tie_a = RowNumber(10);
  AssessmentRow tie_b = RowNumber(11);
  tie_b.assess_time = tie_a.assess_time;
  AssessmentRow close = RowNumber(12);
  close.assess_time = tie_a.assess_time + absl::Nanoseconds(1);
  ASSERT_OK(store().CreateAssessments({tie_b, RowNumber(1), close}).status());
  ASSERT_OK(store().CreateAssessments({late, tie_a}).status());
  EXPECT_THAT(ListIds(store(), QueryOf("north", "c-1")), ElementsAre("id-12", "id-11", "id-10", "id-1", "id-2"));
}

TEST_P(StoreConformance, AListHoldsOneQuizAndASpanOfTimeWhereAskedFor) {
  AssessmentRow other = RowNumber(3);
  other.quiz = "sleep";
  ASSERT_OK(store().CreateAssessments({RowNumber(1), RowNumber(2), other, RowNumber(4)}).status());

  AssessmentQuery query = QueryOf("north", "c-1");
  query.quiz = "mood";
  EXPECT_THAT(ListIds(store(), query), ElementsAre("id-4", "id-2", "id-1"));
  query.from = RowNumber(2).assess_time;
  query.before = RowNumber(4).assess_time;
  EXPECT_THAT(ListIds(store(), query), ElementsAre("id-2")) << "from is inclusive, before is not";
  query.from += absl::Nanoseconds(1);
  query.before += absl::Nanoseconds(1);
  EXPECT_THAT(ListIds(store(), query), ElementsAre("id-4"));
  query.from = query.before;
  EXPECT_THAT(ListIds(store(), query), IsEmpty());
}

TEST_P(StoreConformance, PagesCoverAListOnceAlsoWhereTimesAreEqualAndNewerRowsArrive) {
  std::vector<AssessmentRow> rows;
  for (int i = 0; i < 10; ++i) {
    AssessmentRow row = RowNumber(i);
    row.assess_time = RowNumber(i / 4).assess_time;
    rows.push_back(row);
  }
  ASSERT_OK(store().CreateAssessments(rows).status());

  AssessmentQuery query = QueryOf("north", "c-1");
  query.limit = 3;
  std::vector<std::string> seen;
  for (int pages = 1;; ++pages) {
    const auto page = store().ListAssessments(query);
    ASSERT_OK(page.status());
    for (const AssessmentRow& row : page->rows) seen.push_back(row.id);
    EXPECT_EQ(page->more, pages < 4);
    if (!page->more) break;
    ASSERT_EQ(page->rows.size(), 3u);
    query.after = AssessmentCursor{page->rows.back().assess_time, page->rows.back().id};
    AssessmentRow newer = RowNumber(100 + pages);
    ASSERT_OK(store().CreateAssessments({newer}).status());
  }
  EXPECT_THAT(seen, ElementsAre("id-9", "id-8", "id-7", "id-6", "id-5", "id-4", "id-3", "id-2", "id-1", "id-0"));
}

TEST_P(StoreConformance, APageEndsWithTheRowThatPassesItsBytesAndHasAtLeastOne) {
  std::vector<AssessmentRow> rows;
  for (int i = 0; i < 5; ++i) {
    rows.push_back(RowNumber(i));
    rows.back().submission = std::string(60, 's');
    rows.back().result = std::string(40, 'r');
  }
  ASSERT_OK(store().CreateAssessments(rows).status());
  AssessmentQuery query = QueryOf("north", "c-1");
  query.max_bytes = 150;
  auto page = store().ListAssessments(query);
  ASSERT_OK(page.status());
  EXPECT_THAT(IdsOf(page->rows), ElementsAre("id-4", "id-3"));
  EXPECT_TRUE(page->more);
  query.max_bytes = 1;
  page = store().ListAssessments(query);
  ASSERT_OK(page.status());
  EXPECT_THAT(IdsOf(page->rows), ElementsAre("id-4"));
  EXPECT_TRUE(page->more);
}

// All of a clinic's assessments of "mood".
QuizAssessmentQuery MoodOf(std::string clinic) {
  QuizAssessmentQuery query;
  query.clinic = std::move(clinic);
  query.quiz = "mood";
  query.limit = 1000;
  query.max_bytes = 1 << 30;
  return query;
}

TEST_P(StoreConformance, AClinicsAssessmentsOfAQuizComeWholeByIdWhosesoeverTheyAre) {
  AssessmentRow other_client = RowNumber(2);
  other_client.client = "c-2";
  other_client.assess_time = EarliestTime();
  AssessmentRow other_quiz = RowNumber(3);
  other_quiz.quiz = "sleep";
  AssessmentRow other_clinic = RowNumber(4);
  other_clinic.clinic = "south";
  AssessmentRow upper_case = RowNumber(5);
  upper_case.id = "ID-9";
  upper_case.submission = std::string("a\0b", 3);
  ASSERT_OK(store().CreateAssessments({RowNumber(1), upper_case, other_clinic, other_quiz, other_client}).status());

  const auto page = store().ListQuizAssessments(MoodOf("north"));
  ASSERT_OK(page.status());
  EXPECT_THAT(page->rows, ElementsAre(upper_case, RowNumber(1), other_client));
  EXPECT_EQ(page->last_id, "id-3") << "the last that was looked at, of whatever quiz";
  EXPECT_FALSE(page->more);
  const auto none = store().ListQuizAssessments(MoodOf("east"));
  ASSERT_OK(none.status());
  EXPECT_THAT(none->rows, IsEmpty());
  EXPECT_EQ(none->last_id, "");
  EXPECT_FALSE(none->more);
}

TEST_P(StoreConformance, PagesOfAQuizCountTheRowsThatWereLookedAt) {
  std::vector<AssessmentRow> rows;
  for (int i = 0; i < 9; ++i) {
    rows.push_back(RowNumber(i));
    if (i < 4 || i == 6) rows.back().quiz = "sleep";
  }
  ASSERT_OK(store().CreateAssessments(rows).status());

  QuizAssessmentQuery query = MoodOf("north");
  query.limit = 3;
  const auto next = [&] {
    const auto page = store().ListQuizAssessments(query);
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return std::string("failed");
    query.after_id = page->last_id;
    std::string ids;
    for (const AssessmentRow& row : page->rows) absl::StrAppend(&ids, row.id, " ");
    return absl::StrCat(ids, "until ", page->last_id, page->more ? ", more" : "");
  };
  EXPECT_EQ(next(), "until id-2, more");
  EXPECT_EQ(next(), "id-4 id-5 until id-5, more");
  ASSERT_OK(store().CreateAssessments({RowNumber(91)}).status());
  EXPECT_EQ(next(), "id-7 id-8 until id-8, more") << "one has come since";
  EXPECT_EQ(next(), "id-91 until id-91");
  EXPECT_EQ(next(), "until ");
}

TEST_P(StoreConformance, APageOfAQuizEndsWithTheRowThatPassesItsBytesAndHasAtLeastOne) {
  std::vector<AssessmentRow> rows;
  for (int i = 0; i < 4; ++i) {
    rows.push_back(RowNumber(i));
    rows.back().submission = std::string(60, 's');
    rows.back().result = std::string(40, 'r');
  }
  rows[1].quiz = "sleep";
  rows[1].submission = std::string(1000, 'b');
  ASSERT_OK(store().CreateAssessments(rows).status());
  QuizAssessmentQuery query = MoodOf("north");
  query.max_bytes = 150;
  auto page = store().ListQuizAssessments(query);
  ASSERT_OK(page.status());
  EXPECT_THAT(IdsOf(page->rows), ElementsAre("id-0", "id-2")) << "rows of other quizzes are not read";
  EXPECT_TRUE(page->more);
  query.max_bytes = 1;
  page = store().ListQuizAssessments(query);
  ASSERT_OK(page.status());
  EXPECT_THAT(IdsOf(page->rows), ElementsAre("id-0"));
  EXPECT_EQ(page->last_id, "id-0");
  EXPECT_TRUE(page->more);
}

TEST_P(StoreConformance, AnEmptyBatchIsWrittenAndChangesNothing) {
  const auto outcomes = store().CreateAssessments({});
  ASSERT_OK(outcomes.status());
  EXPECT_THAT(*outcomes, IsEmpty());
}

TEST_P(StoreConformance, ConcurrentWritersOfTheSameRequestsWriteEachOnceAndAllAreToldTheSame) {
  constexpr int kThreads = 4;
  constexpr int kRequests = 60;
  std::vector<std::vector<std::string>> told(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this, thread, &told] {
      for (int i = 0; i < kRequests; ++i) {
        AssessmentRow own = RowNumber(i);
        own.id = absl::StrCat("id-", thread, "-", i);
        AssessmentRow next = RowNumber((i + 7) % kRequests);
        next.id = absl::StrCat("other-", thread, "-", i);
        const auto outcomes = store().CreateAssessments({next, own});
        ASSERT_OK(outcomes.status());
        const auto recorded = store().FindRequest("north", own.request_id);
        ASSERT_OK(recorded.status());
        ASSERT_TRUE(recorded->has_value());
        EXPECT_EQ(outcomes->at(1).exists, (*recorded)->id != own.id);
        told[thread].push_back((*recorded)->id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int i = 0; i < kRequests; ++i) {
      const auto found = store().FindRequest("north", absl::StrCat("request-", i));
      ASSERT_OK(found.status());
      ASSERT_TRUE(found->has_value());
      EXPECT_EQ((*found)->id, told[thread][i]);
    }
  }
  EXPECT_EQ(ListIds(store(), QueryOf("north", "c-1")).size(), static_cast<std::size_t>(kRequests));
}

TEST_P(StoreConformance, ReadersBesideAWriterSeeABatchWholeOrNotAtAll) {
  constexpr int kBatches = 40;
  constexpr int kRows = 25;
  std::thread writer([this] {
    for (int batch = 0; batch < kBatches; ++batch) {
      std::vector<AssessmentRow> rows;
      for (int i = 0; i < kRows; ++i) rows.push_back(RowNumber(batch * kRows + i));
      ASSERT_OK(store().CreateAssessments(rows).status());
    }
  });
  std::size_t seen = 0;
  while (seen < std::size_t{kBatches} * kRows) {
    const auto page = store().ListAssessments(QueryOf("north", "c-1"));
    ASSERT_OK(page.status());
    EXPECT_EQ(page->rows.size() % kRows, 0u);
    EXPECT_GE(page->rows.size(), seen);
    seen = page->rows.size();
  }
  writer.join();
}

TEST_P(StoreConformance, WhatIsWrittenBeforeClosingIsThereAfterOpeningAgain) {
  if (!GetParam().forgets_because.empty()) GTEST_SKIP() << GetParam().forgets_because;
  ASSERT_OK(store().CreateAssessments({RowNumber(1), RowNumber(2)}).status());
  Reopen();
  EXPECT_THAT(*store().FindRequest("north", "request-1"), Optional(RowNumber(1)));
  AssessmentRow again = RowNumber(3);
  again.request_id = "request-2";
  const auto outcomes = store().CreateAssessments({again});
  ASSERT_OK(outcomes.status());
  EXPECT_THAT(*outcomes, ElementsAre(Exists()));
}

}  // namespace
}  // namespace ladder::records
