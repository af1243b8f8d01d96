// File: steps.h
//
// The steps of a compilation, in the order in which CompileDefinition takes them. Each reads the definition, adds its
// part to the program and every fault it finds, and goes on: a faulty entry still has its place in the program's lists,
// so what refers to it is not called unknown. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_COMPILE_STEPS_H_
#define LADDER_LIBS_QUIZ_COMPILE_STEPS_H_

#include "libs/quiz/compile/compilation.h"
#include "libs/quiz/possible.h"

namespace ladder::quiz {

// sizes.cc: how large the definition is, list by list and in all. False, and nothing else may be looked at, if it
// passes a limit.
bool CheckSizes(Compilation& compilation);
// head.cc: the quiz's own id, its provenance and comparable versions, which nothing else hangs on.
void CheckHead(Compilation& compilation);
// enums.cc: enumerators that this version of the contract does not have.
void CheckEnums(Compilation& compilation);
// names.cc: the shared name space.
void CollectNames(Compilation& compilation);

// items.cc, context.cc, tables.cc
void CompileItems(Compilation& compilation);
void CompileContext(Compilation& compilation);
void CompileTables(Compilation& compilation);
// scales.cc, by aggregates.cc and band_sets.cc
void CompileScales(Compilation& compilation);
// gate.cc
void CompileGate(Compilation& compilation);
// outcomes.cc: decisions, alerts, modalities and guidance.
void CompileOutcomes(Compilation& compilation);
// figures.cc: norms and the ladder.
void CompileFigures(Compilation& compilation);

// expressions.cc: every expression, now that all that it may name is there.
void CompileExpressions(Compilation& compilation);
// order.cc: what is computed after what. Faults before it do no harm: what could not be read has no edge.
void DecideOrder(Compilation& compilation);

// scoring_steps.cc: what one scoring of the program takes at most. reply_sizes.cc: how large its form and its results
// can be. program_bytes.cc: how much memory it takes. Each needs a structure without faults, and finds what passes a
// limit.
void CountScoringSteps(Compilation& compilation);
void MeasureReplies(Compilation& compilation);
void CountProgramBytes(Compilation& compilation);

// earlier_scores.cc: which numbers an earlier score can be, from what `for_all` says of its scale. False where a
// default is none of these.
bool HasEarlierScore(const Program& program);
bool BoundEarlierScores(const Possibility& for_all, Compilation& compilation);

// texts.cc: the locales that are offered. `CheckTexts` finds what they lack.
void CollectLocales(Compilation& compilation);
void CheckTexts(Compilation& compilation);

// examples.cc: ids of examples, and how much work they are. `RunExamples` scores them and needs a program that is safe
// to score.
void CheckExamples(Compilation& compilation);
void RunExamples(Compilation& compilation);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_STEPS_H_
