// File: proof_faults.h
//
// Faults that a range analysis meets on its way. The same place may be looked at more than once (for each member, under
// each assumption); an author is told once.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_PROOF_FAULTS_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_PROOF_FAULTS_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "libs/quiz/fault.h"

namespace ladder::quiz {

class ProofFaults {
 public:
  // `faults` outlives this.
  explicit ProofFaults(FaultList& faults) : faults_(faults) {}

  void Error(const std::string& path, const std::string& message) {
    if (told_.insert(path).second) faults_.Error(path, message);
  }

  bool all_hold() const { return told_.empty(); }

 private:
  FaultList& faults_;
  absl::flat_hash_set<std::string> told_;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_PROOF_FAULTS_H_
