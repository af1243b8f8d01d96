#include "libs/quiz/input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/quiz/quiz_fixture.h"

namespace ladder::quiz {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kQuiz[] = R"pb(
  items { id: "sleep" single_choice: "steps" }
  items {
    id: "aids"
    multiple_choice { option_set: "devices" }
  }
  items {
    id: "hours"
    number { min: "0" max: "24" step: "0.5" }
  }
  items {
    id: "note"
    free_text {}
  }
  context {
    id: "sex"
    codes { code: "female" code: "male" }
    default: "female"
  }
  context {
    id: "age"
    number { min: "18" max: "99" }
  }
  context {
    id: "before"
    earlier { scale: "total" }
  }
  scales {
    id: "total"
    aggregate { op: OP_SUM of: "sleep" }
  }
)pb";

// Every violation as "field: description".
class InputTest : public ::testing::Test {
 protected:
  v1::Answer& Add(const std::string& item) {
    v1::Answer& answer = *answers_.Add();
    answer.set_item(item);
    return answer;
  }

  std::vector<std::string> Check() {
    std::vector<InputViolation> violations;
    input_ = CheckInput(*program_, answers_, context_, violations);
    EXPECT_EQ(input_.has_value(), violations.empty());
    std::vector<std::string> texts;
    for (const InputViolation& violation : violations) {
      texts.push_back(absl::StrCat(violation.field, ": ", violation.description));
    }
    return texts;
  }

  std::shared_ptr<const Program> program_ = CompileText(kQuiz);
  google::protobuf::RepeatedPtrField<v1::Answer> answers_;
  ContextMap context_;
  std::optional<Input> input_;
};

TEST_F(InputTest, NothingAtAllIsValidAndDefaultsAreFilledIn) {
  EXPECT_THAT(Check(), IsEmpty());
  ASSERT_TRUE(input_.has_value());
  EXPECT_THAT(input_->answers, SizeIs(4));
  EXPECT_FALSE(input_->answers[0].given);
  EXPECT_TRUE(input_->context[0].present);
  EXPECT_EQ(program_->codes[input_->context[0].code], "female");
  EXPECT_FALSE(input_->context[1].present);
}

TEST_F(InputTest, EveryKindOfAnswerIsTaken) {
  Add("sleep").set_option("2");
  v1::Selection& selection = *Add("aids").mutable_options();
  selection.add_option("help");
  selection.add_option("aid");
  Add("hours").set_number("7.50");
  Add("note").set_text("Slept badly.");
  context_["sex"] = "male";
  context_["age"] = "34";
  EXPECT_THAT(Check(), IsEmpty());
  ASSERT_TRUE(input_.has_value());
  EXPECT_EQ(program_->items[0].options[input_->answers[0].option].id, "2");
  EXPECT_THAT(input_->answers[1].options, ElementsAre(0, 1)) << "ascending, whatever the order sent";
  EXPECT_EQ(input_->answers[2].number, *Rational::Parse("15/2"));
  EXPECT_TRUE(input_->answers[3].given);
  EXPECT_EQ(program_->codes[input_->context[0].code], "male");
  EXPECT_EQ(input_->context[1].number, Rational(34));
}

TEST_F(InputTest, AnEmptySelectionIsAnAnswerAndAnEmptyTextIsNone) {
  Add("aids").mutable_options();
  Add("note").set_text("");
  EXPECT_THAT(Check(), IsEmpty());
  EXPECT_TRUE(input_->answers[1].given);
  EXPECT_FALSE(input_->answers[3].given);
}

TEST_F(InputTest, AnUnknownItemIsNamedAndTheNearestOneSuggested) {
  Add("slepe").set_option("2");
  Add("zzz").set_option("2");
  EXPECT_THAT(Check(), ElementsAre("answers[0].item: 'slepe' is not an item of this quiz; did you mean 'sleep'?",
                                   "answers[1].item: 'zzz' is not an item of this quiz"));
}

TEST_F(InputTest, AnIdOfSomethingElseIsNoItem) {
  Add("total").set_number("2");
  EXPECT_THAT(Check(), ElementsAre("answers[0].item: 'total' is not an item of this quiz"));
}

