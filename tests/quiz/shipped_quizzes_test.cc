// The quizzes that the records service ships, against the published rules worked out here in plain integers: every
// band edge, every way in which answers can be missing, every place of the ladder.

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/score.h"
#include "tests/quiz/quiz_fixture.h"

namespace ladder::quiz {
namespace {

constexpr const char* kShipped[] = {"gad-7", "ladder-of-healing", "phq-9"};

v1::QuizDefinition LoadShipped(const std::string& name) {
  std::ifstream file(absl::StrCat("records-service/quizzes/", name, ".textproto"));
  std::ostringstream text;
  text << file.rdbuf();
  v1::QuizDefinition definition;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text.str(), &definition)) << name;
  return definition;
}

std::shared_ptr<const Program> CompileShipped(const std::string& name) {
  std::shared_ptr<const Program> program = CompileDefinition(LoadShipped(name)).program;
  EXPECT_NE(program, nullptr) << name;
  return program;
}

const ScaleScore& ScaleOf(const Program& program, const Result& result, const std::string& scale) {
  return result.scales[program.names.at(scale).index];
}

// "severe", "conker/upper", or empty where the scale has no place in its first band set.
std::string PlaceOf(const Program& program, const Result& result, const std::string& scale) {
  const BandSet& set = program.scales[program.names.at(scale).index].band_sets[0];
  const Place& place = ScaleOf(program, result, scale).places[0];
  if (place.state != Place::State::kInBand) return "";
  const Band& band = set.bands[place.band];
  const std::string& id = program.codes[band.id];
  return place.range == kNone ? id : absl::StrCat(id, "/", program.codes[band.ranges[place.range].id]);
}

std::string ValueOf(const Program& program, const Result& result, const std::string& scale) {
  const ScaleScore& score = ScaleOf(program, result, scale);
  return score.scored ? score.value.ToString() : "";
}

// A number of points from 0 on, or nothing where it was not answered.
using Points = std::optional<int>;

// The next of all lists of points from 0 to `highest` and "not answered"; false after the last one.
bool Next(std::vector<Points>& points, int highest) {
  for (Points& point : points) {
    if (!point.has_value()) {
      point = 0;
      return true;
    }
    if (*point < highest) {
      ++*point;
      return true;
    }
    point.reset();
  }
  return false;
}

int Answered(const std::vector<Points>& points) {
  return static_cast<int>(std::count_if(points.begin(), points.end(), [](const Points& p) { return p.has_value(); }));
}

int SumOf(const std::vector<Points>& points) {
  int sum = 0;
  for (const Points& point : points) sum += point.value_or(0);
  return sum;
}

// Points that add up to `sum`, each at most `highest`.
std::vector<Points> PointsFor(int sum, int count, int highest) {
  std::vector<Points> points;
  for (int i = 0; i < count; ++i) {
    points.push_back(std::min(sum, highest));
    sum -= *points.back();
  }
  return points;
}

// The answers q1, q2, ... in the words of PHQ-9 and GAD-7.
Words FrequencyWords(const std::vector<Points>& points) {
  constexpr const char* kOptions[] = {"not_at_all", "several_days", "more_than_half", "nearly_every_day"};
  Words words;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (points[i].has_value()) words[absl::StrCat("q", i + 1)] = kOptions[*points[i]];
  }
  return words;
}

// sum * items / answered, rounded half up to a whole number.
int Prorated(int sum, int items, int answered) { return (2 * sum * items + answered) / (2 * answered); }

std::string PublishedBand(int total, const std::vector<std::string>& bands) {
  return bands[std::min<std::size_t>(total / 5, bands.size() - 1)];
}

// A pattern of answers from 0 to 3 of which those whose bit is set in `missing` are left out.
std::vector<Points> WithMissing(int items, unsigned missing) {
  std::vector<Points> points;
  for (int i = 0; i < items; ++i) {
    points.push_back(((missing >> i) & 1U) != 0 ? Points() : Points((3 * i + 2) % 4));
  }
  return points;
}

TEST(ShippedQuizzes, PublishWithoutEvenAWarning) {
  for (const char* name : kShipped) {
    const v1::QuizDefinition definition = LoadShipped(name);
    EXPECT_EQ(definition.id(), name);
    for (const Fault& fault : CompileDefinition(definition).faults) {
      ADD_FAILURE() << name << ": " << fault.path << ": " << fault.message;
    }
  }
}

// ---- PHQ-9

std::vector<std::string> PhqBands() { return {"minimal", "mild", "moderate", "moderately_severe", "severe"}; }

