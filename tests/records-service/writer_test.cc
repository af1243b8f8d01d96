// The writer gathers, commits and answers. The store under it is held up and made to fail as a test needs it.

#include "records-service/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "records-service/store/memory/memory_store.h"
#include "tests/records-service/faulty_store.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace ladder::records {
namespace {

using ::ladder::testing::IsOk;
using ::ladder::testing::Promised;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::Optional;

using Outcomes = std::vector<Writer::Outcome>;

AssessmentRow Row(const std::string& request_id, std::size_t bytes = 10) {
  AssessmentRow row;
  row.clinic = "north";
  row.client = "c-1";
  row.id = absl::StrCat("id-of-", request_id);
  row.request_id = request_id;
  row.quiz = "mood";
  row.version = 1;
  row.submission = std::string(bytes, 's');
  return row;
}

std::vector<AssessmentRow> Rows(const std::string& prefix, int count) {
  std::vector<AssessmentRow> rows;
  for (int i = 0; i < count; ++i) rows.push_back(Row(absl::StrCat(prefix, i)));
  return rows;
}

// A store whose commits wait until they are let through, and that remembers how large they were.
class Gate {
 public:
  absl::Status Pass(absl::Span<const AssessmentRow> rows) {
    MutexLock lock(&mutex_);
    sizes_.push_back(rows.size());
    changed_.NotifyAll();
    while (closed_) changed_.Wait(lock);
    return absl::OkStatus();
  }
  void Open() {
    MutexLock lock(&mutex_);
    closed_ = false;
    changed_.NotifyAll();
  }
  void WaitForCommits(std::size_t count) {
    MutexLock lock(&mutex_);
    while (sizes_.size() < count) changed_.Wait(lock);
  }
  std::vector<std::size_t> sizes() {
    MutexLock lock(&mutex_);
    return sizes_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = true;
  std::vector<std::size_t> sizes_ ABSL_GUARDED_BY(mutex_);
};

// A writer with the thread that answers.
class RunningWriter {
 public:
  RunningWriter(AssessmentStore& store, Writer::Limits limits) : writer_(store, limits, answerers_) {}

  void Submit(std::vector<AssessmentRow> rows, Writer::Done done) { writer_.Submit(std::move(rows), std::move(done)); }
  // What was submitted is written, and answered.
  void Stop() {
    writer_.Stop();
    answerers_.Stop();
  }

 private:
  Executor answerers_{{.threads = 1}};
  Writer writer_;
};

class WriterTest : public ::testing::Test {
 protected:
  FaultyStore::OnCreate ThroughGate() {
    return [this](absl::Span<const AssessmentRow> rows) { return gate_.Pass(rows); };
  }

