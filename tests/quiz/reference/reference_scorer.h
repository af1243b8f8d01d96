// File: reference_scorer.h
//
// A second scorer, written from docs/quiz-language.md and not from the product: naive on purpose, straight over the
// definition, with strings, maps and GMP's rationals. Tests hold the product against it.
//
//   ReferenceScorer reference(definition);
//   Outcome expected = reference.Score(example.answers(), example.context());

#ifndef LADDER_TESTS_QUIZ_REFERENCE_REFERENCE_SCORER_H_
#define LADDER_TESTS_QUIZ_REFERENCE_REFERENCE_SCORER_H_

#include <google/protobuf/map.h>
#include <google/protobuf/repeated_ptr_field.h>

#include <map>
#include <string>

#include "ladder/quiz/v1/answer.pb.h"
#include "ladder/quiz/v1/definition.pb.h"
#include "tests/quiz/reference/outcome.h"

namespace ladder::quiz::reference {

using Answers = google::protobuf::RepeatedPtrField<v1::Answer>;
using Context = google::protobuf::Map<std::string, std::string>;

// Where each id of a definition stands. The definition has to outlive it.
struct Directory {
  explicit Directory(const v1::QuizDefinition& definition);

  const v1::QuizDefinition& definition;
  std::map<std::string, const v1::OptionSet*> option_sets;
  std::map<std::string, const v1::Item*> items;
  std::map<std::string, const v1::ContextValue*> context;
  std::map<std::string, const v1::Table*> tables;
  std::map<std::string, const v1::Scale*> scales;
  std::map<std::string, const v1::Decision*> decisions;
};

class ReferenceScorer {
 public:
  // Keeps a reference to the definition, which has to be one that publishing takes.
  explicit ReferenceScorer(const v1::QuizDefinition& definition) : directory_(definition) {}

  // REQUIRES: the answers and the context are valid for the definition.
  Outcome Score(const Answers& answers, const Context& context) const;

 private:
  Directory directory_;
};

}  // namespace ladder::quiz::reference

#endif  // LADDER_TESTS_QUIZ_REFERENCE_REFERENCE_SCORER_H_