// The algorithm of Kroenke et al. 2001 over nine answers. Without a core symptom there is no syndrome, whatever else
// is missing; otherwise a missing answer leaves it undecided.
std::string PhqSyndrome(const std::vector<Points>& points) {
  const bool core_known = points[0].has_value() && points[1].has_value();
  const int core = (points[0].value_or(0) >= 2 ? 1 : 0) + (points[1].value_or(0) >= 2 ? 1 : 0);
  if (core_known && core == 0) return "none";
  if (Answered(points) < 9) return "UNDECIDED";
  int symptoms = core + (*points[8] >= 1 ? 1 : 0);
  for (int i = 2; i < 8; ++i) symptoms += *points[i] >= 2 ? 1 : 0;
  if (symptoms >= 5) return "major";
  return symptoms >= 2 ? "other" : "none";
}

std::string OutcomeOf(const Program& program, const Result& result, const std::string& decision) {
  return program.codes[result.outcomes[program.names.at(decision).index]];
}

TEST(Phq9, GivesEveryTotalItsPublishedBandAndSyndrome) {
  const std::shared_ptr<const Program> program = CompileShipped("phq-9");
  ASSERT_NE(program, nullptr);
  for (int total = 0; total <= 27; ++total) {
    const std::vector<Points> points = PointsFor(total, 9, 3);
    const Result result = ScoreOf(*program, FrequencyWords(points));
    EXPECT_EQ(ValueOf(*program, result, "total"), absl::StrCat(total));
    EXPECT_EQ(PlaceOf(*program, result, "total"), PublishedBand(total, PhqBands())) << total;
    EXPECT_EQ(OutcomeOf(*program, result, "syndrome"), PhqSyndrome(points)) << total;
  }
}

TEST(Phq9, ProratesUpToTwoMissingItemsAndScoresNoMore) {
  const std::shared_ptr<const Program> program = CompileShipped("phq-9");
  ASSERT_NE(program, nullptr);
  for (unsigned missing = 0; missing < (1U << 9); ++missing) {
    const std::vector<Points> points = WithMissing(9, missing);
    const Result result = ScoreOf(*program, FrequencyWords(points));
    const int answered = Answered(points);
    if (answered >= 7) {
      const int total = Prorated(SumOf(points), 9, answered);
      EXPECT_EQ(ValueOf(*program, result, "total"), absl::StrCat(total)) << missing;
      EXPECT_EQ(PlaceOf(*program, result, "total"), PublishedBand(total, PhqBands())) << missing;
    } else {
      EXPECT_EQ(ValueOf(*program, result, "total"), "") << missing;
      EXPECT_EQ(PlaceOf(*program, result, "total"), "") << missing;
    }
    EXPECT_EQ(OutcomeOf(*program, result, "syndrome"), PhqSyndrome(points)) << missing;
    EXPECT_FALSE(result.complete) << "the difficulty question is not answered";
  }
}

TEST(Phq9, CountsTheSymptomsOfEveryPatternOfItemsOneTwoAndNine) {
  const std::shared_ptr<const Program> program = CompileShipped("phq-9");
  ASSERT_NE(program, nullptr);
  std::vector<Points> few(3);
  do {
    for (int others : {0, 1, 2, 3, 4}) {
      std::vector<Points> points(9, Points(1));
      points[0] = few[0];
      points[1] = few[1];
      points[8] = few[2];
      for (int i = 0; i < others; ++i) points[2 + i] = 2;
      const Result result = ScoreOf(*program, FrequencyWords(points));
      EXPECT_EQ(OutcomeOf(*program, result, "syndrome"), PhqSyndrome(points));
    }
  } while (Next(few, 3));
}

TEST(Phq9, AlertsOnItemNineWhateverElseIsAnswered) {
  const std::shared_ptr<const Program> program = CompileShipped("phq-9");
  ASSERT_NE(program, nullptr);
  const auto alert = [&program](const Words& words) { return ScoreOf(*program, words).alerts.at(0).state; };
  EXPECT_EQ(alert({}), AlertJudgement::State::kUndecided);
  EXPECT_EQ(alert({{"q9", "not_at_all"}}), AlertJudgement::State::kClear);
  EXPECT_EQ(alert({{"q9", "several_days"}}), AlertJudgement::State::kRaised);
  EXPECT_EQ(alert({{"q9", "more_than_half"}}), AlertJudgement::State::kRaised);
  EXPECT_EQ(alert({{"q9", "nearly_every_day"}}), AlertJudgement::State::kRaised);
}

