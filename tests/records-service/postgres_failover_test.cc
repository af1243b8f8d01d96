// Goal: under a real failover manager nothing that was acknowledged is lost, nothing is doubled, nothing is released
// twice, and nothing is read from the log before it is there for good.
// Method: platforms write and replicas release without pause, over a primary and two standbys that pg_auto_failover
// looks after, every commit waiting for one of these. Each round draws a fault from a seeded generator; each kind comes
// first once. After each round and at the end everything is read and compared, past the indexes as well.
//
// The control, by hand: with " options='-c synchronous_commit=local'" in Conninfo() commits wait for no standby, and
// rounds of kPrimaryLostAhead lose what was acknowledged (docs/formats/postgres.md tells how much).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/chassis/random.h"
#include "records-service/store/postgres/migrations.h"
#include "records-service/store/postgres/postgres_store.h"
#include "tests/records-service/failover_actors.h"
#include "tests/records-service/running_records.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/postgres_cluster.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/tcp_proxy.h"
#include "tests/testing/waiting.h"

namespace ladder::records::postgres {
namespace {

using ::ladder::testing::Eventually;
using ::ladder::testing::IsOk;
using ::ladder::testing::LogCapture;
using ::ladder::testing::PostgresCluster;
using ::ladder::testing::TcpProxy;

constexpr int kWriters = 4;
// A failover takes seconds, and a pause of the retries is a part of it.
constexpr absl::Duration kLongPatience = absl::Seconds(90);

enum class Fault {
  kPrimaryLost,       // The primary's machine is gone; a standby is promoted, what comes back follows it.
  kPrimaryLostAhead,  // Likewise, while standbys lack what the primary has written last.
  kRepliesLost,       // Connections end after COMMIT was sent, and its answer is dropped.
  kRestartedAhead,    // The primary crashes and starts again while no standby has its last writes; then it is lost.
  kServerCrashed,     // The server crashes, and its keeper starts it again.
  kReleasesEnded,     // Sessions end in the middle of a release.
  kDiskFull,          // No byte is left on the primary's disk.
};
constexpr int kFaults = 7;
constexpr std::array<const char*, kFaults> kNames = {"primary lost",    "primary lost ahead", "replies lost",
                                                     "restarted ahead", "server crashed",     "releases ended",
                                                     "disk full"};

// Each gives a row for what must not be. A statement sees one moment, so they hold while others write.
constexpr std::array<const char*, 8> kFaultsOfTheTables = {
    // Fails where a replay was written as well, also where an index has lost its row.
    "SELECT 'request doubled: ' || min(request_id) FROM assessment GROUP BY clinic, request_id HAVING count(*) > 1",
    "SELECT 'id doubled: ' || id FROM assessment GROUP BY clinic, id HAVING count(*) > 1",
    // Fails where a release was rolled back but its position was not, or two took the same one.
    "SELECT 'positions have gaps: ' || clinic FROM release_log GROUP BY clinic"
    " HAVING min(position) <> 1 OR max(position) <> count(*)",
    "SELECT 'the head is not the log''s: ' || head.clinic FROM head"
    " WHERE position <> (SELECT count(*) FROM release_log WHERE clinic = head.clinic)",
    // Fails where two replicas, or the one that did not know of its commit, have released a cohort.
    "SELECT 'cohort released twice: ' || cohort FROM release_log GROUP BY clinic, cohort HAVING count(*) > 1",
    "SELECT 'released without an entry, or the contrary: ' || coalesce(cohort.id, entry.cohort) FROM cohort"
    " FULL JOIN release_log AS entry ON entry.clinic = cohort.clinic AND entry.cohort = cohort.id"
    " WHERE (cohort.state IS NOT DISTINCT FROM 3) <> (entry.cohort IS NOT NULL)",
    // Fails where a row joined a cohort that was closed already, or has lost its way into one.
    "SELECT 'size is wrong: ' || entry.cohort FROM release_log AS entry LEFT JOIN"
    " (SELECT clinic, cohort, count(*) AS rows, count(DISTINCT client) AS clients FROM assessment"
    "  GROUP BY clinic, cohort) AS counted USING (clinic, cohort)"
    " WHERE (entry.assessments, entry.clients) IS DISTINCT FROM (counted.rows, counted.clients)",
    // Fails where an entry was added to a sum twice, or not at all.
    "SELECT 'sums are not the log''s: ' || grain FROM"
    " (SELECT clinic, grain, sum(entries) AS entries, sum(assessments) AS rows FROM release_sum GROUP BY clinic, grain)"
    " AS summed JOIN (SELECT clinic, count(*) AS entries, sum(assessments) AS rows FROM release_log GROUP BY clinic)"
    " AS logged USING (clinic) WHERE summed.entries <> logged.entries OR summed.rows <> logged.rows",
};
constexpr char kPastTheIndexes[] =
    "SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off; ";

class PostgresFailoverTest : public ::testing::Test {
 protected:
  PostgresFailoverTest() {
    for (int node = 0; node < PostgresCluster::kNodes; ++node) {
      proxies_.push_back(
          std::make_unique<TcpProxy>(cluster_.port(node), [this](TcpProxy::Side from, absl::string_view bytes) {
            const bool drops = from == TcpProxy::Side::kServer && replies_to_drop_ > 0 &&
                               absl::StrContains(bytes, "COMMIT") && replies_to_drop_.fetch_sub(1) > 0;
            return drops ? TcpProxy::Then::kCut : TcpProxy::Then::kPass;
          }));
    }
    const std::string direct = Conninfo({cluster_.port(0), cluster_.port(1), cluster_.port(2)});
    const std::string through_proxies = Conninfo({proxies_[0]->port(), proxies_[1]->port(), proxies_[2]->port()});
    EXPECT_THAT(Migrate({.conninfo = direct}), IsOk());
    // libpq does not go on to the next node where the proxy of one answers for a dead server, so the second
    // replica stands still for as long as that is away.
    for (const std::string& conninfo : {direct, through_proxies, direct}) {
      PostgresOptions options{.conninfo = conninfo};
      options.backoff_initial = absl::Milliseconds(50);
      replicas_.push_back(std::make_unique<Replica>(options, kSeed + 100 + replicas_.size()));
    }
    Publish();
    follower_ = std::make_unique<Follower>(*replicas_[2]);
    for (int number = 0; number < kWriters; ++number) {
      platforms_.push_back(std::make_unique<Platform>(number, *replicas_[static_cast<std::size_t>(number / 2)], book_));
    }
  }

