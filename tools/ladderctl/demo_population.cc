#include "tools/ladderctl/demo_population.h"

#include <algorithm>
#include <array>
#include <random>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace ladder::ctl {
namespace {

using scoring::v1::ScoreRequest;

constexpr char kLadder[] = "ladder-of-healing";
constexpr char kPhq9[] = "phq-9";
constexpr char kCampaign[] = "made-up-outreach";

using Options = std::array<const char*, 5>;
constexpr Options kHowOften = {"never", "rarely", "sometimes", "often", "always"};
constexpr Options kHowLong = {"an_hour", "same_day", "few_days", "a_week", "not_yet"};
constexpr Options kAgreement = {"not_at_all", "hardly", "partly", "largely", "wholly"};
constexpr std::array<const char*, 4> kFrequency = {"not_at_all", "several_days", "more_than_half", "nearly_every_day"};
constexpr std::array<const char*, 4> kDifficulty = {"none", "some", "much", "extreme"};

struct BurdenItem {
  const char* id;
  const Options& options;
};
constexpr std::array<BurdenItem, 5> kBurdenItems = {{{"mood", kHowOften},
                                                     {"triggered", kHowOften},
                                                     {"prickly", kHowOften},
                                                     {"daily_life", kHowOften},
                                                     {"recovery", kHowLong}}};

constexpr int kFull = 100;  // Everything that a person has is from 0 to this.
constexpr int kDaysInMonth = 30;
constexpr int kMostAssessments = 7;

// Whole numbers alone: the standard library's distributions differ between machines.
class Dice {
 public:
  Dice(std::uint64_t seed, int client) {
    constexpr int kHalf = 32;
    std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> kHalf),
                           static_cast<std::uint32_t>(client)};
    engine_.seed(sequence);
  }

  // From `low` to `high`, both included.
  int Between(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool OneIn(int count) { return Between(1, count) == 1; }

 private:
  std::mt19937_64 engine_;
};

int Clamped(int value) { return std::clamp(value, 0, kFull); }

// The option for a value from 0 to kFull, of options with as many steps between them.
template <std::size_t kCount>
const char* OptionFor(const std::array<const char*, kCount>& options, int value) {
  constexpr int kSteps = static_cast<int>(kCount) - 1;
  return options[static_cast<std::size_t>((Clamped(value) * kSteps + kFull / 2) / kFull)];
}

// How a person is at one time.
struct Condition {
  int burden = 0;
  int awareness = 0;
  int readiness = 0;
};

// Where a person starts and how it goes on.
struct Course {
  int burden = 0;
  int step = 0;  // Of the burden, from one assessment to the next.
  int readiness = 0;

  static Course Of(Dice& dice) {
    Course course;
    // The mean of three dice, so that most start near the middle and some far from it.
    for (int i = 0; i < 3; ++i) course.burden += dice.Between(8, 32);
    constexpr int kBetter = 55;
    constexpr int kSteady = 30;
    const int kind = dice.Between(1, kFull);
    if (kind <= kBetter) {
      course.step = -dice.Between(6, 14);
    } else if (kind <= kBetter + kSteady) {
      course.step = dice.Between(-2, 2);
    } else {
      course.step = dice.Between(3, 10);
    }
    course.readiness = dice.Between(10, 80);
    return course;
  }

  Condition At(int assessment, Dice& dice) const {
    return {.burden = Clamped(burden + assessment * step + dice.Between(-6, 6)),
            .awareness = Clamped(40 - step + 6 * assessment + dice.Between(-15, 15)),
            .readiness = Clamped(readiness + 5 * assessment + dice.Between(-10, 10))};
  }
};

void Answer(ScoreRequest& request, const char* item, const char* option) {
  auto* answer = request.add_answers();
  answer->set_item(item);
  answer->set_option(option);
}

