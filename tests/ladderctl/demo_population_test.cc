// The made-up clients, scored by the shipped definitions: they have to be people whom the quizzes take.

#include "tools/ladderctl/demo_population.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <set>

#include "absl/strings/match.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/input.h"
#include "libs/quiz/render.h"
#include "libs/quiz/resource_names.h"
#include "libs/quiz/score.h"
#include "tools/ladderctl/demo.h"
#include "tools/ladderctl/quiz_files.h"

namespace ladder::ctl {
namespace {

using scoring::v1::ScoreRequest;

const absl::Time kUntil = absl::FromCivil(absl::CivilSecond(2026, 10, 1), absl::UTCTimeZone());

PopulationOptions Options(int clients) { return {.clients = clients, .clinics = 2, .until = kUntil}; }

std::string Bytes(const std::vector<ScoreRequest>& requests) {
  std::string bytes;
  for (const ScoreRequest& request : requests) bytes += request.SerializeAsString();
  return bytes;
}

class Scorer {
 public:
  explicit Scorer(const std::string& quiz) {
    quiz::v1::QuizDefinition definition;
    std::vector<std::string> faults;
    EXPECT_TRUE(ReadMessageFile("records-service/quizzes/" + quiz + ".textproto", definition, faults).ok());
    program_ = quiz::CompileDefinition(definition).program;
    EXPECT_NE(program_, nullptr);
  }

  // Fails the test where the quiz would refuse the answers.
  quiz::v1::QuizResult Score(const ScoreRequest& request) const {
    std::vector<quiz::InputViolation> violations;
    const std::optional<quiz::Input> input =
        quiz::CheckInput(*program_, request.answers(), request.context(), violations);
    for (const auto& violation : violations) ADD_FAILURE() << violation.field << ": " << violation.description;
    quiz::v1::QuizResult rendered;
    if (!input.has_value()) return rendered;
    quiz::Result result;
    quiz::Score(*program_, *input, result);
    quiz::RenderResult(*program_, *input, result, "en", rendered);
    return rendered;
  }

