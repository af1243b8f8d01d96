// File: budget.h
//
// How much work one range analysis may do. Work is counted in steps, so the same definition takes the same steps on
// every machine; one step is about what adding two small numbers takes, some 20 ns. Once the steps are used up the
// analysis goes on with intervals, which cost next to nothing and are wider, never wrong.
//
//   AnalysisBudget budget(kMaxAnalysisSteps, stop);
//   const AnalysisBudget::Place place(budget, expression.path);
//   budget.Spend(kStepsOfASet);
//   if (budget.exhausted()) return Hull();
//
// Not thread-safe: one budget belongs to one analysis.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_BUDGET_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_BUDGET_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <utility>

namespace ladder::quiz {

class AnalysisBudget {
 public:
  // A budget that is asked to stop is exhausted from then on.
  explicit AnalysisBudget(std::int64_t steps, std::stop_token stop = {})
      : steps_(steps), left_(steps), stop_(std::move(stop)), poll_at_(NextPoll(steps)) {}
  AnalysisBudget(const AnalysisBudget&) = delete;
  AnalysisBudget& operator=(const AnalysisBudget&) = delete;

  // Counts work that is done in any case. It may pass the end of the budget by what one operation takes.
  void Spend(std::size_t steps) {
    left_ -= static_cast<std::int64_t>(steps);
    if (left_ <= poll_at_) Poll();
  }
  // For work that can be done without: true, and it is counted, if that much is left. Else nothing is counted, and the
  // analysis counts as cut short here.
  bool Afford(std::size_t steps) {
    if (static_cast<std::int64_t>(steps) > left_) {
      NoteShort();
      return false;
    }
    Spend(steps);
    return true;
  }

  bool exhausted() const { return left_ <= 0; }
  // Some range is wider than the same analysis without a budget would have it.
  bool cut_short() const { return cut_short_; }
  // Where that happened first, for example "scales[2].formula". Empty if it never did.
  const std::string& cut_short_at() const { return cut_short_at_; }

  std::int64_t steps() const { return steps_; }
  std::int64_t used() const { return steps_ - left_ - taken_back_; }

  // What is looked at while this object lives, for cut_short_at. `path` outlives it.
  class Place {
   public:
    Place(AnalysisBudget& budget, const std::string& path)
        : budget_(budget), before_(std::exchange(budget.path_, &path)) {}
    ~Place() { budget_.path_ = before_; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    AnalysisBudget& budget_;
    const std::string* const before_;
  };

 private:
  // To ask a stop token costs more than a step does.
  static constexpr std::int64_t kStepsBetweenPolls = 4096;

  static std::int64_t NextPoll(std::int64_t left) { return std::max<std::int64_t>(left - kStepsBetweenPolls, 0); }

  void Poll() {
    if (left_ > 0 && stop_.stop_requested()) taken_back_ = std::exchange(left_, 0);
    poll_at_ = NextPoll(left_);
    if (exhausted()) NoteShort();
  }

  void NoteShort() {
    if (cut_short_) return;
    cut_short_ = true;
    if (path_ != nullptr) cut_short_at_ = *path_;
  }

  const std::int64_t steps_;
  std::int64_t left_;
  std::int64_t taken_back_ = 0;  // What was left when it was asked to stop.
  const std::stop_token stop_;
  std::int64_t poll_at_;
  const std::string* path_ = nullptr;
  bool cut_short_ = false;
  std::string cut_short_at_;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_BUDGET_H_
