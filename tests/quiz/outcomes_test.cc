#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/quiz/quiz_fixture.h"

namespace ladder::quiz {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Rational Number(absl::string_view text) { return *Rational::Parse(text); }

// Bands from 10 and 20; the second has ranges from 10 and 15.
BandSet Set(bool upper_closed) {
  BandSet set;
  set.upper_closed = upper_closed;
  set.bands.resize(3);
  set.bands[1].from = 10;
  set.bands[1].ranges.resize(2);
  set.bands[1].ranges[1].from = 15;
  set.bands[2].from = 20;
  return set;
}

std::string PlaceText(const BandSet& set, absl::string_view value) {
  const Place place = FindPlace(set, Number(value));
  return absl::StrCat(place.band, place.range == kNone ? "" : absl::StrCat("/", place.range));
}

TEST(FindPlaceTest, ABandBeginsAtItsLowerBound) {
  const BandSet set = Set(/*upper_closed=*/false);
  EXPECT_EQ(PlaceText(set, "-1000"), "0");
  EXPECT_EQ(PlaceText(set, "9.999"), "0");
  EXPECT_EQ(PlaceText(set, "10"), "1/0");
  EXPECT_EQ(PlaceText(set, "14.9"), "1/0");
  EXPECT_EQ(PlaceText(set, "15"), "1/1");
  EXPECT_EQ(PlaceText(set, "59/3"), "1/1");
  EXPECT_EQ(PlaceText(set, "20"), "2");
  EXPECT_EQ(PlaceText(set, "1000"), "2");
}

TEST(FindPlaceTest, AnUpperClosedBandTakesTheBoundThatTheNextBeginsAt) {
  const BandSet set = Set(/*upper_closed=*/true);
  EXPECT_EQ(PlaceText(set, "10"), "0");
  EXPECT_EQ(PlaceText(set, "10.001"), "1/0");
  EXPECT_EQ(PlaceText(set, "15"), "1/0");
  EXPECT_EQ(PlaceText(set, "15.001"), "1/1");
  EXPECT_EQ(PlaceText(set, "20"), "1/1");
  EXPECT_EQ(PlaceText(set, "20.001"), "2");
}

TEST(OutcomesTest, ABandSetWithoutABandSaysWhy) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    context {
      id: "sex"
      codes { code: "female" code: "male" }
    }
    scales {
      id: "total"
      formula: "a"
      band_sets {
        id: "all"
        bands {
          id: "only"
          title { by_locale { key: "en" value: "Only" } }
        }
      }
      band_sets {
        id: "men"
        when: "sex == 'male'"
        bands {
          id: "only"
          title { by_locale { key: "en" value: "Only" } }
        }
      }
    }
  )pb");
  const auto states = [&](const Words& answers, const Words& context) {
    std::vector<Place::State> list;
    const Result result = ScoreOf(*program, answers, context);
    for (const Place& place : result.scales[0].places) list.push_back(place.state);
    return list;
  };
  using State = Place::State;
  EXPECT_THAT(states({{"a", "1"}}, {{"sex", "male"}}), ElementsAre(State::kInBand, State::kInBand));
  EXPECT_THAT(states({{"a", "1"}}, {{"sex", "female"}}), ElementsAre(State::kInBand, State::kNotApplicable));
  EXPECT_THAT(states({{"a", "1"}}, {}), ElementsAre(State::kInBand, State::kContextAbsent));
  EXPECT_THAT(states({}, {{"sex", "male"}}), ElementsAre(State::kNotScored, State::kNotScored));
}

TEST(OutcomesTest, RoundingIsSeenByBandsAndReadersAndLeavesTheRawScoreAlone) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    scales {
      id: "half"
      formula: "a / 2"
      rounding { digits: 0 }
      band_sets {
        id: "s"
        bands {
          id: "low"
          title { by_locale { key: "en" value: "Low" } }
        }
        bands {
          id: "high"
          from: "2"
          title { by_locale { key: "en" value: "High" } }
        }
      }
    }
    scales {
      id: "even"
      formula: "a / 2"
      rounding { digits: 0 mode: MODE_HALF_EVEN }
    }
    scales {
      id: "shown"
      formula: "a / 2"
      shown { digits: 0 }
    }
  )pb");
  const Result result = ScoreOf(*program, {{"a", "3"}});
  EXPECT_EQ(result.scales[0].raw, Number("3/2"));
  EXPECT_EQ(result.scales[0].value, Number("2"));
  EXPECT_EQ(result.scales[0].places[0].band, 1u);
  EXPECT_EQ(result.scales[2].value, Number("3/2")) << "display digits change nothing";
  EXPECT_EQ(ScoreOf(*program, {{"a", "1"}}).scales[1].value, Number("0"));
}

