// File: proof_faults.h
//
// Faults that a range analysis meets on its way. The same place may be looked at more than once (for each member, under
// each assumption); an author is told once. What could not be proved after the analysis was cut short says so: it may
// hold all the same.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_PROOF_FAULTS_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_PROOF_FAULTS_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/fault.h"
#include "libs/quiz/possible/budget.h"

namespace ladder::quiz {

class ProofFaults {
 public:
  // Both outlive this.
  ProofFaults(FaultList& faults, const AnalysisBudget& budget) : faults_(faults), budget_(budget) {}

  void Error(const std::string& path, const std::string& message) {
    if (!told_.insert(path).second) return;
    if (!budget_.cut_short()) return faults_.Error(path, message);
    faults_.Error(path, absl::StrCat(message, " (the ", budget_.steps(), " steps of the analysis did not suffice from ",
                                     budget_.cut_short_at(), " on: if it holds, simplify that)"));
  }

  bool all_hold() const { return told_.empty(); }

 private:
  FaultList& faults_;
  const AnalysisBudget& budget_;
  absl::flat_hash_set<std::string> told_;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_PROOF_FAULTS_H_
