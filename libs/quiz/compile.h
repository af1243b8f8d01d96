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

#include <memory>
#include <vector>

#include "ladder/quiz/v1/definition.pb.h"
#include "libs/quiz/fault.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

struct CompileResult {
  std::shared_ptr<const Program> program;  // Null where `faults` holds an error.
  std::vector<Fault> faults;               // All of them, warnings included, in the definition's order.
};

// Validates and compiles. What has a program scores every valid answer set without error, in bounded time and memory.
// Its examples have been run and agree. Pure and thread-safe; takes milliseconds, so do it off the event threads.
CompileResult CompileDefinition(const v1::QuizDefinition& definition);

// Compiles what was published before, without the proofs that publishing made (ranges, texts, examples). For the caches
// of published bytes, whose digest was checked. Null and the faults where the bytes hold no valid definition after all.
CompileResult CompilePublished(const v1::QuizDefinition& definition);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_H_