  MemoryStore memory_;
  Gate gate_;
};

TEST_F(WriterTest, AnswersWithOneOutcomeForEachRowAfterItIsWritten) {
  Promised<Outcomes> first;  // Outlives the writer, which may still be leaving its callback.
  RunningWriter writer(memory_, {});
  writer.Submit({Row("a"), Row("b"), Row("a")}, [&](Outcomes outcomes) { first.Give(std::move(outcomes)); });
  const std::optional<Outcomes> outcomes = first.Wait();
  ASSERT_TRUE(outcomes.has_value());
  ASSERT_EQ(outcomes->size(), 3u);
  for (const Writer::Outcome& outcome : *outcomes) ASSERT_THAT(outcome, IsOk());
  EXPECT_FALSE(outcomes->at(0)->exists);
  EXPECT_FALSE(outcomes->at(1)->exists);
  EXPECT_TRUE(outcomes->at(2)->exists);
  EXPECT_THAT(*memory_.FindRequest("north", "b"), Optional(Row("b")));
}

TEST_F(WriterTest, WhoTakesLongToBeAnsweredDoesNotKeepTheWriterFromWriting) {
  Promised<bool> go_on, second_written;
  FaultyStore store(memory_, [&](absl::Span<const AssessmentRow> rows) {
    if (rows.front().request_id == "b") second_written.Give(true);
    return absl::OkStatus();
  });
  RunningWriter writer(store, {});
  Promised<bool> answering;
  writer.Submit({Row("a")}, [&](const Outcomes&) {
    answering.Give(true);
    go_on.Wait();
  });
  ASSERT_TRUE(answering.Wait());
  writer.Submit({Row("b")}, [](const Outcomes&) {});
  EXPECT_TRUE(second_written.Wait());
  go_on.Give(true);
  writer.Stop();
}

TEST_F(WriterTest, WhatArrivesDuringACommitIsCommittedTogether) {
  FaultyStore store(memory_, ThroughGate());
  RunningWriter writer(store, {});
  writer.Submit(Rows("first", 2), [](Outcomes) {});
  gate_.WaitForCommits(1);
  std::atomic<int> answered = 0;
  for (int i = 0; i < 5; ++i) {
    writer.Submit(Rows(absl::StrCat("later", i, "-"), i + 1), [&answered, i](Outcomes outcomes) {
      EXPECT_EQ(outcomes.size(), static_cast<std::size_t>(i + 1));
      ++answered;
    });
  }
  EXPECT_EQ(answered, 0) << "nobody is answered before the commit";
  gate_.Open();
  writer.Stop();
  EXPECT_EQ(answered, 5);
  EXPECT_THAT(gate_.sizes(), ElementsAre(2u, 15u));
}

TEST_F(WriterTest, ABatchKeepsItsLimitsAndALargeSubmissionGoesAlone) {
  FaultyStore store(memory_, ThroughGate());
  Writer::Limits limits;
  limits.batch_rows = 4;
  limits.batch_bytes = 1000;
  RunningWriter writer(store, limits);
  writer.Submit(Rows("a", 1), [](Outcomes) {});
  gate_.WaitForCommits(1);
  writer.Submit(Rows("b", 3), [](Outcomes) {});
  writer.Submit(Rows("c", 1), [](Outcomes) {});
  writer.Submit(Rows("d", 9), [](Outcomes) {});
  writer.Submit(Rows("e", 1), [](Outcomes) {});
  writer.Submit({Row("large", 5000)}, [](Outcomes) {});
  writer.Submit(Rows("f", 1), [](Outcomes) {});
  gate_.Open();
  writer.Stop();
  EXPECT_THAT(gate_.sizes(), ElementsAre(1u, 4u, 9u, 1u, 1u, 1u));
}

TEST_F(WriterTest, OneRowThatTheStoreCannotTakeFailsAlone) {
  FaultyStore store(memory_, [](absl::Span<const AssessmentRow> rows) {
    for (const AssessmentRow& row : rows) {
      if (row.request_id == "b5") return absl::InvalidArgumentError("too large");
    }
    return absl::OkStatus();
  });
  Promised<Outcomes> promised;
  RunningWriter writer(store, {});
  writer.Submit(Rows("b", 13), [&](Outcomes outcomes) { promised.Give(std::move(outcomes)); });
  const std::optional<Outcomes> outcomes = promised.Wait();
  ASSERT_TRUE(outcomes.has_value());
  for (int i = 0; i < 13; ++i) {
    EXPECT_EQ(outcomes->at(i).ok(), i != 5) << i;
    EXPECT_EQ(memory_.FindRequest("north", absl::StrCat("b", i))->has_value(), i != 5) << i;
  }
}

TEST_F(WriterTest, AStoreThatIsUnavailableIsAskedOnceForABatchAndTheNextBatchGoesOn) {
  int commits = 0;
  FaultyStore store(memory_, [&commits](absl::Span<const AssessmentRow>) {
    return ++commits == 1 ? Unavailable(kCommitUnknown, "not known") : absl::OkStatus();
  });
  Promised<Outcomes> first, second;
  RunningWriter writer(store, {});
  writer.Submit(Rows("a", 8), [&](Outcomes outcomes) { first.Give(std::move(outcomes)); });
  const std::optional<Outcomes> failed = first.Wait();
  ASSERT_TRUE(failed.has_value());
  for (const Writer::Outcome& outcome : *failed) EXPECT_EQ(ReasonOf(outcome.status()), kCommitUnknown);
  writer.Submit(Rows("a", 8), [&](Outcomes outcomes) { second.Give(std::move(outcomes)); });
  const std::optional<Outcomes> written = second.Wait();
  ASSERT_TRUE(written.has_value());
  for (const Writer::Outcome& outcome : *written) EXPECT_THAT(outcome, IsOk());
  writer.Stop();
  EXPECT_EQ(commits, 2);
}

TEST_F(WriterTest, StoppingWritesWhatWasAcceptedAndRefusesTheRest) {
  FaultyStore store(memory_, ThroughGate());
  RunningWriter writer(store, {});
  std::atomic<int> written = 0;
  writer.Submit(Rows("a", 1), [&](Outcomes) { ++written; });
  gate_.WaitForCommits(1);
  writer.Submit(Rows("b", 1), [&](Outcomes) { ++written; });
  gate_.Open();
  writer.Stop();
  EXPECT_EQ(written, 2);
  Outcomes refused;
  writer.Submit(Rows("late", 1), [&](Outcomes outcomes) { refused = std::move(outcomes); });
  ASSERT_EQ(refused.size(), 1u) << "at once";
  EXPECT_EQ(ReasonOf(refused.front().status()), kClosed);
  EXPECT_EQ(*memory_.FindRequest("north", "late0"), std::nullopt);
}

TEST_F(WriterTest, ManyThreadsAreEachAnsweredOnce) {
  constexpr int kThreads = 4;
  constexpr int kSubmissions = 200;
  RunningWriter writer(memory_, {});
  std::atomic<int> created = 0;
  std::atomic<int> replayed = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < kSubmissions; ++i) {
        writer.Submit({Row(absl::StrCat("r", i))}, [&](Outcomes outcomes) {
          ASSERT_THAT(outcomes[0], IsOk());
          outcomes[0]->exists ? ++replayed : ++created;
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  writer.Stop();
  EXPECT_EQ(created, kSubmissions);
  EXPECT_EQ(replayed, (kThreads - 1) * kSubmissions);
}

}  // namespace
}  // namespace ladder::records
