// File: compile.h
//
// From a definition to a program that scores, or to every fault that keeps it from doing so.
//
//   CompileResult compiled = CompileDefinition(definition);
//   if (compiled.program == nullptr) {
//     for (const Fault& fault : compiled.faults) Print(fault);
//   }

#ifndef LADDER_LIBS_QUIZ_COMPILE_H_
#define LADDER_LIBS_QUIZ_COMPILE_H_

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "ladder/quiz/v1/definition.pb.h"
#include "libs/quiz/fault.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

struct CompileResult {
  std::shared_ptr<const Program> program;  // Null where `faults` holds an error.
  std::vector<Fault> faults;               // All of them, warnings included, in the definition's order.
  // A fault is that the definition passes one of limits.h. A version that was published under other limits is refused
  // for this and nothing else; faults with is_limit say which limit it is.
  bool passes_limit = false;
  bool stopped = false;  // It was asked to stop: there is no program, and nothing is known of the definition.
  // What the range analysis took, in steps as kMaxAnalysisSteps counts them. The same on every machine.
  std::int64_t analysis_steps = 0;
};

// Validates and compiles. What has a program scores every valid answer set without error, in bounded time and memory.
// Its examples have been run and agree. Pure and thread-safe. Takes milliseconds and at most about a second, so do it
// off the event threads. Ends within milliseconds once `stop` is requested.
CompileResult CompileDefinition(const v1::QuizDefinition& definition, std::stop_token stop = {});

// Compiles what was published before, without the proofs that publishing made (ranges, texts, examples). For the caches
// of published bytes, whose digest was checked. Null and the faults where the bytes hold no valid definition after all,
// or one that passes a limit.
CompileResult CompilePublished(const v1::QuizDefinition& definition, std::stop_token stop = {});

// The first limit that is passed, for example "tables[3].rows: with these there are more than 50000 rows of all
// tables". REQUIRES: result.passes_limit.
std::string WhyPastLimits(const CompileResult& result);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_H_
