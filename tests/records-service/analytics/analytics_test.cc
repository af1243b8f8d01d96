// Goal: every answer is what counting the rows again gives, and follows from the log alone. Method: cohorts made up by
// a seeded generator are released into a store on disk, without noise for the recount and with noise for what has to
// hold under it; the recount shares no code with what it checks.

#include "records-service/analytics/analytics.h"

#include <gmock/gmock.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/chassis/timestamp.h"
#include "libs/quiz/number.h"
#include "libs/quiz/render.h"
#include "records-service/analytics/policy.h"
#include "tests/records-service/analytics/recount.h"
#include "tests/records-service/analytics/released_log.h"
#include "tests/records-service/release/release_fixture.h"
#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::analytics {
namespace {

using ::ladder::testing::EqualsProto;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr absl::Duration kTick = absl::Minutes(15);

// With maps in one order.
std::string BytesOf(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  return bytes;
}

quiz::Rational ExactOf(const v1::Figure& figure) {
  const std::optional<quiz::Rational> exact = quiz::ParseRatio(figure.count().exact());
  EXPECT_TRUE(exact.has_value());
  return exact.value_or(0);
}

// Cells that are not 0. Every count has to be whole: without noise nothing is shifted.
template <typename Cells, typename Key>
Counts CountsOf(const Cells& cells, const Key& key_of) {
  Counts counts;
  for (const auto& cell : cells) {
    const quiz::Rational exact = ExactOf(cell.clients());
    EXPECT_TRUE(exact.is_integer()) << exact.ToString();
    EXPECT_EQ(cell.clients().count().decimal(), quiz::FormatDecimal(exact, 2));
    const std::int64_t number = exact.ToInt64().value_or(0);
    EXPECT_FALSE(counts.contains(key_of(cell))) << key_of(cell) << " comes twice";
    if (number != 0) counts[key_of(cell)] = number;
  }
  return counts;
}

Counts StageCounts(const StageCells& cells, const std::vector<std::string>& by) {
  return CountsOf(cells, [&by](const v1::StageCell& cell) {
    std::vector<std::string> key = {cell.stage()};
    for (const std::string& dimension : by) {
      const std::string value = dimension == "range"      ? cell.range()
                                : dimension == "guidance" ? cell.guidance()
                                                          : cell.slices().at(dimension);
      key.push_back(absl::StrCat(dimension, "=", value));
    }
    return KeyOf(key);
  });
}

const std::vector<std::vector<std::string>>& AllDimensions() {
  static const auto* const kAll = new std::vector<std::vector<std::string>>{
      {}, {"range"}, {"guidance"}, {"range", "guidance"}, {"sex"}, {"informant"}, {"informant", "sex"}};
  return *kAll;
}

class AnalyticsTest : public ::testing::Test {
 protected:
  AnalyticsTest() { log_.Publish(LogQuiz()); }

  std::size_t Any(std::size_t bound) { return random_() % bound; }

  LogAssessment AnyAssessment(absl::Time after) {
    LogAssessment row;
    row.client = absl::StrCat("c-", Any(9));
    row.time = after + absl::Minutes(static_cast<std::int64_t>(Any(60 * 24 * 3)));
    row.sex = std::vector<std::string>{"female", "male", ""}[Any(3)];
    row.informant = std::vector<std::string>{"self", "parent", ""}[Any(3)];
    row.score = static_cast<int>(Any(21));
    if (row.score >= 17) return row;  // Not scored.
    row.stage = row.score < 10 ? "light" : "heavy";
    if (row.score < 10) row.range = row.score < 5 ? "lower" : "upper";
    if (row.score >= 10) row.guidance = "talk";
    return row;
  }

  // Cohorts of two years, not in the order of their windows, with budgets that change on the way.
  void ReleaseMany(int cohorts, release::NoiseSource& noise) {
    const absl::Time begin = TimeOf("2025-01-01T00:00:00Z");
    for (int i = 0; i < cohorts; ++i) {
      LogCohort cohort;
      cohort.clinic = std::vector<std::string>{"east", "north", "south"}[Any(3)];
      cohort.campaign = std::vector<std::string>{"", "autumn", "spring"}[Any(3)];
      cohort.as_other = Any(4) == 0;
      const absl::Time from = begin + absl::Hours(static_cast<std::int64_t>(Any(24 * 700)));
      for (std::size_t rows = 1 + Any(8); rows > 0; --rows) cohort.rows.push_back(AnyAssessment(from));
      release::ReleaseOptions options;
      if (i > cohorts / 2) options.budgets.stage = {1, 2};
      log_.Release(cohort, noise, options);
    }
  }

