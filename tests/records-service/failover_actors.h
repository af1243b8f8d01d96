// File: failover_actors.h
//
// Who goes on while a database fails over: platforms that write, replicas that release, a follower of the log, and the
// book of what platforms were told. Each does what it does until the bell rings, and says where it was told what no
// fault explains.

#ifndef LADDER_TESTS_RECORDS_SERVICE_FAILOVER_ACTORS_H_
#define LADDER_TESTS_RECORDS_SERVICE_FAILOVER_ACTORS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/mutex.h"
#include "libs/chassis/random.h"
#include "records-service/release/discrete_laplace.h"
#include "records-service/release/release_job.h"
#include "records-service/store/postgres/postgres_store.h"
#include "records-service/unusable_rows.h"
#include "tests/records-service/release/stamp_row.h"
#include "tests/records-service/running_records.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::postgres {

inline constexpr std::uint64_t kSeed = 20261126;
inline constexpr std::array<const char*, 2> kClinics = {"north", "south"};
inline constexpr std::uint64_t kClients = 60;
// Between two batches of a writer and two ticks of a replica, so that a round is mostly about its fault.
inline constexpr absl::Duration kPace = absl::Milliseconds(50);

// Ends loops, and is what they wait for in between.
class Bell {
 public:
  void Ring() {
    MutexLock lock(&mutex_);
    rung_ = true;
    changed_.NotifyAll();
  }
  // False once it has rung.
  bool Rest(absl::Duration time) {
    MutexLock lock(&mutex_);
    if (!rung_) changed_.WaitFor(lock, time);
    return !rung_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool rung_ ABSL_GUARDED_BY(mutex_) = false;
};

// What platforms were told, under "clinic request_id".
class Book {
 public:
  struct Written {
    std::string id;
    std::size_t content;  // Its hash.
  };

  void Try(const AssessmentRow& row) {
    MutexLock lock(&mutex_);
    tried_.insert(KeyOf(row));
  }
  void Keep(const AssessmentRow& row, const std::string& id) {
    MutexLock lock(&mutex_);
    acknowledged_[KeyOf(row)] = {id, ContentOf(row)};
  }
  std::map<std::string, Written> acknowledged() {
    MutexLock lock(&mutex_);
    return acknowledged_;
  }
  std::set<std::string> tried() {
    MutexLock lock(&mutex_);
    return tried_;
  }
  std::size_t size() {
    MutexLock lock(&mutex_);
    return acknowledged_.size();
  }

  static std::string KeyOf(const AssessmentRow& row) { return absl::StrCat(row.clinic, " ", row.request_id); }
  static std::size_t ContentOf(const AssessmentRow& row) {
    return std::hash<std::string>()(absl::StrCat(row.client, "|", row.submission, "|", row.result));
  }

 private:
  Mutex mutex_;
  std::map<std::string, Written> acknowledged_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> tried_ ABSL_GUARDED_BY(mutex_);
};

// What may be said of a fault.
inline void ExpectIsOfAFault(const absl::Status& status) {
  EXPECT_THAT(ReasonOf(status), ::testing::AnyOf(std::string(kStorageBusy), kCommitUnknown, kStorageFull, kReadTooSlow))
      << status;
}

// One of the records processes: its store, what records and what releases.
class Replica {
 public:
  Replica(const PostgresOptions& options, std::uint64_t seed) : random_(seed) {
    auto opened = PostgresStore::Open(options, clock_, random_);
    EXPECT_THAT(opened, testing::IsOk());
    store_ = *std::move(opened);
    release::ReleaseOptions release;
    release.target_cohort = 20;
    release.min_cohort = 5;
    programs_ = std::make_unique<ProgramCache>(*store_, 10);
    series_ = std::make_unique<release::SeriesPrograms>(*store_, *programs_);
    longest_wait_ = release.longest_wait;
    job_ = std::make_unique<release::ReleaseJob>(*store_, *series_, noise_, release, clock_, random_, unusable_);
  }

  PostgresStore& store() { return *store_; }
  // Writes them as recording does.
  absl::StatusOr<std::vector<WriteOutcome>> Write(std::vector<AssessmentRow> rows) {
    for (AssessmentRow& row : rows) {
      if (absl::Status status = release::StampRow(*programs_, *series_, longest_wait_, row); !status.ok())
        return status;
    }
    return store_->CreateAssessments(rows);
  }
  absl::Time Now() const { return clock_.Now(); }

  void ReleaseUntil(Bell& bell) {
    do {
      const absl::Status status = job_->RunTick(Now());
      if (!status.ok()) ExpectIsOfAFault(status);
    } while (bell.Rest(kPace));
  }

 private:
  SystemClock clock_;
  SeededRandom random_;
  release::DiscreteLaplace noise_{random_};
  std::unique_ptr<PostgresStore> store_;
  std::unique_ptr<ProgramCache> programs_;
  std::unique_ptr<release::SeriesPrograms> series_;
  absl::Duration longest_wait_;
  UnusableRows unusable_;
  std::unique_ptr<release::ReleaseJob> job_;
};

// A platform that writes small batches, and writes again what it was not told of, as new assessments of the same
// request_id.
class Platform {
 public:
  Platform(int number, Replica& replica, Book& book)
      : number_(number), replica_(replica), book_(book), random_(kSeed + static_cast<std::uint64_t>(number)) {}