 private:
  std::shared_ptr<const quiz::Program> program_;
};

bool IsOfLadder(const ScoreRequest& request) { return request.quiz() == "quizzes/ladder-of-healing"; }

TEST(DemoPopulationTest, GivesTheSameAnswersForTheSameSeedAndOthersForAnother) {
  PopulationOptions options = Options(50);
  const std::string first = Bytes(MakeUpPopulation(options));
  EXPECT_EQ(Bytes(MakeUpPopulation(options)), first);
  options.seed = 2;
  EXPECT_NE(Bytes(MakeUpPopulation(options)), first);
}

TEST(DemoPopulationTest, LeavesAClientAsTheyAreInALargerPopulation) {
  PopulationOptions options = Options(50);
  const std::string before = Bytes(MakeUpClient(options, 7));
  options.clients = 5000;
  EXPECT_EQ(Bytes(MakeUpClient(options, 7)), before);
}

TEST(DemoPopulationTest, MarksEverybodyAsMadeUpInClinicsOfTheirOwn) {
  std::set<std::string> parents;
  std::set<std::string> campaigns;
  for (const ScoreRequest& request : MakeUpPopulation(Options(60))) {
    const auto name = quiz::ParseClientName(request.record().parent());
    ASSERT_TRUE(name.ok()) << name.status();
    EXPECT_TRUE(absl::StartsWith(name->client, "made-up-")) << name->client;
    EXPECT_TRUE(name->clinic == "demo-1" || name->clinic == "demo-2") << name->clinic;
    EXPECT_TRUE(quiz::IsRequestId(request.record().request_id()));
    parents.insert(request.record().parent());
    campaigns.insert(request.record().campaign());
  }
  EXPECT_EQ(parents.size(), 60u);
  EXPECT_TRUE(parents.contains("clinics/demo-1/clients/made-up-000001"));
  EXPECT_TRUE(parents.contains("clinics/demo-2/clients/made-up-000060"));
  EXPECT_THAT(campaigns, ::testing::ElementsAre("", "made-up-outreach"));
}

TEST(DemoPopulationTest, GivesEveryAssessmentItsOwnRequestId) {
  const std::vector<ScoreRequest> requests = MakeUpPopulation(Options(500));
  std::set<std::string> ids;
  for (const ScoreRequest& request : requests) ids.insert(request.record().request_id());
  EXPECT_EQ(ids.size(), requests.size());
}

TEST(DemoPopulationTest, ComesOldestFirstAndWithinItsMonths) {
  for (const int months : {1, 6, 24}) {
    PopulationOptions options = Options(300);
    options.months = months;
    const std::vector<ScoreRequest> requests = MakeUpPopulation(options);
    std::int64_t last = absl::ToUnixSeconds(kUntil - absl::Hours(24 * 30 * months));
    for (const ScoreRequest& request : requests) {
      EXPECT_GE(request.record().assessed_at().seconds(), last);
      last = request.record().assessed_at().seconds();
    }
    EXPECT_LT(last, absl::ToUnixSeconds(kUntil));
    // They spread over nearly all of it.
    EXPECT_GT(last - requests.front().record().assessed_at().seconds(), 24 * 3600 * (30 * months - 10));
  }
}

TEST(DemoPopulationTest, AnswersWhatTheShippedQuizzesAskAndSpreadsOverTheLadder) {
  const Scorer ladder("ladder-of-healing");
  const Scorer phq9("phq-9");
  std::map<std::string, int> stages;
  int of_ladder = 0;
  int of_phq9 = 0;
  for (const ScoreRequest& request : MakeUpPopulation(Options(1000))) {
    if (IsOfLadder(request)) {
      ++stages[ladder.Score(request).stage().stage()];
      ++of_ladder;
    } else {
      EXPECT_TRUE(phq9.Score(request).completeness().complete());
      ++of_phq9;
    }
  }
  // About four each, and for a third of the clients as many of the PHQ-9.
  EXPECT_GT(of_ladder, 3700);
  EXPECT_LT(of_ladder, 4300);
  EXPECT_GT(of_phq9, of_ladder / 4);
  EXPECT_LT(of_phq9, of_ladder / 2);
  ASSERT_EQ(stages.size(), 6u) << "five rungs and not scored";
  for (const auto& [stage, count] : stages) {
    EXPECT_GT(count, stage.empty() ? of_ladder / 400 : of_ladder / 50) << stage;
    EXPECT_LT(count, stage.empty() ? of_ladder / 40 : of_ladder / 2) << stage;
  }
}

TEST(DemoPopulationTest, MoreGetBetterThanWorse) {
  const Scorer ladder("ladder-of-healing");
  const auto position = [&](const ScoreRequest& request) {
    const auto result = ladder.Score(request);
    return result.scales(0).has_value() ? std::stod(result.scales(0).value().decimal()) : -1;
  };
  int better = 0;
  int worse = 0;
  for (int client = 1; client <= 300; ++client) {
    std::vector<ScoreRequest> requests = MakeUpClient(Options(300), client);
    std::erase_if(requests, [](const ScoreRequest& request) { return !IsOfLadder(request); });
    if (requests.size() < 3) continue;
    const double change = position(requests.back()) - position(requests.front());
    if (change > 10) ++better;
    if (change < -10) ++worse;
  }
  EXPECT_GT(better, 2 * worse);
  EXPECT_GT(worse, 5);
}

TEST(OptionsOfTest, EndsBeforeAMonthSoThatEverythingIsHistoryAndASecondRunIsTheSame) {
  const auto until = [](int month, int day) {
    const absl::Time now = absl::FromCivil(absl::CivilSecond(2026, month, day, 9, 30, 0), absl::UTCTimeZone());
    return absl::FormatTime("%Y-%m-%d", OptionsOf({}, now).until, absl::UTCTimeZone());
  };
  EXPECT_EQ(until(11, 26), "2026-10-01");
  EXPECT_EQ(until(11, 1), "2026-10-01");
  EXPECT_EQ(until(10, 31), "2026-09-01");
}

TEST(OptionsOfTest, TakesOneClinicForEachThousandClientsUpToFive) {
  const auto clinics = [](int clients) { return OptionsOf({.clients = clients}, kUntil).clinics; };
  EXPECT_EQ(clinics(60), 1);
  EXPECT_EQ(clinics(2500), 2);
  EXPECT_EQ(clinics(5000), 5);
  EXPECT_EQ(clinics(100'000), 5);
  EXPECT_EQ(OptionsOf({.clients = 60, .clinics = 3}, kUntil).clinics, 3);
}

}  // namespace
}  // namespace ladder::ctl