TEST(Phq9, RequiresTheDifficultyQuestionOnceTheTotalIsOverZero) {
  const std::shared_ptr<const Program> program = CompileShipped("phq-9");
  ASSERT_NE(program, nullptr);
  Words words = FrequencyWords(PointsFor(0, 9, 3));
  EXPECT_TRUE(ScoreOf(*program, words).complete);
  words["q5"] = "several_days";
  EXPECT_FALSE(ScoreOf(*program, words).complete);
  words["q10"] = "none";
  EXPECT_TRUE(ScoreOf(*program, words).complete);
}

// ---- GAD-7

TEST(Gad7, GivesEveryTotalItsPublishedBand) {
  const std::shared_ptr<const Program> program = CompileShipped("gad-7");
  ASSERT_NE(program, nullptr);
  for (int total = 0; total <= 21; ++total) {
    const Result result = ScoreOf(*program, FrequencyWords(PointsFor(total, 7, 3)));
    EXPECT_EQ(ValueOf(*program, result, "total"), absl::StrCat(total));
    EXPECT_EQ(PlaceOf(*program, result, "total"), PublishedBand(total, {"minimal", "mild", "moderate", "severe"}));
    EXPECT_TRUE(result.complete);
  }
}

TEST(Gad7, ProratesOneMissingItemAndScoresNoMore) {
  const std::shared_ptr<const Program> program = CompileShipped("gad-7");
  ASSERT_NE(program, nullptr);
  for (unsigned missing = 0; missing < (1U << 7); ++missing) {
    const std::vector<Points> points = WithMissing(7, missing);
    const Result result = ScoreOf(*program, FrequencyWords(points));
    const int answered = Answered(points);
    const std::string total = answered >= 6 ? absl::StrCat(Prorated(SumOf(points), 7, answered)) : "";
    EXPECT_EQ(ValueOf(*program, result, "total"), total) << missing;
    EXPECT_EQ(result.complete, missing == 0) << missing;
  }
}

// ---- Ladder of Healing. Points are steps of 25: 0 carries least and 4 most, 4 agrees most.

constexpr std::array<const char*, 5> kFrequencies = {"never", "rarely", "sometimes", "often", "always"};
constexpr std::array<const char*, 5> kDelays = {"an_hour", "same_day", "few_days", "a_week", "not_yet"};
constexpr std::array<const char*, 5> kAgreements = {"not_at_all", "hardly", "partly", "largely", "wholly"};
constexpr std::array<const char*, 5> kPositionItems = {"mood", "triggered", "prickly", "daily_life", "recovery"};
constexpr std::array<const char*, 4> kOtherItems = {"notices", "understands", "tired_of_pain", "lets_go"};

Words LadderWords(const std::vector<Points>& burden, const std::vector<Points>& agreement) {
  Words words;
  for (std::size_t i = 0; i < burden.size(); ++i) {
    if (burden[i].has_value()) words[kPositionItems[i]] = (i == 4 ? kDelays : kFrequencies)[*burden[i]];
  }
  for (std::size_t i = 0; i < agreement.size(); ++i) {
    if (agreement[i].has_value()) words[kOtherItems[i]] = kAgreements[*agreement[i]];
  }
  return words;
}

// The place in fifteenths of the ladder, 0 to 14, or nothing where two or more answers are missing. The mean of what
// is answered is (100 * n - 25 * sum) / n of 100.
Points Fifteenth(const std::vector<Points>& burden) {
  const int answered = Answered(burden);
  if (answered < 4) return {};
  return std::min((100 * answered - 25 * SumOf(burden)) * 15 / (100 * answered), 14);
}

std::string PlaceName(Points fifteenth) {
  if (!fifteenth.has_value()) return "";
  constexpr const char* kRungs[] = {"conker", "washing_ball", "bouncy_ball", "snooker_ball", "glitter_ball"};
  constexpr const char* kRanges[] = {"lower", "middle", "upper"};
  return absl::StrCat(kRungs[*fifteenth / 3], "/", kRanges[*fifteenth % 3]);
}

// Therapy up to the middle of the second rung, healing from the fourth on, the change-over between them; whoever is
// ready and aware enough goes to healing from anywhere.
std::string ExpectedModality(int fifteenth, const std::vector<Points>& agreement) {
  const auto mean_at_least = [&agreement](int first, int points) {
    return agreement[first].has_value() && agreement[first + 1].has_value() &&
           *agreement[first] + *agreement[first + 1] >= 2 * points;
  };
  if (mean_at_least(0, 2) && mean_at_least(2, 3)) return "healing";
  if (fifteenth <= 4) return "therapy";
  return fifteenth <= 8 ? "transition" : "healing";
}