TEST_F(InputTest, AnUnknownOptionIsNamedWithThoseThatThereAre) {
  Add("sleep").set_option("maybe");
  EXPECT_THAT(Check(), ElementsAre("answers[0].option: 'maybe' is not an option of item 'sleep'; it has '0', '1', "
                                   "'2', '3', 'refused', 'na'"));
}

TEST_F(InputTest, AnItemTwiceIsRefusedWithThePlaceOfTheFirst) {
  Add("sleep").set_option("1");
  Add("sleep").set_option("1");
  EXPECT_THAT(Check(), ElementsAre("answers[1].item: 'sleep' is answered already, in answers[0]: send each item once"));
}

TEST_F(InputTest, AnAnswerOfAnotherKindIsRefused) {
  Add("sleep").set_number("2");
  Add("aids").set_option("aid");
  Add("hours").set_text("seven");
  Add("note").mutable_options();
  EXPECT_THAT(Check(),
              ElementsAre("answers[0].number: this kind does not fit: item 'sleep' takes one option, in 'option'",
                          "answers[1].option: this kind does not fit: item 'aids' takes a selection of options, in "
                          "'options'",
                          "answers[2].text: this kind does not fit: item 'hours' takes a number, in 'number'",
                          "answers[3].options: this kind does not fit: item 'note' takes words, in 'text'"));
}

TEST_F(InputTest, AnAnswerWithoutAValueIsRefused) {
  Add("sleep");
  EXPECT_THAT(Check(), ElementsAre("answers[0].value: no value is set: item 'sleep' takes one option, in 'option'"));
}

TEST_F(InputTest, ANumberHasToFitItsFormat) {
  const std::string takes = "it takes 0 to 24 in steps of 0.5";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"24.5", "'24.5' is out of range: " + takes},
      {"-1", "'-1' is out of range: " + takes},
      {"7.25", "'7.25' is between the steps: " + takes},
      {"0.1234567890123456789", "'0.1234567890123456789' is between the steps: " + takes},
      {"", "what was sent is not a decimal number of at most 40 digits: " + takes},
      {"seven", "'seven' is not a decimal number of at most 40 digits: " + takes},
      {"1/2", "'1/2' is not a decimal number of at most 40 digits: " + takes},
      {"1e1", "'1e1' is not a decimal number of at most 40 digits: " + takes},
      {" 7", "what was sent is not a decimal number of at most 40 digits: " + takes},
      {std::string(41, '0'), "'" + std::string(41, '0') + "' is not a decimal number of at most 40 digits: " + takes},
  };
  for (const auto& [number, expected] : cases) {
    answers_.Clear();
    Add("hours").set_number(number);
    EXPECT_THAT(Check(), ElementsAre("answers[0].number: for item 'hours' " + expected)) << number;
  }
}

// Steps inside of the judgement need up to 320 bits here.
TEST_F(InputTest, ANumberIsJudgedExactlyHoweverLongItsStepIs) {
  constexpr char kLongStep[] = R"pb(
    items {
      id: "share"
      number { min: "0" max: "1" step: "1/999999999999999999999999999999999999999999999999999999999" }
    }
    items {
      id: "drift"
      number {
        min: "-100000000000000000000000000000000000000000000000000000000000"
        max: "1000000000000000000009999990000000000000000000"
        step: "1.00000000000000000001"
      }
    }
    scales {
      id: "total"
      aggregate { op: OP_SUM of: "share" }
    }
  )pb";
  program_ = CompileText(kLongStep);
  const auto check = [this](const std::string& item, const std::string& number) {
    answers_.Clear();
    Add(item).set_number(number);
    return Check();
  };
  EXPECT_THAT(check("share", "0.123456789012345678901234567890123456789"),
              ElementsAre(AllOf(HasSubstr("answers[0].number: for item 'share'"), HasSubstr("is between the steps"))));
  EXPECT_THAT(check("share", "1"), IsEmpty());
  EXPECT_THAT(check("share", "2"), ElementsAre(HasSubstr("out of range")));
  EXPECT_THAT(check("drift", "3000000000000000000.13"), IsEmpty()) << "although it lies 263 bits from min";
  EXPECT_THAT(check("drift", "3000000000000000000.14"), ElementsAre(HasSubstr("is between the steps")));
}

