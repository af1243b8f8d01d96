// File: fault.h
//
// What is wrong with a definition, as authors read it: a path, what is the matter and how to mend it.

#ifndef LADDER_LIBS_QUIZ_FAULT_H_
#define LADDER_LIBS_QUIZ_FAULT_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "libs/quiz/limits.h"

namespace ladder::quiz {

// One fault of a definition.
struct Fault {
  enum class Severity {
    kWarning,  // May be so: worth a look.
    kError,    // Is so: refuses publishing.
  };
  Severity severity = Severity::kError;
  std::string path;     // For example "scales[2].formula:14", with the column inside an expression, counted from 1.
  std::string message;  // What is wrong and how to mend it.
  // An error because the definition passes one of limits.h. A version that was published under other limits can have
  // such errors and no others.
  bool is_limit = false;

  friend bool operator==(const Fault&, const Fault&) = default;
};

// Collects faults in the order in which they are found: the first kMaxFaults errors and as many warnings. Further ones
// are counted, and what is longer than kMaxFaultBytes is cut off. Not thread-safe.
class FaultList {
 public:
  void Error(std::string path, std::string message) {
    Add({Fault::Severity::kError, std::move(path), std::move(message)}, errors_);
  }
  void Warning(std::string path, std::string message) {
    Add({Fault::Severity::kWarning, std::move(path), std::move(message)}, warnings_);
  }
  // The error that the definition passes a limit.
  void Limit(std::string path, std::string message) {
    Add({Fault::Severity::kError, std::move(path), std::move(message), /*is_limit=*/true}, errors_);
    passes_limit_ = true;
  }

  bool has_errors() const { return errors_ > 0; }
  bool passes_limit() const { return passes_limit_; }
  // How many were found, also of those that are not listed.
  std::size_t errors() const { return errors_; }
  std::size_t warnings() const { return warnings_; }
  // No further error is listed, so whoever would have to work for its message can spare that.
  bool is_full() const { return errors_ >= kMaxFaults; }
  const std::vector<Fault>& faults() const { return faults_; }
  std::vector<Fault> Take() && { return std::move(faults_); }

 private:
  void Add(Fault fault, std::size_t& count) {
    if (count++ >= kMaxFaults) return;
    CutOff(fault.path);
    CutOff(fault.message);
    faults_.push_back(std::move(fault));
  }

  // Never within a character of UTF-8.
  static void CutOff(std::string& text) {
    if (text.size() <= kMaxFaultBytes) return;
    std::size_t end = kMaxFaultBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    text += "...";
    text.shrink_to_fit();
  }

  std::vector<Fault> faults_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  bool passes_limit_ = false;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_FAULT_H_