  Question AnyQuestion() {
    Question question;
    question.clinic = std::vector<std::string>{"-", "-", "north", "south", "west"}[Any(5)];
    if (Any(2) == 0) question.campaign = std::vector<std::string>{"", "autumn", "spring", "-other", "none"}[Any(5)];
    const absl::Time begin = TimeOf("2025-01-01T00:00:00Z");
    if (Any(4) != 0) question.from = begin + kTick * static_cast<std::int64_t>(Any(std::size_t{4} * 24 * 500));
    if (Any(4) != 0) {
      question.before =
          question.from.value_or(begin) + kTick * static_cast<std::int64_t>(1 + Any(std::size_t{4} * 24 * 400));
    }
    return question;
  }

  const v1::StageDistribution& Distribution(const Question& question, const std::vector<std::string>& by = {}) {
    v1::QueryStageDistributionRequest request;
    *request.mutable_selection() = question.ToMessage();
    for (const std::string& dimension : by) request.add_by(dimension);
    const auto answer = analytics_.QueryStageDistribution(request);
    EXPECT_OK(answer);
    return Keep(answer.value_or(v1::StageDistribution()));
  }
  const v1::ChangeDistribution& Change(const Question& question) {
    v1::QueryChangeRequest request;
    *request.mutable_selection() = question.ToMessage();
    const auto answer = analytics_.QueryChange(request);
    EXPECT_OK(answer);
    return Keep(answer.value_or(v1::ChangeDistribution()));
  }
  const v1::StageFlow& Flow(const Question& question) {
    v1::QueryFlowRequest request;
    *request.mutable_selection() = question.ToMessage();
    const auto answer = analytics_.QueryFlow(request);
    EXPECT_OK(answer);
    return Keep(answer.value_or(v1::StageFlow()));
  }
  const v1::StageTrend& Trend(const Question& question, v1::QueryTrendRequest::Bucket bucket,
                              const std::string& zone = "", const std::vector<std::string>& by = {}) {
    v1::QueryTrendRequest request;
    *request.mutable_selection() = question.ToMessage();
    request.set_bucket(bucket);
    request.set_time_zone(zone);
    for (const std::string& dimension : by) request.add_by(dimension);
    const auto answer = analytics_.QueryTrend(request);
    EXPECT_OK(answer);
    return Keep(answer.value_or(v1::StageTrend()));
  }

  // As long as the test, so that a loop may go over its cells.
  template <typename Answer>
  const Answer& Keep(Answer answer) {
    auto kept = std::make_unique<Answer>(std::move(answer));
    const Answer& reference = *kept;
    answers_.push_back(std::move(kept));
    return reference;
  }