TEST(LadderOfHealing, IsOfferedInEnglishAndGerman) {
  const std::shared_ptr<const Program> program = CompileShipped("ladder-of-healing");
  ASSERT_NE(program, nullptr);
  EXPECT_EQ(program->locales, (std::vector<std::string>{"de", "en"}));
  EXPECT_EQ(program->items.size(), 10);
}

TEST(LadderOfHealing, PlacesEveryPatternOfAnsweredAndMissingPositionQuestions) {
  const std::shared_ptr<const Program> program = CompileShipped("ladder-of-healing");
  ASSERT_NE(program, nullptr);
  std::vector<Points> burden(5);
  std::vector<int> seen(15);
  do {
    const Result result = ScoreOf(*program, LadderWords(burden, {}));
    const Points fifteenth = Fifteenth(burden);
    EXPECT_EQ(PlaceOf(*program, result, "position"), PlaceName(fifteenth));
    EXPECT_EQ(result.guidance != kNone, fifteenth.has_value());
    if (fifteenth.has_value()) ++seen[*fifteenth];
  } while (Next(burden, 4));
  EXPECT_EQ(std::count(seen.begin(), seen.end(), 0), 0) << "a range of a rung cannot be reached";
}

TEST(LadderOfHealing, GuidesFromEveryPlaceWithEveryAwarenessAndReadiness) {
  const std::shared_ptr<const Program> program = CompileShipped("ladder-of-healing");
  ASSERT_NE(program, nullptr);
  for (int sum = 0; sum <= 20; ++sum) {
    const std::vector<Points> burden = PointsFor(sum, 5, 4);
    std::vector<Points> agreement(4);
    do {
      const Result result = ScoreOf(*program, LadderWords(burden, agreement));
      ASSERT_NE(result.guidance, kNone) << sum;
      const v1::Guidance& guidance = program->definition.guidance(static_cast<int>(result.guidance));
      ASSERT_EQ(guidance.modality(), ExpectedModality(*Fifteenth(burden), agreement)) << sum;
      ASSERT_EQ(guidance.professional_text().by_locale_size(), 2);
      ASSERT_EQ(guidance.client_text().by_locale_size(), 2);
    } while (Next(agreement, 4));
  }
}

TEST(LadderOfHealing, AwarenessAndReadinessNeedBothOfTheirQuestions) {
  const std::shared_ptr<const Program> program = CompileShipped("ladder-of-healing");
  ASSERT_NE(program, nullptr);
  std::vector<Points> agreement(4);
  do {
    const Result result = ScoreOf(*program, LadderWords({}, agreement));
    for (int first : {0, 2}) {
      const std::string scale = first == 0 ? "awareness" : "readiness";
      const Points a = agreement[first];
      const Points b = agreement[first + 1];
      const int needed = first == 0 ? 4 : 6;
      const char* low = first == 0 ? "growing" : "not_yet";
      const char* high = first == 0 ? "enough" : "ready";
      const bool scored = a.has_value() && b.has_value();
      EXPECT_EQ(ScaleOf(*program, result, scale).scored, scored);
      EXPECT_EQ(PlaceOf(*program, result, scale), !scored ? "" : *a + *b >= needed ? high : low);
    }
  } while (Next(agreement, 4));
}

TEST(LadderOfHealing, AlertsOnTheSafeguardingQuestionAndCountsItNowhere) {
  const std::shared_ptr<const Program> program = CompileShipped("ladder-of-healing");
  ASSERT_NE(program, nullptr);
  Words words = LadderWords(PointsFor(7, 5, 4), std::vector<Points>(4, 2));
  const Result without = ScoreOf(*program, words);
  EXPECT_EQ(without.alerts.at(0).state, AlertJudgement::State::kUndecided);
  EXPECT_FALSE(without.complete);
  for (const char* answer : kFrequencies) {
    words["self_harm"] = answer;
    const Result result = ScoreOf(*program, words);
    EXPECT_EQ(result.alerts.at(0).state,
              std::string(answer) == "never" ? AlertJudgement::State::kClear : AlertJudgement::State::kRaised);
    EXPECT_EQ(ValueOf(*program, result, "position"), ValueOf(*program, without, "position"));
    EXPECT_TRUE(result.complete);
  }
}

}  // namespace
}  // namespace ladder::quiz