  void WriteUntil(Bell& bell, std::atomic<int>& told_full) {
    std::vector<AssessmentRow> rows;
    do {
      if (rows.empty()) rows = NextRows();
      for (AssessmentRow& row : rows) {
        row.id = absl::StrCat("id-", number_, "-", ++ids_);
        book_.Try(row);
      }
      const auto outcomes = replica_.Write(rows);
      if (!outcomes.ok()) {
        ExpectIsOfAFault(outcomes.status());
        told_full += ReasonOf(outcomes.status()) == kStorageFull ? 1 : 0;
        continue;
      }
      for (std::size_t i = 0; i < rows.size(); ++i) Keep(rows[i], outcomes->at(i));
      last_ = std::exchange(rows, {}).front();
    } while (bell.Rest(kPace));
  }

 private:
  std::vector<AssessmentRow> NextRows() {
    std::vector<AssessmentRow> rows;
    for (std::uint64_t left = 1 + random_.Next() % 4; left > 0; --left) {
      rows.push_back(Row(absl::StrCat("request-", number_, "-", ++requests_)));
    }
    // A repeat of what was acknowledged.
    if (!last_.request_id.empty() && random_.Next() % 8 == 0) rows.push_back(last_);
    return rows;
  }

  AssessmentRow Row(const std::string& request_id) {
    const v1::CreateAssessmentRequest request = MoodRequest(request_id, 1, static_cast<int>(random_.Next() % 21));
    AssessmentRow row;
    row.clinic = kClinics[static_cast<std::size_t>(number_) % kClinics.size()];
    row.client = absl::StrCat("c-", random_.Next() % kClients);
    row.request_id = request_id;
    row.quiz = "mood";
    row.version = 1;
    row.assess_time = replica_.Now();
    row.create_time = row.assess_time;
    row.submission = request.submission().SerializeAsString();
    row.result = request.result().SerializeAsString();
    return row;
  }

  void Keep(const AssessmentRow& row, const WriteOutcome& outcome) {
    if (!outcome.exists) return book_.Keep(row, row.id);
    const auto earlier = replica_.store().FindRequest(row.clinic, row.request_id);
    if (!earlier.ok()) return ExpectIsOfAFault(earlier.status());
    ASSERT_TRUE(earlier->has_value()) << row.request_id;
    EXPECT_EQ(Book::ContentOf(**earlier), Book::ContentOf(row)) << row.request_id;
    if (row.request_id == last_.request_id) return;
    book_.Keep(row, (*earlier)->id);
  }

  const int number_;
  Replica& replica_;
  Book& book_;
  SeededRandom random_;
  int ids_ = 0;
  int requests_ = 0;
  AssessmentRow last_;
};

inline std::string TextOf(const LogRow& entry) {
  const LogRun& figures = entry.figures;
  return absl::StrCat(entry.partition.clinic, "|", entry.partition.campaign, "|", entry.partition.series, "|",
                      entry.position, "|", entry.cohort, "|", entry.run, "|", absl::ToUnixNanos(entry.close_time), "|",
                      absl::ToUnixNanos(figures.window_begin), "|", absl::ToUnixNanos(figures.last_tick), "|",
                      figures.clients, "|", figures.assessments, "|", figures.budgets, "|", figures.shape, "|",
                      figures.tables);
}

// A follower of the log, who keeps each entry that it was shown. Their noise is drawn once, so an entry that was lost
// and released again has other bytes.
class Follower {
 public:
  explicit Follower(Replica& replica) : replica_(replica) {}

  void FollowUntil(Bell& bell) {
    do {
      for (const char* clinic : kClinics) Follow(clinic);
    } while (bell.Rest(absl::Milliseconds(5)));
  }

  // Fails where an entry that was shown is not there any more, is another one, or stands elsewhere.
  void ExpectAllShownAreThere() {
    for (const char* clinic : kClinics) {
      const std::vector<std::string> shown = Shown(clinic);
      const auto log = replica_.store().ReadLog(clinic, 0, 1'000'000);
      ASSERT_THAT(log, testing::IsOk());
      ASSERT_GE(log->size(), shown.size()) << clinic << ": entries that were shown are lost";
      for (std::size_t i = 0; i < shown.size(); ++i) {
        ASSERT_TRUE(TextOf(log->at(i)) == shown[i])
            << clinic << ": entry " << i + 1 << " is not the one that was shown";
      }
    }
  }

  std::size_t CountShown() { return Shown(kClinics[0]).size() + Shown(kClinics[1]).size(); }

 private:
  void Follow(const std::string& clinic) {
    const std::size_t known = Shown(clinic).size();
    const auto page = replica_.store().ReadLog(clinic, static_cast<std::int64_t>(known), 100);
    if (!page.ok()) return ExpectIsOfAFault(page.status());
    MutexLock lock(&mutex_);
    std::vector<std::string>& shown = shown_[clinic];
    for (const LogRow& entry : *page) {
      // Fails where a position was left out, or given twice.
      EXPECT_EQ(entry.position, static_cast<std::int64_t>(shown.size() + 1)) << clinic;
      shown.push_back(TextOf(entry));
    }
  }

  std::vector<std::string> Shown(const std::string& clinic) {
    MutexLock lock(&mutex_);
    return shown_[clinic];
  }

  Replica& replica_;
  Mutex mutex_;
  std::map<std::string, std::vector<std::string>> shown_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::records::postgres

#endif  // LADDER_TESTS_RECORDS_SERVICE_FAILOVER_ACTORS_H_
