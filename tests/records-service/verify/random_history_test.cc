// Goal: whatever happens in whatever order, a store hangs together at every pause, and without noise every answer to an
// analyst is a naive recount of the rows that were released.
// Method: a random history from a printed seed. In each round a process of its own and, on PostgreSQL, this one as the
// second replica write batches, late arrivals, imports and repeats and run ticks beside each other; clinic west is
// erased from as well. The process is killed where it happens to be. In the pause that follows everything is verified
// and counted again, then clients are erased and rows outlive their retention.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/render.h"
#include "records-service/analytics/analytics.h"
#include "tests/records-service/analytics/recount.h"
#include "tests/records-service/lived_in_store.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records {
namespace {

using ::ladder::testing::IsOk;
using ::testing::IsEmpty;

using analytics::Counts;
using analytics::LogCohort;

constexpr int kClients = 25;
constexpr int kNumbersOfAProcess = 100'000;
// Which nothing is erased from while others write, so that what was released can be counted again.
constexpr const char* kRecounted[] = {"north", "south"};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t Any(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
  bool OneIn(std::size_t of) { return Any(of) == 0; }
  std::string Clinic() { return std::vector<std::string>{"north", "south", "west"}[Any(3)]; }
  std::string Client() { return absl::StrCat("c-", Any(kClients)); }
  std::string Campaign() { return std::vector<std::string>{"", "", "", "spring", "summer", "winter"}[Any(6)]; }
  int Score() { return static_cast<int>(Any(21)); }

 private:
  std::mt19937_64 engine_;
};

// One writer's life.
void LiveOn(LivedInStore& lived, std::uint64_t seed, int steps) {
  Dice dice(seed);
  std::vector<AssessmentRow> kept;  // To be sent again.
  for (int step = 0; step < steps; ++step) {
    std::vector<AssessmentRow> rows;
    for (std::size_t i = dice.OneIn(4) ? 1 : 1 + dice.Any(8); i > 0; --i) {
      rows.push_back(lived.Row(dice.Clinic(), dice.Client(), dice.Score(), dice.Campaign()));
    }
    if (dice.OneIn(4)) {
      rows.push_back(lived.LateRow(dice.Clinic(), dice.Client(), dice.Score(),
                                   absl::Hours(24 * static_cast<int>(31 + dice.Any(60)))));
    }
    if (dice.OneIn(8)) {  // An import of years.
      const std::string clinic = dice.Clinic();
      for (int i = 0; i < 30; ++i) {
        rows.push_back(
            lived.LateRow(clinic, dice.Client(), dice.Score(), absl::Hours(24 * static_cast<int>(31 + dice.Any(700)))));
      }
    }
    if (!kept.empty() && dice.OneIn(3)) rows.push_back(kept[dice.Any(kept.size())]);
    if (dice.OneIn(5)) rows.push_back(rows.front());
    kept.push_back(rows.front());
    lived.Write(rows);
    if (dice.OneIn(3)) lived.Tick();
    if (dice.OneIn(10)) lived.Erase("west", dice.Client());
  }
}

// A process that lives on with the store until it is killed.
class Process {
 public:
  // REQUIRES: the store is closed.
  Process(LivedInStore& lived, std::uint64_t seed) {
    int ends[2] = {};
    EXPECT_EQ(pipe(ends), 0);
    process_ = fork();
    if (process_ == 0) {
      lived.Open();
      for (std::uint64_t round = 0;; ++round) {
        std::thread other([&] { LiveOn(lived, seed + 1'000 + round, 3); });
        LiveOn(lived, seed + round, 3);
        other.join();
        const char told = ::testing::Test::HasFailure() ? 'F' : '.';
        if (write(ends[1], &told, 1) != 1) _exit(1);
      }
    }
    close(ends[1]);
    heard_ = ends[0];
  }
  ~Process() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    close(heard_);
  }
  // Until it has done so much, in which nothing may have failed.
  void WaitForRounds(std::size_t rounds) {
    for (std::size_t i = 0; i < rounds; ++i) {
      char told = 'F';
      ASSERT_EQ(read(heard_, &told, 1), 1) << "it has ended";
      ASSERT_EQ(told, '.') << "something failed in it";
    }
  }

 private:
  pid_t process_ = -1;
  int heard_ = -1;
};

// Cells that are not 0, which have to be whole.
template <typename Cells, typename Key>
Counts CountsOf(const Cells& cells, const Key& key_of) {
  Counts counts;
  for (const auto& cell : cells) {
    const auto exact = quiz::ParseRatio(cell.clients().count().exact());
    const std::optional<std::int64_t> number = exact.has_value() ? exact->ToInt64() : std::nullopt;
    EXPECT_TRUE(number.has_value());
    if (number.value_or(0) != 0) counts[key_of(cell)] += *number;
  }
  return counts;
}

class RandomHistoryTest : public ::testing::TestWithParam<std::string> {
 protected:
  // Takes up what the log has got since, with the rows that were released.
  void TakeUpLog() {
    for (const std::string clinic : kRecounted) {
      const auto entries = lived_.store().ReadLog(clinic, positions_[clinic], 100'000);
      ASSERT_THAT(entries, IsOk());
      std::map<std::string, std::vector<AssessmentRow>> rows_of;  // By cohort, or the one that it was merged into.
      ASSERT_NO_FATAL_FAILURE(ReadReleased(clinic, rows_of));
      std::map<std::string, std::size_t> taken;  // Of a cohort that was cut into runs.
      for (const LogRow& entry : *entries) {
        const std::vector<AssessmentRow>& rows = rows_of[entry.cohort];
        LogCohort cohort{.clinic = clinic,
                         .campaign = entry.partition.campaign,
                         .as_other = entry.partition.campaign == kOtherCampaign,
                         .rows = {}};
        for (std::int64_t i = 0; i < entry.figures.assessments; ++i) {
          ASSERT_LT(taken[entry.cohort], rows.size());
          cohort.rows.push_back(ToLog(rows[taken[entry.cohort]++]));
        }
        released_.push_back(std::move(cohort));
        positions_[clinic] = entry.position;
      }
      for (const auto& [cohort, count] : taken) EXPECT_EQ(count, rows_of[cohort].size()) << "rows left out";
    }
  }

  // All rows of a clinic by the cohort that they are released with, by (assess_time, id).
  void ReadReleased(const std::string& clinic, std::map<std::string, std::vector<AssessmentRow>>& rows_of) {
    std::map<std::string, std::string> merged;
    ASSERT_NO_FATAL_FAILURE(lived_.ReadMerged(clinic, merged));
    for (int number = 0; number < kClients; ++number) {
      AssessmentQuery query;
      query.clinic = clinic;
      query.client = absl::StrCat("c-", number);
      query.limit = 100'000;
      query.max_bytes = 1 << 30;
      const auto page = lived_.store().ListAssessments(query);
      ASSERT_THAT(page, IsOk());
      for (const AssessmentRow& row : page->rows) {
        const auto found = merged.find(row.cohort);
        rows_of[found == merged.end() ? row.cohort : found->second].push_back(row);
      }
    }
    for (auto& [cohort, rows] : rows_of) {
      std::sort(rows.begin(), rows.end(), [](const AssessmentRow& a, const AssessmentRow& b) {
        return std::tie(a.assess_time, a.id) < std::tie(b.assess_time, b.id);
      });
    }
  }

  // A client who was erased, or whose standing has outlived its retention, is counted as somebody new.
  analytics::LogAssessment ToLog(const AssessmentRow& row) {
    quiz::v1::QuizResult result;
    EXPECT_TRUE(result.ParseFromString(row.result));
    analytics::LogAssessment assessment;
    assessment.client = absl::StrCat(row.client, "#", lives_[{row.clinic, row.client}]);
    assessment.time = row.assess_time;
    assessment.stage = result.stage().stage();
    assessment.range = result.stage().range();
    assessment.guidance = result.guidance().guidance();
    int score = 0;
    EXPECT_TRUE(absl::SimpleAtoi(result.stage().bounce_point().exact().numerator(), &score));
    assessment.score = -score;  // In this quiz lower is better.
    return assessment;
  }

  void RemoveSome(Dice& dice, absl::Time now) {
    for (const std::string clinic : kRecounted) {
      if (dice.OneIn(2)) lived_.Erase(clinic, dice.Client());
      if (dice.OneIn(4)) {
        ASSERT_THAT(lived_.store().RemoveOlder(clinic, now - absl::Hours(24 * 60), now + absl::Hours(1), 40), IsOk());
      }
      for (int number = 0; number < kClients; ++number) {
        const std::string client = absl::StrCat("c-", number);
        const auto standings = lived_.store().ListStandings(clinic, client);
        ASSERT_THAT(standings, IsOk());
        if (standings->empty()) ++lives_[{clinic, client}];
      }
    }
  }

  void AskEverything(Dice& dice) {
    analytics::Analytics asked(lived_.store(), lived_.series(), lived_.options());
    for (int i = 0; i < 12; ++i) {
      analytics::Question question;
      question.clinic = kRecounted[dice.Any(2)];
      if (dice.OneIn(2)) {
        question.campaign = std::vector<std::string>{"", "spring", "summer", "winter", kOtherCampaign}[dice.Any(5)];
      }
      const absl::Time now = lived_.clock().Now();
      const auto any_tick = [&] { return analytics::TickOf(now - absl::Hours(static_cast<int>(dice.Any(24 * 900)))); };
      if (dice.OneIn(2)) question.from = any_tick();
      if (dice.OneIn(2)) question.before = question.from.value_or(any_tick()) + absl::Hours(24 * 90);
      SCOPED_TRACE(question.ToMessage().DebugString());
      Compare(asked, question);
      CompareTrend(asked, question);
    }
  }

  void Compare(analytics::Analytics& asked, const analytics::Question& question) {
    v1::QueryStageDistributionRequest stages;
    *stages.mutable_selection() = question.ToMessage();
    const auto distribution = asked.QueryStageDistribution(stages);
    ASSERT_THAT(distribution, IsOk());
    EXPECT_EQ(CountsOf(distribution->cells(), [](const v1::StageCell& cell) { return cell.stage(); }),
              analytics::CountStages(released_, question, {}));
    v1::QueryChangeRequest changes;
    *changes.mutable_selection() = question.ToMessage();
    const auto change = asked.QueryChange(changes);
    ASSERT_THAT(change, IsOk());
    // 1.96 * 5 * sqrt(2) * sqrt(1 - 9/10) = 4.38...
    EXPECT_EQ(CountsOf(change->cells(), [](const v1::ChangeCell& cell) { return v1::Change_Name(cell.change()); }),
              analytics::CountMoves(released_, question, /*flow=*/false, /*reliable=*/5));
    v1::QueryFlowRequest flows;
    *flows.mutable_selection() = question.ToMessage();
    const auto flow = asked.QueryFlow(flows);
    ASSERT_THAT(flow, IsOk());
    EXPECT_EQ(CountsOf(flow->cells(),
                       [](const v1::FlowCell& cell) {
                         return analytics::KeyOf({cell.from_stage(), cell.to_stage()});
                       }),
              analytics::CountMoves(released_, question, /*flow=*/true));
  }

  void CompareTrend(analytics::Analytics& asked, analytics::Question question) {
    question.from = analytics::TimeOf("2021-01-01T00:00:00Z");
    question.before = analytics::TimeOf("2041-01-01T00:00:00Z");
    v1::QueryTrendRequest trend;
    *trend.mutable_selection() = question.ToMessage();
    trend.set_bucket(v1::QueryTrendRequest::BUCKET_QUARTER);
    const auto quarters = asked.QueryTrend(trend);
    ASSERT_THAT(quarters, IsOk());
    for (const v1::TrendBucket& bucket : quarters->buckets()) {
      question.from = absl::FromUnixSeconds(bucket.begin().seconds());
      question.before = absl::FromUnixSeconds(bucket.end().seconds());
      EXPECT_EQ(CountsOf(bucket.cells(), [](const v1::StageCell& cell) { return cell.stage(); }),
                analytics::CountStages(released_, question, {}));
    }
  }

  LivedInStore lived_{GetParam()};
  std::vector<LogCohort> released_;
  std::map<std::string, std::int64_t> positions_;
  std::map<std::pair<std::string, std::string>, int> lives_;
};

TEST_P(RandomHistoryTest, HangsTogetherAtEveryPauseAndIsARecount) {
  const std::uint64_t seed = LADDER_HISTORY_SEED;
  std::cerr << "seed " << seed << "\n";
  Dice dice(seed);
  for (int round = 1; round <= LADDER_HISTORY_ROUNDS; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    lived_.Close();
    {
      lived_.CountFrom((2 * round) * kNumbersOfAProcess);
      Process process(lived_, seed + 100'000 * static_cast<std::uint64_t>(round));
      lived_.CountFrom((2 * round + 1) * kNumbersOfAProcess);
      if (GetParam() == "postgres") {
        lived_.Open();
        LiveOn(lived_, seed + static_cast<std::uint64_t>(round), 4);
      }
      ASSERT_NO_FATAL_FAILURE(process.WaitForRounds(1 + dice.Any(4)));
    }
    lived_.OpenAlone();
    ASSERT_THAT(lived_.Findings(), IsEmpty());
    ASSERT_NO_FATAL_FAILURE(TakeUpLog());
    AskEverything(dice);
    RemoveSome(dice, lived_.clock().Now());
    ASSERT_THAT(lived_.Findings(), IsEmpty());
    lived_.clock().Advance(absl::Hours(static_cast<int>(dice.Any(24 * 40))));
    if (HasFailure()) return;
  }
  EXPECT_GE(released_.size(), 20u) << "hardly anything was released";
}

INSTANTIATE_TEST_SUITE_P(Engines, RandomHistoryTest, ::testing::Values("sqlite", "postgres"),
                         [](const auto& engine) { return engine.param; });

}  // namespace
}  // namespace ladder::records