  std::vector<std::unique_ptr<google::protobuf::Message>> answers_;
  std::mt19937_64 random_{11};
  release::NoNoise no_noise_;
  ReleasedLog log_;
  Analytics analytics_{log_.store(), log_.series(), {}};
};

TEST_F(AnalyticsTest, EveryDistributionIsARecountOfTheRows) {
  ReleaseMany(80, no_noise_);
  for (int round = 0; round < 60; ++round) {
    const Question question = AnyQuestion();
    for (const std::vector<std::string>& by : AllDimensions()) {
      EXPECT_EQ(StageCounts(Distribution(question, by).cells(), by), CountStages(log_.cohorts(), question, by))
          << question.ToMessage().DebugString() << absl::StrJoin(by, ",");
    }
    EXPECT_EQ(
        CountsOf(Change(question).cells(), [](const v1::ChangeCell& cell) { return v1::Change_Name(cell.change()); }),
        CountMoves(log_.cohorts(), question, /*flow=*/false))
        << question.ToMessage().DebugString();
    EXPECT_EQ(CountsOf(Flow(question).cells(),
                       [](const v1::FlowCell& cell) {
                         return KeyOf({cell.from_stage(), cell.to_stage()});
                       }),
              CountMoves(log_.cohorts(), question, /*flow=*/true))
        << question.ToMessage().DebugString();
  }
}

TEST_F(AnalyticsTest, CoverageIsARecountOfTheCohorts) {
  ReleaseMany(60, no_noise_);
  for (int round = 0; round < 60; ++round) {
    const Question question = AnyQuestion();
    v1::Coverage expected;
    std::map<std::string, int> positions;
    absl::Time covered_until = absl::InfinitePast();
    for (const LogCohort& cohort : log_.cohorts()) {
      if (question.clinic == "-" || question.clinic == cohort.clinic) ++positions[cohort.clinic];
      if (!IsInTime(cohort, question)) continue;
      const auto clients = static_cast<std::int64_t>(LatestOf(cohort).size());
      covered_until = std::max(covered_until, LastTickOf(cohort));
      if (question.campaign.has_value() && cohort.as_other) {
        expected.set_other_clients(expected.other_clients() + clients);
      }
      if (!IsAskedFor(cohort, question)) continue;
      expected.set_clients(expected.clients() + clients);
      expected.set_assessments(expected.assessments() + static_cast<std::int64_t>(cohort.rows.size()));
      expected.set_cohorts(expected.cohorts() + 1);
      if (question.from.has_value() && FirstTickOf(cohort) < *question.from) expected.set_wide(true);
    }
    for (const auto& [clinic, position] : positions) {
      expected.add_positions(absl::StrCat("clinics/", clinic, "/releases/", position));
    }
    v1::Coverage coverage = Distribution(question).coverage();
    EXPECT_THAT(Change(question).coverage(), EqualsProto(coverage));
    EXPECT_THAT(Flow(question).coverage(), EqualsProto(coverage));
    ASSERT_EQ(coverage.has_covered_until(), covered_until != absl::InfinitePast());
    if (coverage.has_covered_until()) {
      // Cohorts close between one and one and a quarter hours after their last assessment.
      const absl::Time told = *FromTimestamp(coverage.covered_until(), "covered_until");
      EXPECT_GT(told, covered_until);
      EXPECT_LE(told, covered_until + absl::Hours(2));
    }
    coverage.clear_covered_until();
    EXPECT_THAT(coverage, EqualsProto(expected)) << question.ToMessage().DebugString();
  }
}

TEST_F(AnalyticsTest, AtMostAHundredPositionsAreTold) {
  for (int i = 0; i < 101; ++i) {
    log_.Release({.clinic = absl::StrCat("c", 1000 + i), .rows = {AnyAssessment(TimeOf("2025-01-01T00:00:00Z"))}},
                 no_noise_);
  }
  const v1::Coverage coverage = Distribution({}).coverage();
  EXPECT_THAT(coverage.positions(), SizeIs(100));
  EXPECT_EQ(coverage.positions(0), "clinics/c1000/releases/1");
  EXPECT_EQ(coverage.cohorts(), 101);
}

// Bucket, zone, first and last bound.
struct Span {
  v1::QueryTrendRequest::Bucket bucket;
  const char* zone;
  const char* from;
  const char* before;
};

TEST_F(AnalyticsTest, EveryBucketOfATrendIsARecountOfItsTime) {
  using Request = v1::QueryTrendRequest;
  ReleaseMany(120, no_noise_);
  const Span spans[] = {
      {Request::BUCKET_MONTH, "", "2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z"},
      {Request::BUCKET_MONTH, "Europe/Berlin", "2025-01-01T00:00:00+01:00", "2027-01-01T00:00:00+01:00"},
      {Request::BUCKET_DAY, "Asia/Kathmandu", "2025-02-01T00:00:00+05:45", "2025-09-01T00:00:00+05:45"},
      {Request::BUCKET_DAY, "America/St_Johns", "2025-10-01T00:00:00-02:30", "2025-12-01T00:00:00-03:30"},
      {Request::BUCKET_WEEK, "Pacific/Apia", "2025-01-06T00:00:00+13:00", "2026-10-26T00:00:00+13:00"},
      {Request::BUCKET_QUARTER, "UTC", "2025-04-01T00:00:00Z", "2026-10-01T00:00:00Z"},
      {Request::BUCKET_YEAR, "Europe/Berlin", "2025-01-01T00:00:00+01:00", "2027-01-01T00:00:00+01:00"},
      {Request::BUCKET_HOUR, "Europe/Berlin", "2025-03-24T00:00:00+01:00", "2025-04-07T00:00:00+02:00"},
      {Request::BUCKET_TICK, "Europe/Berlin", "2025-06-01T00:00:00Z", "2025-06-08T00:00:00Z"},
  };
  for (const Span& span : spans) {
    for (const std::vector<std::string>& by : {std::vector<std::string>{}, {"sex"}}) {
      Question question;
      question.from = TimeOf(span.from);
      question.before = TimeOf(span.before);
      const v1::StageTrend trend = Trend(question, span.bucket, span.zone, by);
      EXPECT_THAT(trend.coverage(), EqualsProto(Distribution(question).coverage()));
      absl::Time end = *question.from;
      std::int64_t clients = 0;
      for (const v1::TrendBucket& bucket : trend.buckets()) {
        Question of_bucket;
        of_bucket.from = *FromTimestamp(bucket.begin(), "begin");
        of_bucket.before = *FromTimestamp(bucket.end(), "end");
        EXPECT_EQ(*of_bucket.from, end) << "a gap";
        end = *of_bucket.before;
        EXPECT_EQ(StageCounts(bucket.cells(), by), CountStages(log_.cohorts(), of_bucket, by)) << span.zone;
        const v1::StageDistribution alone = Distribution(of_bucket, by);
        EXPECT_EQ(bucket.clients(), alone.coverage().clients());
        EXPECT_EQ(bucket.wide(), alone.coverage().wide());
        EXPECT_EQ(bucket.cells_size(), alone.cells_size());
        clients += bucket.clients();
      }
      EXPECT_EQ(end, *question.before);
      EXPECT_EQ(clients, trend.coverage().clients());
      EXPECT_GT(clients, 0) << span.from;
    }
  }
}

TEST_F(AnalyticsTest, ACampaignsTrendIsThatOfItsCohorts) {
  ReleaseMany(60, no_noise_);
  Question question;
  question.campaign = "spring";
  question.from = TimeOf("2025-01-01T00:00:00Z");
  question.before = TimeOf("2027-01-01T00:00:00Z");
  const v1::StageTrend trend = Trend(question, v1::QueryTrendRequest::BUCKET_YEAR);
  ASSERT_THAT(trend.buckets(), SizeIs(2));
  EXPECT_GT(trend.coverage().other_clients(), 0);
  EXPECT_EQ(trend.coverage().clients(), trend.buckets(0).clients() + trend.buckets(1).clients());
  Question of_year = question;
  of_year.before = TimeOf("2026-01-01T00:00:00Z");
  EXPECT_EQ(StageCounts(trend.buckets(0).cells(), {}), CountStages(log_.cohorts(), of_year, {}));
}

TEST_F(AnalyticsTest, UnderNoiseMonthsAddUpToTheYearAndStagesToTheClients) {
  SeededRandom randomness(5);
  release::DiscreteLaplace noise(randomness);
  ReleaseMany(80, noise);
  Question year;
  year.from = TimeOf("2025-01-01T00:00:00Z");
  year.before = TimeOf("2026-01-01T00:00:00Z");
  const v1::StageDistribution whole = Distribution(year);
  std::map<std::string, quiz::Rational> of_year;
  quiz::Rational clients = 0;
  for (const v1::StageCell& cell : whole.cells()) {
    of_year[cell.stage()] = ExactOf(cell.clients());
    clients += ExactOf(cell.clients());
  }
  EXPECT_EQ(clients, quiz::Rational(whole.coverage().clients()));

  std::map<std::string, quiz::Rational> of_months;
  for (const v1::TrendBucket& month : Trend(year, v1::QueryTrendRequest::BUCKET_MONTH).buckets()) {
    for (const v1::StageCell& cell : month.cells()) of_months[cell.stage()] += ExactOf(cell.clients());
  }
  EXPECT_EQ(of_months, of_year);

  std::map<std::string, quiz::Rational> of_details;
  for (const v1::StageCell& cell : Distribution(year, {"range", "guidance"}).cells()) {
    of_details[cell.stage()] += ExactOf(cell.clients());
  }
  EXPECT_EQ(of_details, of_year);

  std::map<std::string, quiz::Rational> of_clinics;
  for (const std::string clinic : {"east", "north", "south"}) {
    Question of_clinic = year;
    of_clinic.clinic = clinic;
    for (const v1::StageCell& cell : Distribution(of_clinic).cells())
      of_clinics[cell.stage()] += ExactOf(cell.clients());
  }
  EXPECT_EQ(of_clinics, of_year);
}

TEST_F(AnalyticsTest, TheDeviationIsThatOfTheNoiseInTheFigureShown) {
  for (int i = 0; i < 9; ++i) {
    log_.Release({.clinic = "north", .rows = {AnyAssessment(TimeOf("2025-01-01T00:00:00Z"))}}, no_noise_);
  }
  // Nine entries; three stages, nine groups of slices. Shifting takes a third of the noise of a stage away.
  const double stage = release::Variance(release::Budgets().stage) * 9 * 9 * (1 - 1.0 / 3);
  for (const v1::StageCell& cell : Distribution({}).cells()) {
    EXPECT_EQ(cell.clients().standard_deviation(), absl::StrFormat("%.4f", std::sqrt(stage)));
  }
  const double of_slice = release::Variance(release::Budgets().stage) * 9 * 3 * (1 - 1.0 / 3);
  for (const v1::StageCell& cell : Distribution({}, {"sex"}).cells()) {
    EXPECT_EQ(cell.clients().standard_deviation(), absl::StrFormat("%.4f", std::sqrt(of_slice)));
  }
  const double change = release::Variance(release::Budgets().change) * 9;
  for (const v1::ChangeCell& cell : Change({}).cells()) {
    EXPECT_EQ(cell.clients().standard_deviation(), absl::StrFormat("%.4f", std::sqrt(change)));
  }
  const double flow = release::Variance(release::Budgets().flow) * 9;
  for (const v1::FlowCell& cell : Flow({}).cells()) {
    EXPECT_EQ(cell.clients().standard_deviation(), absl::StrFormat("%.4f", std::sqrt(flow)));
  }
}

TEST_F(AnalyticsTest, AnswersFollowFromTheLogAlone) {
  SeededRandom randomness(6);
  release::DiscreteLaplace noise(randomness);
  ReleaseMany(20, noise);
  Question question;
  question.from = TimeOf("2025-01-01T00:00:00+01:00");
  question.before = TimeOf("2027-01-01T00:00:00+01:00");
  const auto all_answers = [&] {
    std::string bytes;
    for (const std::vector<std::string>& by : AllDimensions()) bytes += BytesOf(Distribution(question, by));
    return bytes + BytesOf(Change(question)) + BytesOf(Flow(question)) +
           BytesOf(Trend(question, v1::QueryTrendRequest::BUCKET_MONTH, "Europe/Berlin", {"sex"}));
  };
  const std::string before = all_answers();
  EXPECT_EQ(all_answers(), before) << "asked again";
  // Waiting rows, of clients who are in the log and others, change nothing.
  for (int i = 0; i < 20; ++i) {
    log_.Write({.clinic = "north", .campaign = "spring", .rows = {AnyAssessment(TimeOf("2025-03-01T00:00:00Z"))}});
  }
  log_.Write({.clinic = "west", .campaign = "", .rows = {AnyAssessment(TimeOf("2025-03-01T00:00:00Z"))}});
  EXPECT_EQ(all_answers(), before);
}

TEST_F(AnalyticsTest, AnEmptyLogAnswersWithEveryCellAtZero) {
  const v1::StageDistribution distribution = Distribution({});
  EXPECT_THAT(distribution.coverage(), EqualsProto(v1::Coverage()));
  std::vector<std::string> shown;
  for (const v1::StageCell& cell : distribution.cells()) {
    shown.push_back(absl::StrCat(cell.stage(), "|", cell.title(), "|", cell.clients().count().decimal(), "|",
                                 cell.clients().count().exact().numerator(), "|", cell.clients().standard_deviation()));
  }
  EXPECT_THAT(shown, ElementsAre("light|Leicht|0.00|0|0.0000", "heavy|Schwer|0.00|0|0.0000", "||0.00|0|0.0000"));
  EXPECT_THAT(Distribution({}, {"range", "guidance"}).cells(), SizeIs(8));
  EXPECT_THAT(Distribution({}, {"sex", "informant"}).cells(), SizeIs(27));
  EXPECT_THAT(Change({}).cells(), SizeIs(5));
  EXPECT_THAT(Flow({}).cells(), SizeIs(9));
  Question question;
  question.from = TimeOf("2025-01-01T00:00:00Z");
  question.before = TimeOf("2025-01-03T00:00:00Z");
  const v1::StageTrend trend = Trend(question, v1::QueryTrendRequest::BUCKET_DAY);
  ASSERT_THAT(trend.buckets(), SizeIs(2));
  EXPECT_THAT(trend.buckets(0).cells(), SizeIs(3));
}

TEST_F(AnalyticsTest, CellsStandInTheNewestDefinitionsOrderWithItsTitles) {
  log_.Release({.clinic = "north", .rows = {AnyAssessment(TimeOf("2025-05-01T00:00:00Z"))}}, no_noise_);
  quiz::v1::QuizDefinition newer = LogQuiz({"1"});
  auto& bands = *newer.mutable_scales(0)->mutable_band_sets(0)->mutable_bands();
  (*bands[1].mutable_title()->mutable_by_locale())["de"] = "Sehr schwer";
  bands[1].set_from("15");
  quiz::v1::Band* steady = bands.Add();
  steady->set_id("steady");
  steady->set_from("10");
  (*steady->mutable_title()->mutable_by_locale())["de"] = "Stetig";
  bands.SwapElements(1, 2);
  log_.Publish(newer);
  // What was released before the new version comes later in time, and still does not order the cells.
  log_.Release({.clinic = "north", .rows = {AnyAssessment(TimeOf("2025-01-01T00:00:00Z"))}}, no_noise_);
  std::vector<std::string> shown;
  for (const v1::StageCell& cell : Distribution({}).cells()) shown.push_back(cell.stage() + "|" + cell.title());
  EXPECT_THAT(shown, ElementsAre("light|Leicht", "steady|Stetig", "heavy|Sehr schwer", "|"));
  EXPECT_EQ(StageCounts(Distribution({}).cells(), {}), CountStages(log_.cohorts(), {}, {}));
}

TEST_F(AnalyticsTest, SeriesDoNotMix) {
  log_.Publish(LogQuiz());  // Version 2 begins a series of its own.
  log_.Release({.clinic = "north", .rows = {AnyAssessment(TimeOf("2025-05-01T00:00:00Z"))}}, no_noise_);
  log_.Release({.clinic = "north", .series = "mood/2", .rows = {AnyAssessment(TimeOf("2025-05-01T00:00:00Z"))}},
               no_noise_);
  EXPECT_EQ(Distribution({}).coverage().cohorts(), 1);
  v1::QueryStageDistributionRequest request;
  request.mutable_selection()->set_parent("clinics/-");
  request.mutable_selection()->set_series("quizzes/mood/series/2");
  const auto second = analytics_.QueryStageDistribution(request);
  ASSERT_OK(second);
  EXPECT_EQ(second->coverage().cohorts(), 1);
}

TEST_F(AnalyticsTest, DamagedTablesAreAFaultOfOurs) {
  // A cohort whose tables lack the stages' details.
  class Counter final : public ReleaseCounter {
   public:
    absl::StatusOr<Released> Count(const CohortContent& content) override {
      v1::ReleasedTables tables;
      tables.add_stage()->add_counts()->set_stage("light");
      Released released;
      const absl::Time tick = TickOf(content.assessments[0].assess_time);
      released.runs.push_back(
          {tick, tick, tick + kTick, 1, 1, release::ToText(release::Budgets()), tables.SerializeAsString(), "shape"});
      return released;
    }
    absl::StatusOr<std::string> AddTables(absl::string_view /*a*/, absl::string_view b) override {
      return std::string(b);
    }
  };
  log_.Write({.clinic = "north", .rows = {AnyAssessment(TimeOf("2025-05-01T00:00:00Z"))}});
  const auto gathering = log_.store().ListGathering("", "", 1);
  ASSERT_OK(gathering);
  Sealing sealing;
  sealing.members = {{gathering->at(0).partition, gathering->at(0).id, "next"}};
  ASSERT_OK(log_.store().Seal(sealing));
  Counter counter;
  ASSERT_OK(log_.store().Release(log_.store().ListSealed("", "", 1)->at(0), counter));
  v1::QueryStageDistributionRequest request;
  *request.mutable_selection() = Question().ToMessage();
  EXPECT_THAT(analytics_.QueryStageDistribution(request), StatusIs(absl::StatusCode::kInternal));
}

TEST(PolicyTest, TellsTheBudgetsInForceAndWhatTheyPromise) {
  release::ReleaseOptions options;
  v1::ReleasePolicy policy = PolicyOf(options);
  EXPECT_THAT(policy.promise(), ::testing::HasSubstr("at most e^E"));
  EXPECT_THAT(policy.not_promised(), ::testing::HasSubstr("k times over"));
  policy.clear_promise();
  policy.clear_not_promised();
  EXPECT_THAT(policy, EqualsProto(R"pb(
                budgets { stage: "3/5" detail: "3/10" change: "3/10" flow: "1/4" }
                total: "2"
                tick { seconds: 900 }
                target_cohort: 200
                min_cohort: 10
                longest_wait { seconds: 2592000 }
              )pb"));
}

}  // namespace
}  // namespace ladder::records::analytics
