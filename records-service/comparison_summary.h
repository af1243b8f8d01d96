// File: comparison_summary.h
//
// What would change if another version had scored assessments, added up one by one. Pure.
//
//   ComparisonSummary summary(program);
//   summary.Add(name, stored_result, new_result);
//   summary.Fill(response);

#ifndef LADDER_RECORDS_SERVICE_COMPARISON_SUMMARY_H_
#define LADDER_RECORDS_SERVICE_COMPARISON_SUMMARY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "ladder/quiz/v1/result.pb.h"
#include "ladder/records/v1/quiz_service.pb.h"
#include "libs/quiz/input.h"
#include "libs/quiz/number.h"
#include "libs/quiz/program.h"

namespace ladder::records {

// Not thread-safe.
class ComparisonSummary {
 public:
  // `after` is the program that scores again; it has to outlive the summary.
  explicit ComparisonSummary(const quiz::Program& after) : after_(after) {}

  void Add(const std::string& name, const quiz::v1::QuizResult& before, const quiz::v1::QuizResult& after);
  // An assessment that `after` does not take; `why` is its first violation.
  void AddRefusal(const std::string& name, const quiz::InputViolation& why);

  // One that cannot be read.
  void AddUnusable() { ++unusable_; }

  // How many were added, refused and unusable ones included.
  std::int64_t assessments() const { return compared_ + refused_ + unusable_; }

  // Fills everything but what was asked and where to go on.
  void Fill(v1::VersionComparison& out) const;

 private:
  // The rung and its id before, then after: in the order of the ladder.
  using Move = std::tuple<std::uint32_t, std::string, std::uint32_t, std::string>;
  struct ScaleTally {
    std::int64_t compared = 0;
    std::int64_t differing = 0;
    std::int64_t newly_scored = 0;
    std::int64_t no_longer_scored = 0;
    std::int64_t not_assessable = 0;
    std::optional<quiz::Rational> rise;
    std::optional<quiz::Rational> fall;

    void AddDifference(const quiz::Rational& difference);
  };

  void AddStages(const std::string& name, const quiz::v1::Stage& before, const quiz::v1::Stage& after);
  void AddScales(const quiz::v1::QuizResult& before, const quiz::v1::QuizResult& after);
  void AddAlerts(const quiz::v1::QuizResult& before, const quiz::v1::QuizResult& after);
  void FillScale(const std::string& id, const quiz::Scale* scale, v1::VersionComparison& out) const;

  const quiz::Program& after_;
  std::int64_t compared_ = 0;
  std::int64_t refused_ = 0;
  std::int64_t unusable_ = 0;
  std::vector<v1::Refusal> refusals_;
  std::int64_t stage_changes_ = 0;
  std::int64_t range_changes_ = 0;
  std::map<Move, std::int64_t> moves_;
  std::int64_t guidance_changes_ = 0;
  std::map<std::string, ScaleTally> scales_;
  std::map<std::string, v1::AlertDifference> alerts_;
  std::vector<std::string> examples_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_COMPARISON_SUMMARY_H_
