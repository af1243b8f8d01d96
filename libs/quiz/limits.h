// File: limits.h
//
// How large a definition may be. Publishing refuses what is larger, so every loop over a program is bounded.

#ifndef LADDER_LIBS_QUIZ_LIMITS_H_
#define LADDER_LIBS_QUIZ_LIMITS_H_

#include <cstddef>

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

// A ladder's context values by which figures may be released, and how fine each may cut.
inline constexpr int kMaxPublicSlices = 2;
inline constexpr int kMaxCodesOfPublicSlice = 4;

// Characters of ids and codes.
inline constexpr std::size_t kMaxIdCharacters = 64;

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
// Unknown ids for which the nearest known one is looked up: it is the only step whose work grows with a product.
inline constexpr int kMaxSuggestions = 100;

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_LIMITS_H_
