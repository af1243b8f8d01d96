// File: fault.h
//
// What is wrong with a definition, as authors read it: a path, what is the matter and how to mend it.

#ifndef LADDER_LIBS_QUIZ_FAULT_H_
#define LADDER_LIBS_QUIZ_FAULT_H_

#include <string>
#include <utility>
#include <vector>

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

  friend bool operator==(const Fault&, const Fault&) = default;
};

// Collects faults in the order in which they are found. Not thread-safe.
class FaultList {
 public:
  void Error(std::string path, std::string message) {
    faults_.push_back({Fault::Severity::kError, std::move(path), std::move(message)});
    has_errors_ = true;
  }
  void Warning(std::string path, std::string message) {
    faults_.push_back({Fault::Severity::kWarning, std::move(path), std::move(message)});
  }

  bool has_errors() const { return has_errors_; }
  const std::vector<Fault>& faults() const { return faults_; }
  std::vector<Fault> Take() && { return std::move(faults_); }

 private:
  std::vector<Fault> faults_;
  bool has_errors_ = false;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_FAULT_H_