TEST_F(InputTest, ASelectionHasToFitItsItem) {
  v1::Selection& selection = *Add("aids").mutable_options();
  for (const char* option : {"aid", "crutch", "aid", "refused"}) selection.add_option(option);
  EXPECT_THAT(Check(),
              ElementsAre("answers[0].options.option[1]: 'crutch' is not an option of item 'aids'; it has 'aid', "
                          "'help', 'none', 'refused'",
                          "answers[0].options.option[2]: 'aid' is chosen twice",
                          "answers[0].options: 'refused' of item 'aids' says that there is no answer, so nothing else "
                          "may be chosen with it"));
}

TEST_F(InputTest, ContextHasToBeKnownAndToFit) {
  context_["sex"] = "other";
  context_["age"] = "17";
  context_["height"] = "180";
  EXPECT_THAT(Check(), ElementsAre("context[\"age\"]: '17' is out of range: it takes 18 to 99 in steps of 1",
                                   "context[\"height\"]: 'height' is not a context value of this quiz; it takes "
                                   "'sex', 'age', 'before'",
                                   "context[\"sex\"]: 'other' is not one of its codes: 'female', 'male'"));
}

TEST_F(InputTest, AnEarlierScoreMayBeARatioWithinTheScalesReach) {
  // As compiling fills it in from what the scale can reach.
  auto program = std::make_shared<Program>(*program_);
  program->context[2].number = {.min = 0, .max = 3, .step = 0};
  program_ = program;
  context_["before"] = "5/2";
  EXPECT_THAT(Check(), IsEmpty());
  ASSERT_TRUE(input_.has_value());
  EXPECT_EQ(input_->context[2].number, *Rational::Parse("2.5"));
  context_["before"] = "5/0";
  EXPECT_THAT(Check(), ElementsAre(HasSubstr("not a decimal number or a ratio of at most 40 digits")));
  context_["before"] = "7/2";
  EXPECT_THAT(Check(), ElementsAre("context[\"before\"]: '7/2' is out of range: it takes 0 to 3"));
}

TEST_F(InputTest, EverythingWrongIsListedAtOnce) {
  Add("nap").set_option("1");
  Add("sleep").set_option("5");
  Add("hours").set_number("25");
  context_["sex"] = "x";
  EXPECT_THAT(Check(), ElementsAre(HasSubstr("answers[0].item"), HasSubstr("answers[1].option"),
                                   HasSubstr("answers[2].number"), HasSubstr("context[\"sex\"]")));
}

TEST_F(InputTest, WhatDoesNotLookLikeACodeIsNeverRepeated) {
  const std::string words = "I told nobody about it";
  Add(words).set_option("1");
  Add("sleep").set_option(words);
  Add("hours").set_number(words);
  Add("aids").mutable_options()->add_option(std::string("\0\xff", 2));
  context_["sex"] = words;
  context_[words] = "1";
  context_[std::string(61, 'a')] = "1";
  EXPECT_THAT(Check(), AllOf(SizeIs(7), Not(::testing::Contains(HasSubstr("nobody"))),
                             Not(::testing::Contains(HasSubstr("aaa"))), Not(::testing::Contains(HasSubstr("\xff")))));
}

TEST_F(InputTest, ThousandsOfFaultsAreCountedAndAHundredListed) {
  for (int i = 0; i < 10'000; ++i) Add("sleeq").set_option("1");
  const std::vector<std::string> violations = Check();
  ASSERT_THAT(violations, SizeIs(101));
  EXPECT_EQ(violations.back(), ": and 9900 more");
}

TEST_F(InputTest, AFreeTextOfAlmostAMegabyteIsFine) {
  Add("note").set_text(std::string(900'000, 'x'));
  EXPECT_THAT(Check(), IsEmpty());
}

}  // namespace
}  // namespace ladder::quiz