  // Also where the test could not go on.
  ~PostgresFailoverTest() override { StopAll(); }

  // As an operator gives it, with all nodes.
  static std::string Conninfo(const std::array<int, PostgresCluster::kNodes>& ports) {
    return absl::StrCat("host=127.0.0.1,127.0.0.1,127.0.0.1 port=", absl::StrJoin(ports, ","),
                        " user=postgres dbname=postgres");
  }

  void Publish() {
    const std::string bytes = MoodQuiz().SerializeAsString();
    PostgresStore& store = replicas_[0]->store();
    const absl::Time now = replicas_[0]->Now();
    ASSERT_OK(store.PutDraft({.quiz = "mood", .definition = bytes, .etag = "e", .update_time = now}, ""));
    QuizUpdate update;
    update.quiz = "mood";
    update.publish = VersionRow{"mood", 1, bytes, "digest", now, std::nullopt};
    update.time = now;
    ASSERT_OK(store.UpdateQuiz(update));
  }

  void StartAll() {
    for (const auto& platform : platforms_) {
      threads_.emplace_back([this, &platform] { platform->WriteUntil(bell_, told_full_); });
    }
    for (int replica = 0; replica < 2; ++replica) {
      threads_.emplace_back([this, replica] { replicas_[static_cast<std::size_t>(replica)]->ReleaseUntil(bell_); });
    }
    threads_.emplace_back([this] { follower_->FollowUntil(bell_); });
  }
  void StopAll() {
    bell_.Ring();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  // Until so many more were acknowledged: what follows happens under load, or is over.
  bool WaitForWrites() {
    const std::size_t enough = book_.size() + 30;
    return Eventually([&] { return book_.size() >= enough; }, kLongPatience);
  }
  // For a time in which writers are expected to stand still.
  void LetWritersRunInto(absl::Duration time) {
    const std::size_t before = book_.size();
    Eventually([&] { return book_.size() > before + 1000; }, time);
  }

  // The monitor looks away while a server is started again where it was: pg_auto_failover 2.0 may choose that very node
  // in a failover and then tell it to fetch from itself, for ever.
  void Inject(Fault fault) {
    const int primary = cluster_.Primary();
    const auto lose = [&] {
      cluster_.KillNode(primary);
      cluster_.EndReceivers();
      cluster_.ResumeMonitor();
      EXPECT_TRUE(WaitForWrites()) << "no failover\n" << cluster_.Log();
      EXPECT_NE(cluster_.Primary(), primary);
      cluster_.StartNode(primary);
    };
    switch (fault) {
      case Fault::kPrimaryLost:
        if (random_.Next() % 2 == 0) replies_to_drop_ = 3;
        return lose();
      case Fault::kPrimaryLostAhead:
        // Where only one of them lacks it, the other one has to be promoted.
        PauseReceivers(primary, 1 + static_cast<int>(random_.Next() % 2));
        LetWritersRunInto(absl::Milliseconds(300));
        return lose();
      case Fault::kRepliesLost:
        replies_to_drop_ = 1 + static_cast<int>(random_.Next() % 20);
        EXPECT_TRUE(Eventually([this] { return replies_to_drop_ <= 0; }, kLongPatience));
        return;
      case Fault::kRestartedAhead:
        PauseReceivers(primary, 2);
        LetWritersRunInto(absl::Milliseconds(300));
        cluster_.PauseMonitor();
        cluster_.KillServer(primary);
        // Back, with all that it has written in sight, until the machine goes as well.
        LetWritersRunInto(absl::Milliseconds(500));
        return lose();
      case Fault::kServerCrashed:
        cluster_.PauseMonitor();
        cluster_.KillServer(primary);
        cluster_.ResumeMonitor();
        return;
      case Fault::kReleasesEnded:
        for (std::uint64_t left = 1 + random_.Next() % 4; left > 0; --left) {
          EXPECT_TRUE(Eventually([&] { return EndARelease(primary); }, kLongPatience));
        }
        return;
      case Fault::kDiskFull: {
        if (!cluster_.has_own_disks()) return;  // Only root can make small ones.
        const int before = told_full_;
        cluster_.PauseMonitor();
        cluster_.FillDisk(primary);
        // Data meet it first, as the log has room in its files; should the log come first, the server crashes.
        EXPECT_TRUE(Eventually([&] { return told_full_ > before || !cluster_.Run(primary, "SELECT 1").has_value(); },
                               kLongPatience));
        cluster_.FreeDisk(primary);
        EXPECT_TRUE(Eventually([&] { return cluster_.Run(primary, "SELECT 1").has_value(); }, kLongPatience));
        cluster_.ResumeMonitor();
        return;
      }
    }
  }

  void PauseReceivers(int primary, int standbys) {
    for (int i = 1; i <= standbys; ++i) cluster_.PauseReceiver((primary + i) % PostgresCluster::kNodes);
  }

  // Not while its commit waits: the end of that wait shows what the standby lacks, which is told in
  // docs/formats/postgres.md.
  bool EndARelease(int primary) {
    const std::optional<std::string> ended =
        cluster_.Run(primary,
                     "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
                     " AND application_name = 'ladder-records' AND wait_event IS DISTINCT FROM 'SyncRep'"
                     " AND query ~ 'UPDATE head|UPDATE cohort|INTO release_log|release_sum|INTO standing'");
    return ended.has_value() && ended != "0";
  }

  void ExpectAllIsWell() {
    const int primary = cluster_.Primary();
    const std::map<std::string, Book::Written> acknowledged = book_.acknowledged();
    const std::optional<std::string> found = cluster_.Run(
        primary, absl::StrCat(kPastTheIndexes, "SELECT clinic || ' ' || request_id || '=' || id FROM assessment"));
    ASSERT_TRUE(found.has_value());
    const std::set<std::string> tried = book_.tried();
    std::map<std::string, std::string> ids;
    for (const absl::string_view line : absl::StrSplit(*found, '\n')) {
      const std::pair<std::string, std::string> row = absl::StrSplit(line, absl::MaxSplits('=', 1));
      // Fails where a request is in the table twice, or nobody has made it.
      EXPECT_TRUE(ids.insert(row).second) << row.first << " is doubled";
      EXPECT_TRUE(tried.contains(row.first)) << row.first;
    }
    // Fails where a commit was told before the standby had it, or a rerun was taken for a replay.
    int lost = 0;
    for (const auto& [key, written] : acknowledged) {
      const auto row = ids.find(key);
      if (row == ids.end() || row->second != written.id) ++lost;
    }
    EXPECT_EQ(lost, 0) << "of " << acknowledged.size() << " that were acknowledged";
    for (const char* fault : kFaultsOfTheTables) {
      EXPECT_EQ(cluster_.Run(primary, absl::StrCat(kPastTheIndexes, fault)), "");
    }
    follower_->ExpectAllShownAreThere();
  }

  // Byte for byte, through the store.
  void ExpectContents() {
    const std::map<std::string, Book::Written> acknowledged = book_.acknowledged();
    std::size_t seen = 0;
    for (const char* clinic : kClinics) {
      QuizAssessmentQuery query;
      query.clinic = clinic;
      query.quiz = "mood";
      query.limit = 1000;
      query.max_bytes = 100 << 20;
      for (bool more = true; more;) {
        const auto page = replicas_[2]->store().ListQuizAssessments(query);
        ASSERT_THAT(page, IsOk());
        for (const AssessmentRow& row : page->rows) {
          const auto written = acknowledged.find(Book::KeyOf(row));
          if (written == acknowledged.end()) continue;  // Written, and the answer was lost.
          ++seen;
          EXPECT_EQ(written->second.content, Book::ContentOf(row)) << row.request_id;
        }
        more = page->more;
        query.after_id = page->last_id;
      }
    }
    EXPECT_EQ(seen, acknowledged.size());
  }

  // Fails where a rewind has left something behind that replication does not see.
  void ExpectNodesAreEqual() {
    const int primary = cluster_.Primary();
    const std::string end = cluster_.Run(primary, "SELECT pg_current_wal_lsn()").value_or("");
    for (int i = 1; i < PostgresCluster::kNodes; ++i) {
      const int standby = (primary + i) % PostgresCluster::kNodes;
      EXPECT_TRUE(Eventually(
          [&] { return cluster_.Run(standby, absl::StrCat("SELECT pg_last_wal_replay_lsn() >= '", end, "'")) == "t"; },
          kLongPatience));
      for (const char* table : {"assessment", "part", "cohort", "head", "release_log", "release_sum", "standing"}) {
        const std::string sum = absl::StrCat(
            kPastTheIndexes, "SELECT count(*) || ' ' || sum(hashtextextended(t::text, 0)) FROM ", table, " AS t");
        const std::optional<std::string> of_primary = cluster_.Run(primary, sum);
        EXPECT_TRUE(of_primary.has_value());
        EXPECT_EQ(of_primary, cluster_.Run(standby, sum)) << table;
      }
    }
  }

  LogCapture quiet_;
  PostgresCluster cluster_;
  std::atomic<int> replies_to_drop_ = 0;
  std::vector<std::unique_ptr<TcpProxy>> proxies_;
  SeededRandom random_{kSeed};
  Book book_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::unique_ptr<Follower> follower_;
  std::vector<std::unique_ptr<Platform>> platforms_;
  std::atomic<int> told_full_ = 0;
  Bell bell_;
  std::vector<std::thread> threads_;
};

TEST_F(PostgresFailoverTest, WhateverBecomesOfThePrimaryNothingIsLostDoubledOrReleasedTwice) {
  RecordProperty("seed", absl::StrCat(kSeed));
  StartAll();
  std::map<std::string, int> rounds;
  std::map<std::string, absl::Duration> times;
  for (int round = 0; round < LADDER_FAILOVER_ROUNDS && !HasFailure(); ++round) {
    const int drawn = round < kFaults ? round : static_cast<int>(random_.Next() % kFaults);
    const char* name = kNames[static_cast<std::size_t>(drawn)];
    SCOPED_TRACE(absl::StrCat("seed ", kSeed, ", round ", round, ": ", name));
    const testing::Stopwatch watch;
    EXPECT_TRUE(WaitForWrites());
    Inject(static_cast<Fault>(drawn));
    EXPECT_TRUE(cluster_.WaitUntilSynchronous()) << cluster_.Log();
    EXPECT_TRUE(WaitForWrites()) << cluster_.Log();
    replies_to_drop_ = 0;
    ExpectAllIsWell();
    ++rounds[name];
    times[name] += watch.Elapsed();
  }
  StopAll();
  ExpectAllIsWell();
  ExpectContents();
  ExpectNodesAreEqual();
  // Else the rounds have shown nothing of releases.
  EXPECT_GT(follower_->CountShown(), static_cast<std::size_t>(LADDER_FAILOVER_ROUNDS));
  for (const auto& [name, count] : rounds) {
    RecordProperty(name, absl::StrCat(count, " rounds, ", absl::FormatDuration(times[name])));
  }
  RecordProperty("acknowledged", absl::StrCat(book_.size()));
  RecordProperty("released", absl::StrCat(follower_->CountShown()));
}

}  // namespace
}  // namespace ladder::records::postgres
