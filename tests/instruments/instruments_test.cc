// Every published instrument in definitions/ is data, and gives what its source gives in every case of cases/.

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "libs/quiz/compile.h"
#include "tests/instruments/comparison.h"
#include "tests/instruments/instrument.h"

namespace ladder::quiz {
namespace {

class InstrumentTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    absl::StatusOr<Instrument> instrument = LoadInstrument(GetParam());
    ASSERT_TRUE(instrument.ok()) << instrument.status();
    instrument_ = *std::move(instrument);
  }

  Instrument instrument_;
};

TEST_P(InstrumentTest, IsPublishable) {
  const CompileResult compiled = CompileDefinition(instrument_.definition);
  for (const Fault& fault : compiled.faults) {
    EXPECT_NE(fault.severity, Fault::Severity::kError) << fault.path << ": " << fault.message;
  }
  EXPECT_NE(compiled.program, nullptr);
}

TEST_P(InstrumentTest, GivesWhatItsSourceGivesInEveryCase) {
  const CompileResult compiled = CompileDefinition(instrument_.definition);
  ASSERT_NE(compiled.program, nullptr);
  for (std::size_t i = 0; i < instrument_.cases.size(); ++i) {
    std::set<std::string> wrong_in_source;
    for (const SourceError& error : instrument_.source_errors) {
      if (error.case_index == i) wrong_in_source.insert(error.output);
    }
    for (const Difference& difference : Compare(*compiled.program, instrument_, instrument_.cases[i])) {
      if (wrong_in_source.erase(difference.output) > 0) continue;
      ADD_FAILURE() << "case " << i << ", " << difference.output << ": " << difference.text;
    }
    for (const std::string& output : wrong_in_source) {
      ADD_FAILURE() << "case " << i << ", " << output << ": listed as an error of the source, but the result agrees";
    }
  }
}

TEST_P(InstrumentTest, HasACaseForEveryResultAndAnItemForEveryAnswer) {
  std::set<std::string> met;
  for (const Case& test_case : instrument_.cases) {
    EXPECT_EQ(test_case.answers.size(), instrument_.answers.size());
    for (const auto& [name, expected] : test_case.expect) met.insert(name);
  }
  for (const auto& [name, output] : instrument_.outputs) {
    EXPECT_TRUE(met.contains(name)) << name << " is expected by no case";
  }
  for (const SourceError& error : instrument_.source_errors) {
    EXPECT_LT(error.case_index, instrument_.cases.size());
    EXPECT_NE(error.reason, "");
  }
}

INSTANTIATE_TEST_SUITE_P(All, InstrumentTest, testing::ValuesIn(InstrumentNames()),
                         [](const auto& instrument) { return instrument.param; });

TEST(Instruments, AreAsManyAsWereCollected) {
  std::size_t cases = 0;
  for (const std::string& name : InstrumentNames()) {
    absl::StatusOr<Instrument> instrument = LoadInstrument(name);
    ASSERT_TRUE(instrument.ok()) << instrument.status();
    cases += instrument->cases.size();
  }
  EXPECT_EQ(InstrumentNames().size(), 27);
  EXPECT_EQ(cases, 561);
}

}  // namespace
}  // namespace ladder::quiz
