// File: release_fixture.h
//
// Small shapes, rows and noise for the tests of the release.

#ifndef LADDER_TESTS_RECORDS_SERVICE_RELEASE_RELEASE_FIXTURE_H_
#define LADDER_TESTS_RECORDS_SERVICE_RELEASE_RELEASE_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "ladder/quiz/v1/definition.pb.h"
#include "libs/chassis/random.h"
#include "libs/quiz/program.h"
#include "records-service/release/count.h"
#include "records-service/release/table_shape.h"

namespace ladder::records::release {

// Figures without noise.
class NoNoise final : public NoiseSource {
 public:
  std::int64_t Draw(const Budget& /*budget*/) override { return 0; }
};

// SeededRandom without its lock, for tests that draw millions.
class FastRandom final : public RandomSource {
 public:
  explicit FastRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t Next() override { return engine_(); }
  // Any of 0 .. bound - 1; which are likelier by a trifle does not matter to a history made up.
  std::size_t Any(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }

 private:
  std::mt19937_64 engine_;
};

inline constexpr absl::Duration kTick = absl::Minutes(15);

// Minutes after a time that begins a day.
absl::Time At(std::int64_t minute);

// Stages low (no ranges), high (lower, upper) and not scored; guidance talk or none; slices sex and informant.
TableShape SmallShape();

// As FactsOf makes it, with norms under which a difference of more than 2.5 points is reliable and higher is better.
Outcome OutcomeAt(const std::string& stage, const std::string& range, const std::string& guidance, int score);
// Of no score.
Outcome NotScored();

Row RowAt(const std::string& client, std::int64_t minute, const std::string& id, const Outcome& outcome);

// Asserts that the definition compiles.
std::shared_ptr<const quiz::Program> Compiled(const quiz::v1::QuizDefinition& definition);

// Every count of a table, in order.
std::vector<std::int64_t> StageCounts(const v1::ReleasedTables& tables);
std::vector<std::int64_t> DetailCounts(const v1::ReleasedTables& tables);
std::vector<std::int64_t> ChangeCounts(const v1::ReleasedTables& tables);
std::vector<std::int64_t> FlowCounts(const v1::ReleasedTables& tables);

}  // namespace ladder::records::release

#endif  // LADDER_TESTS_RECORDS_SERVICE_RELEASE_RELEASE_FIXTURE_H_