void AnswerLadder(const Condition& condition, Dice& dice, ScoreRequest& request) {
  // Now and then somebody leaves too much out to be placed.
  const std::size_t skipped = dice.OneIn(kFull) ? 2 : 0;
  for (std::size_t i = 0; i < kBurdenItems.size(); ++i) {
    const char* option = OptionFor(kBurdenItems[i].options, condition.burden + dice.Between(-18, 18));
    if (i >= skipped) Answer(request, kBurdenItems[i].id, option);
  }
  for (const char* item : {"notices", "understands"}) {
    Answer(request, item, OptionFor(kAgreement, condition.awareness + dice.Between(-12, 12)));
  }
  for (const char* item : {"tired_of_pain", "lets_go"}) {
    Answer(request, item, OptionFor(kAgreement, condition.readiness + dice.Between(-12, 12)));
  }
  constexpr int kHeavy = 75;
  Answer(request, "self_harm", condition.burden >= kHeavy && dice.OneIn(8) ? "rarely" : "never");
}

void AnswerPhq9(const Condition& condition, Dice& dice, ScoreRequest& request) {
  constexpr int kSymptoms = 8;
  for (int i = 1; i <= kSymptoms; ++i) {
    Answer(request, absl::StrCat("q", i).c_str(), OptionFor(kFrequency, condition.burden - 10 + dice.Between(-20, 20)));
  }
  constexpr int kHeavy = 80;
  Answer(request, "q9", condition.burden >= kHeavy && dice.OneIn(6) ? kFrequency[1] : kFrequency[0]);
  Answer(request, "q10", OptionFor(kDifficulty, condition.burden));
}

ScoreRequest RequestOf(const PopulationOptions& options, const char* quiz, int client, int assessment,
                       const std::string& campaign, absl::Time time) {
  ScoreRequest request;
  request.set_quiz(absl::StrCat("quizzes/", quiz));
  auto* record = request.mutable_record();
  record->set_parent(
      absl::StrCat("clinics/", MadeUpClinicId(client, options.clinics), "/clients/", MadeUpClientId(client)));
  // All that the content depends on: the same again is a replay, anything else another assessment.
  record->set_request_id(absl::StrCat("made-up/", options.seed, "/", absl::ToUnixSeconds(options.until), "/",
                                      options.months, "/", client, "/", quiz, "/", assessment));
  record->set_campaign(campaign);
  record->mutable_assessed_at()->set_seconds(absl::ToUnixSeconds(time));
  return request;
}

}  // namespace

std::string MadeUpClientId(int client) { return absl::StrFormat("made-up-%06d", client); }

std::string MadeUpClinicId(int client, int clinics) { return absl::StrCat("demo-", (client - 1) % clinics + 1); }

std::vector<ScoreRequest> MakeUpClient(const PopulationOptions& options, int client) {
  Dice dice(options.seed, client);
  const Course course = Course::Of(dice);
  const int count = dice.Between(1, kMostAssessments);
  const bool takes_phq9 = dice.OneIn(3);
  constexpr int kInCampaign = 40;  // Of a hundred.
  const std::string campaign = dice.Between(1, kFull) <= kInCampaign ? kCampaign : "";
  const int days = options.months * kDaysInMonth;
  const int apart = std::min(dice.Between(24, 36), days / count);
  const int first = dice.Between(0, days - 1 - (count - 1) * apart);

  std::vector<ScoreRequest> requests;
  for (int i = 0; i < count; ++i) {
    const Condition condition = course.At(i, dice);
    const absl::Time time = options.until - absl::Hours(24 * (days - first - i * apart)) +
                            absl::Hours(dice.Between(8, 17)) + absl::Minutes(dice.Between(0, 49));
    requests.push_back(RequestOf(options, kLadder, client, i, campaign, time));
    AnswerLadder(condition, dice, requests.back());
    if (!takes_phq9) continue;
    requests.push_back(RequestOf(options, kPhq9, client, i, campaign, time + absl::Minutes(10)));
    AnswerPhq9(condition, dice, requests.back());
  }
  return requests;
}

std::vector<ScoreRequest> MakeUpPopulation(const PopulationOptions& options) {
  std::vector<ScoreRequest> requests;
  for (int client = 1; client <= options.clients; ++client) {
    std::vector<ScoreRequest> of_client = MakeUpClient(options, client);
    std::move(of_client.begin(), of_client.end(), std::back_inserter(requests));
  }
  std::stable_sort(requests.begin(), requests.end(), [](const ScoreRequest& a, const ScoreRequest& b) {
    return a.record().assessed_at().seconds() < b.record().assessed_at().seconds();
  });
  return requests;
}

}  // namespace ladder::ctl