TEST(OutcomesTest, TheFirstRuleThatIsTrueWinsAndOneWithoutAValueLeavesADecisionOpen) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" }
    decisions {
      id: "verdict"
      rules { when: "a == 3" outcome: "first" }
      rules { when: "b == 3" outcome: "second" }
      rules { when: "a == 2" outcome: "third" }
      otherwise: "none"
    }
  )pb");
  const auto outcome = [&](const Words& answers) { return program->codes[ScoreOf(*program, answers).outcomes[0]]; };
  EXPECT_EQ(outcome({{"a", "3"}}), "first");
  EXPECT_EQ(outcome({{"a", "3"}, {"b", "3"}}), "first");
  EXPECT_EQ(outcome({{"a", "2"}, {"b", "3"}}), "second");
  EXPECT_EQ(outcome({{"a", "2"}, {"b", "0"}}), "third");
  EXPECT_EQ(outcome({{"a", "2"}}), "UNDECIDED") << "the second rule has no value";
  EXPECT_EQ(outcome({{"b", "3"}}), "UNDECIDED");
  EXPECT_EQ(outcome({{"a", "0"}, {"b", "0"}}), "none");
}

// Alerts as "id state" or "id/item state".
std::vector<std::string> AlertTexts(const Program& program, const Result& result) {
  std::vector<std::string> texts;
  for (const AlertJudgement& judgement : result.alerts) {
    const char* const states[] = {"clear", "raised", "undecided"};
    texts.push_back(absl::StrCat(program.alerts[judgement.alert].id,
                                 judgement.item == kNone ? "" : "/" + program.items[judgement.item].id, " ",
                                 states[static_cast<int>(judgement.state)]));
  }
  return texts;
}

TEST(OutcomesTest, AnAlertWithoutAValueIsUndecidedAndNeverClear) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    alerts {
      id: "harm"
      when: "a >= 1"
      professional_text { by_locale { key: "en" value: "Ask." } }
    }
  )pb");
  EXPECT_THAT(AlertTexts(*program, ScoreOf(*program, {{"a", "1"}})), ElementsAre("harm raised"));
  EXPECT_THAT(AlertTexts(*program, ScoreOf(*program, {{"a", "0"}})), ElementsAre("harm clear"));
  EXPECT_THAT(AlertTexts(*program, ScoreOf(*program, {})), ElementsAre("harm undecided"));
  EXPECT_THAT(AlertTexts(*program, ScoreOf(*program, {{"a", "refused"}})), ElementsAre("harm undecided"));
  EXPECT_THAT(AlertTexts(*program, ScoreOf(*program, {{"a", "na"}})), ElementsAre("harm undecided"));
}

TEST(OutcomesTest, AnAlertForEachItemJudgesEveryOne) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" }
    items { id: "c" single_choice: "steps" }
    items { id: "d" single_choice: "steps" show_when: "a == 0" }
    alerts {
      id: "high"
      when: "it >= 2"
      for_each: "a"
      for_each: "b"
      for_each: "c"
      for_each: "d"
      professional_text { by_locale { key: "en" value: "Ask." } }
    }
  )pb");
  EXPECT_THAT(AlertTexts(*program, ScoreOf(*program, {{"a", "2"}, {"b", "na"}})),
              ElementsAre("high/a raised", "high/b undecided", "high/c undecided", "high/d undecided"))
      << "what has no value never reads as clear";
  EXPECT_THAT(AlertTexts(*program, ScoreOf(*program, {{"b", "1"}, {"c", "3"}, {"d", "3"}})),
              ElementsAre("high/a undecided", "high/b clear", "high/c raised", "high/d undecided"));
}

TEST(OutcomesTest, AnAlertForEachIsSettledByWhatDoesNotHangOnItsItem) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "c" single_choice: "steps" }
    alerts {
      id: "either"
      when: "it >= 2 || c == 3"
      for_each: "a"
      professional_text { by_locale { key: "en" value: "Ask." } }
    }
    alerts {
      id: "both"
      when: "it >= 2 && c == 3"
      for_each: "a"
      professional_text { by_locale { key: "en" value: "Ask." } }
    }
  )pb");
  EXPECT_THAT(AlertTexts(*program, ScoreOf(*program, {{"c", "3"}})),
              ElementsAre("either/a raised", "both/a undecided"));
  EXPECT_THAT(AlertTexts(*program, ScoreOf(*program, {{"c", "0"}})), ElementsAre("either/a undecided", "both/a clear"));
}

