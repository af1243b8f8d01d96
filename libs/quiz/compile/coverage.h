// File: coverage.h
//
// What the examples of a definition have shown at least once, and what none has. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_COMPILE_COVERAGE_H_
#define LADDER_LIBS_QUIZ_COMPILE_COVERAGE_H_

#include <vector>

#include "libs/quiz/compile/compilation.h"
#include "libs/quiz/score.h"

namespace ladder::quiz {

class Coverage {
 public:
  // `program` has to outlive this.
  explicit Coverage(const Program& program);

  void Add(const Result& result);
  // Warns of each band, alert and missing policy that no result has shown.
  void Warn(Compilation& compilation) const;

 private:
  struct OfScale {
    std::vector<std::vector<bool>> bands;  // By band set and band.
    bool missing = false;                  // A member was missing.
  };

  void WarnOfScale(Index scale, Compilation& compilation) const;

  const Program& program_;
  std::vector<OfScale> scales_;
  std::vector<bool> alerts_;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_COVERAGE_H_
