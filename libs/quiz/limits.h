// File: limits.h
//
// How large a definition may be. Publishing refuses what is larger, so every loop over a program is bounded.

#ifndef LADDER_LIBS_QUIZ_LIMITS_H_
#define LADDER_LIBS_QUIZ_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace ladder::quiz {

inline constexpr std::size_t kMaxDefinitionBytes = std::size_t{900} * 1024;

// Entries of lists.
inline constexpr int kMaxItems = 500;
inline constexpr int kMaxOptionSets = 500;
inline constexpr int kMaxOptionsPerSet = 200;
inline constexpr int kMaxContextValues = 100;
inline constexpr int kMaxCodesPerContextValue = 200;
inline constexpr int kMaxTables = 100;
inline constexpr int kMaxRowsPerTable = 10'000;
inline constexpr int kMaxScales = 500;
inline constexpr int kMaxBandSetsPerScale = 50;
inline constexpr int kMaxBandsPerSet = 100;
inline constexpr int kMaxRangesPerBand = 20;
inline constexpr int kMaxDecisions = 200;
inline constexpr int kMaxRulesPerDecision = 200;
inline constexpr int kMaxAlerts = 200;
inline constexpr int kMaxModalities = 100;
inline constexpr int kMaxGuidance = 500;
inline constexpr int kMaxNorms = 500;
inline constexpr int kMaxExamples = 1000;
inline constexpr int kMaxComparableVersions = 100;
inline constexpr int kMaxLocales = 50;

// Entries of all lists of one kind together. Each is at least ten times what any published instrument needs.
inline constexpr int kMaxOptions = 20'000;
inline constexpr int kMaxNamedValues = 20'000;
inline constexpr int kMaxTableRows = 50'000;
inline constexpr int kMaxBandSets = 2'000;
inline constexpr int kMaxBands = 20'000;            // Ranges inside of bands included.
inline constexpr int kMaxMembers = 10'000;          // Of aggregates, and of the gate.
inline constexpr int kMaxRules = 10'000;            // Of decisions.
inline constexpr int kMaxAlertJudgements = 10'000;  // Items of for_each.
// Nodes of all expressions as compiled: names, numbers, codes, operators and calls.
inline constexpr std::size_t kMaxExpressionNodes = 50'000;

// What one scoring takes at most: members read and expression nodes evaluated, those of `where` for every member and of
// an alert with for_each for every item.
inline constexpr std::int64_t kMaxScoringSteps = 50'000;
// The same for all examples together.
inline constexpr std::int64_t kMaxExampleSteps = 5'000'000;

// Replies, in bytes: a form in its longest locale, a result without explanations, and the explanations.
inline constexpr std::size_t kMaxFormBytes = std::size_t{1024} * 1024;
inline constexpr std::size_t kMaxResultBytes = std::size_t{512} * 1024;
inline constexpr std::size_t kMaxExplanationBytes = std::size_t{1024} * 1024;

// Steps of the range analysis, of about 20 ns each: in all when a quiz is published or compiled, and for one answer to
// "what may the scores still become".
inline constexpr std::int64_t kMaxAnalysisSteps = 10'000'000;
inline constexpr std::int64_t kMaxStepsWhileAnswering = 1'000'000;

// A ladder's context values by which figures may be released, and how fine each may cut.
inline constexpr int kMaxPublicSlices = 2;
inline constexpr int kMaxCodesOfPublicSlice = 4;

// Characters of ids and codes, and of locales.
inline constexpr std::size_t kMaxIdCharacters = 64;
inline constexpr std::size_t kMaxLocaleCharacters = 35;

// Expressions.
inline constexpr std::size_t kMaxExpressionBytes = 4096;
inline constexpr int kMaxExpressionNesting = 32;
// Of the tree, in nodes from the root to a leaf. A chain such as a + b + c nests nothing but is as deep as it is long,
// and whoever walks the tree needs stack for it.
inline constexpr int kMaxExpressionDepth = 256;

// Decimal digits of a rounding.
inline constexpr int kMaxRoundingDigits = 18;

// Faults listed for one definition; then one says how many more there are.
inline constexpr std::size_t kMaxFaults = 1000;
// Of a fault's path and of its message, which quote what authors wrote.
inline constexpr std::size_t kMaxFaultBytes = 1000;
// Unknown ids for which the nearest known one is looked up, since that work grows with a product, and candidates that
// are looked at for all of them.
inline constexpr int kMaxSuggestions = 100;
inline constexpr std::size_t kMaxCandidates = 50'000;

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_LIMITS_H_
