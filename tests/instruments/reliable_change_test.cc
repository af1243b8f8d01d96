// Reliable and clinically significant change against reliable_change.json: the worked examples of Jacobson and Truax
// (1991) and of CORE-10, and the thirty couples of their table 2 as two published R packages compute them.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "libs/quiz/change.h"

namespace ladder::quiz {
namespace {

using nlohmann::json;
using Significance = ClinicalSignificance::Verdict;

json ReadCases() {
  std::ifstream file("tests/instruments/reliable_change.json");
  return json::parse(file);
}

// A number of the file, written as a JSON number or as text.
Rational Number(const json& value) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  const absl::StatusOr<Rational> number = Rational::Parse(text);
  EXPECT_TRUE(number.ok()) << number.status();
  return number.value_or(Rational(0));
}

// Four digits, rounded half up, as indices and errors are shown.
std::string FourDigits(const json& value) { return FormatDecimal(Number(value), 4); }

void ExpectNear(const Rational& actual, const json& expected, const char* tolerance) {
  const Rational margin = *Rational::Parse(tolerance);
  EXPECT_GE(actual, Number(expected) - margin) << actual.ToString();
  EXPECT_LE(actual, Number(expected) + margin) << actual.ToString();
}

v1::Scale::Direction DirectionOf(const json& cases) {
  return cases.at("higher_is_better").get<bool>() ? v1::Scale::DIRECTION_HIGHER_IS_BETTER
                                                  : v1::Scale::DIRECTION_LOWER_IS_BETTER;
}

TEST(ReliableChangeCases, TheWorkedExamplesComeOut) {
  const json examples = ReadCases().at("worked_examples");
  ASSERT_EQ(examples.size(), 2u);
  for (const json& example : examples) {
    SCOPED_TRACE(example.at("id").get<std::string>());
    const json& expected = example.at("expect");
    const Rational earlier = Number(example.at("pre"));
    const Rational later = Number(example.at("post"));
    const Rational sd = Number(example.at("sd"));
    const Rational reliability = Number(example.at("reliability"));
    const v1::Scale::Direction direction = DirectionOf(example);
    const ReliableChange change = ChangeBetween(earlier, later, sd, reliability, direction).value();
    EXPECT_EQ(change.reliable_change_index, expected.at("rci"));
    EXPECT_EQ(change.standard_error_of_difference, expected.at("s_diff"));
    EXPECT_EQ(change.verdict, ReliableChange::Verdict::kReliablyBetter);
    if (expected.contains("se_measurement")) {
      EXPECT_EQ(StandardErrorOfMeasurement(sd, reliability), expected.at("se_measurement"));
    }

    Norms norms;
    norms.clinical_mean = Number(example.at("m_clinical"));
    norms.clinical_sd = Number(example.at("sd_clinical"));
    norms.functional_mean = Number(example.at("m_functional"));
    norms.functional_sd = Number(example.at("sd_functional"));
    const std::optional<CutOff> cut_off = CutOffOf(norms);
    ASSERT_TRUE(cut_off.has_value());
    EXPECT_EQ(cut_off->criterion, CutOff::Criterion::kC);
    ExpectNear(cut_off->value, expected.at("cutoff_c"), "0.0005");
    const ClinicalSignificance significance = SignificanceOf(earlier, later, change.verdict, cut_off, direction);
    EXPECT_EQ(significance.earlier_is_functional, false);
    EXPECT_EQ(significance.later_is_functional, expected.value("passes_c", true));
  }
}

class CouplesTest : public ::testing::Test {
 protected:
  CouplesTest() : couples_(ReadCases().at("das_1991")), direction_(DirectionOf(couples_)) {}

  const json& Parameter(const std::string& name) const { return couples_.at("parameters").at(name); }
  // The norms that the R package used: its clinical population is the sample before therapy.
  Norms NormsOfRun() const {
    Norms norms;
    norms.sd = Number(Parameter("sd_pre"));
    norms.reliability = Number(Parameter("reliability"));
    norms.clinical_mean = Number(Parameter("m_pre"));
    norms.clinical_sd = norms.sd;
    norms.functional_mean = Number(Parameter("m_functional"));
    norms.functional_sd = Number(Parameter("sd_functional"));
    return norms;
  }
  ReliableChange ChangeOf(const json& couple) const {
    const Norms norms = NormsOfRun();
    return ChangeBetween(Number(couple.at("pre")), Number(couple.at("post")), *norms.sd, *norms.reliability, direction_)
        .value();
  }

  const json couples_;
  const v1::Scale::Direction direction_;
};

TEST_F(CouplesTest, EveryIndexAndItsClassAgree) {
  const std::map<std::string, ReliableChange::Verdict> classes = {
      {"no reliable change", ReliableChange::Verdict::kNoReliableChange},
      {"reliably improved", ReliableChange::Verdict::kReliablyBetter},
      {"reliably deteriorated", ReliableChange::Verdict::kReliablyWorse}};
  std::map<std::string, int> counted;
  for (const json& couple : couples_.at("cases")) {
    SCOPED_TRACE(couple.at("id").dump());
    const ReliableChange change = ChangeOf(couple);
    EXPECT_EQ(change.difference, Number(couple.at("change")));
    EXPECT_EQ(change.reliable_change_index, FourDigits(couple.at("expect").at("rci_jt")));
    EXPECT_EQ(change.standard_error_of_difference, FourDigits(Parameter("s_diff")));
    const std::string name = couple.at("expect").at("class_rci");
    EXPECT_EQ(change.verdict, classes.at(name));
    ++counted[name];
  }
  EXPECT_EQ(json(counted), couples_.at("class_counts").at("class_rci"));
}

TEST_F(CouplesTest, CriterionCAgreesAndSoDoesWhatItMeansForWhoeverBeganOnTheClinicalSide) {
  const std::optional<CutOff> cut_off = CutOffOf(NormsOfRun());
  ASSERT_TRUE(cut_off.has_value());
  ExpectNear(cut_off->value, Parameter("cutoff_C"), "0.000001");

  // "Non reliably recovered" passed the cut-off without a reliable change, which is none.
  const std::map<std::string, Significance> classes = {{"recovered", Significance::kRecovered},
                                                       {"improved", Significance::kImproved},
                                                       {"unchanged", Significance::kUnchanged},
                                                       {"non reliably recovered", Significance::kUnchanged},
                                                       {"deteriorated", Significance::kDeteriorated}};
  int functional_before = 0;
  for (const json& couple : couples_.at("cases")) {
    SCOPED_TRACE(couple.at("id").dump());
    const ClinicalSignificance significance = SignificanceOf(Number(couple.at("pre")), Number(couple.at("post")),
                                                             ChangeOf(couple).verdict, cut_off, direction_);
    Significance expected = classes.at(couple.at("expect").at("class_jt_C"));
    ASSERT_TRUE(significance.earlier_is_functional.has_value());
    if (*significance.earlier_is_functional) {
      // The package counts these as recovered, with a warning; they had nothing to recover from.
      ++functional_before;
      if (expected == Significance::kRecovered) expected = Significance::kImproved;
    }
    EXPECT_EQ(significance.verdict, expected);
  }
  EXPECT_EQ(functional_before, 4);
}

}  // namespace
}  // namespace ladder::quiz