TEST(OutcomesTest, ContextThatIsAbsentNeverMakesAFormIncomplete) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" show_when: "sex == 'female'" }
    items { id: "c" single_choice: "steps" show_when: "b >= 1" }
    items { id: "d" single_choice: "steps" show_when: "a >= 1 && sex == 'female'" }
    context {
      id: "sex"
      codes { code: "female" code: "male" }
    }
    scales { id: "total" formula: "a" }
  )pb");
  EXPECT_TRUE(ScoreOf(*program, {{"a", "1"}}).complete);
  EXPECT_FALSE(ScoreOf(*program, {}).complete) << "an answer is still to come";
  EXPECT_FALSE(ScoreOf(*program, {{"a", "1"}}, {{"sex", "female"}}).complete);
  EXPECT_TRUE(ScoreOf(*program, {{"a", "1"}, {"b", "0"}, {"d", "0"}}, {{"sex", "female"}}).complete);
}

TEST(OutcomesTest, AlertsAreJudgedAlsoWhereTheGateFails) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" }
    gate { need { all {} } }
    scales { id: "total" formula: "a" }
    alerts {
      id: "harm"
      when: "a >= 1"
      professional_text { by_locale { key: "en" value: "Ask." } }
    }
    alerts {
      id: "score"
      when: "total >= 1"
      professional_text { by_locale { key: "en" value: "Ask." } }
    }
  )pb");
  const Result result = ScoreOf(*program, {{"a", "1"}});
  EXPECT_TRUE(result.gate_failed);
  EXPECT_THAT(AlertTexts(*program, result), ElementsAre("harm raised", "score undecided"));
}

TEST(OutcomesTest, TheFirstGuidanceThatHoldsIsGivenUnlessOneBeforeItIsOpen) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" }
    modalities {
      id: "talk"
      title { by_locale { key: "en" value: "Talk" } }
    }
    guidance { id: "g0" when: "a == 3" modality: "talk" }
    guidance { id: "g1" when: "b == 3" modality: "talk" }
    guidance { id: "g2" when: "a >= 1" modality: "talk" }
  )pb");
  const auto guidance = [&](const Words& answers) -> std::string {
    const Result result = ScoreOf(*program, answers);
    if (result.guidance_undecided) return result.guidance == kNone ? "undecided" : "both";
    return result.guidance == kNone ? "none" : program->guidance[result.guidance].id;
  };
  EXPECT_EQ(guidance({{"a", "3"}}), "g0");
  EXPECT_EQ(guidance({{"a", "1"}, {"b", "3"}}), "g1");
  EXPECT_EQ(guidance({{"a", "1"}, {"b", "0"}}), "g2");
  EXPECT_EQ(guidance({{"a", "1"}}), "undecided");
  EXPECT_EQ(guidance({{"a", "0"}, {"b", "0"}}), "none");
}

std::vector<std::string> RequiredAndOpen(const Program& program, const Result& result) {
  std::vector<std::string> ids;
  for (Index i = 0; i < program.items.size(); ++i) {
    const bool open = result.items[i] == ItemState::kMissing || result.items[i] == ItemState::kUndecided;
    if (result.required[i] != 0 && open) ids.push_back(program.items[i].id);
  }
  EXPECT_EQ(result.complete, ids.empty());
  return ids;
}

TEST(OutcomesTest, AFormIsCompleteWhenEveryRequiredItemIsAnswered) {
  const auto program = CompileText(R"pb(
    items { id: "a" single_choice: "steps" }
    items { id: "b" single_choice: "steps" optional: true }
    items { id: "c" single_choice: "steps" show_when: "a > 1" }
    items { id: "d" single_choice: "steps" required_when: "total > 0" }
    scales {
      id: "total"
      aggregate { op: OP_SUM of: "a" }
    }
  )pb");
  const auto open = [&](const Words& answers) { return RequiredAndOpen(*program, ScoreOf(*program, answers)); };
  EXPECT_THAT(open({}), ElementsAre("a", "c")) << "c is undecided, so it may be asked";
  EXPECT_THAT(open({{"a", "0"}}), IsEmpty());
  EXPECT_THAT(open({{"a", "1"}}), ElementsAre("d"));
  EXPECT_THAT(open({{"a", "2"}}), ElementsAre("c", "d"));
  EXPECT_THAT(open({{"a", "2"}, {"c", "na"}, {"d", "refused"}}), ElementsAre("d"))
      << "what does not apply is answered, what means missing is not";
}

}  // namespace
}  // namespace ladder::quiz
