// File: program.h
//
// A quiz, compiled: every reference an index, every number a Rational, every order decided. Immutable after
// CompileDefinition has made it, so any number of threads may share one.

#ifndef LADDER_LIBS_QUIZ_PROGRAM_H_
#define LADDER_LIBS_QUIZ_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "ladder/quiz/v1/definition.pb.h"
#include "libs/quiz/expression.h"
#include "libs/quiz/number.h"

namespace ladder::quiz {

// What an id of the shared name space stands for and where it is.
struct Name {
  enum class Kind : std::uint8_t { kItem, kScale, kDecision, kAlert, kContext, kTable };
  Kind kind = Kind::kItem;
  Index index = kNone;

  friend bool operator==(const Name&, const Name&) = default;
};

struct NamedValue {
  Index name = kNone;  // Program::value_names.
  Rational value;
};

struct Option {
  enum class Meaning : std::uint8_t { kScored, kMissing, kNotApplicable };
  std::string id;
  Meaning meaning = Meaning::kScored;
  std::optional<Rational> value;  // After `reverse`.
  std::vector<NamedValue> named;  // As many as were written, ascending by name; never turned.

  // The named value, or the plain one if `name` is kNone; null if the option has none.
  const Rational* ValueOf(Index name) const;
};

// The options that an item offers, in order. Items that share an option set share one list (a second one if they turn
// its values), so a copy costs nothing.
class OptionList {
 public:
  OptionList() = default;
  explicit OptionList(std::vector<Option> options);

  std::size_t size() const { return all().size(); }
  bool empty() const { return all().empty(); }
  const Option& operator[](std::size_t position) const { return all()[position]; }
  std::vector<Option>::const_iterator begin() const { return all().begin(); }
  std::vector<Option>::const_iterator end() const { return all().end(); }

  // The position of the option with this id, the first of several; kNone if there is none.
  Index Find(absl::string_view id) const;

  // The same for lists that are shared, and for all lists without options.
  const void* identity() const { return shared_.get(); }

 private:
  struct Shared {
    std::vector<Option> options;
    absl::flat_hash_map<std::string, Index> by_id;
  };

  const std::vector<Option>& all() const;

  std::shared_ptr<const Shared> shared_;  // Null: no options.
};

struct NumberFormat {
  Rational min;
  Rational max;
  Rational step;  // Values are min + k * step; 0: any number from min to max.
};

struct Item {
  enum class Kind : std::uint8_t { kSingleChoice, kMultipleChoice, kNumber, kFreeText };
  std::string id;
  Kind kind = Kind::kSingleChoice;
  OptionList options;        // Choices: turned if the item is reversed.
  Index option_set = kNone;  // Choices: in the definition, for texts.
  bool sum_values = false;   // Multiple choice: the item's value is the sum of the chosen values.
  NumberFormat number;       // Numbers: as answered, before `reverse`.
  // Numbers and sums: the value is *reverse_sum - v where this is set. Options of a single choice are turned already.
  std::optional<Rational> reverse_sum;
  Index show_when = kNone;  // Program::expressions; none: always shown.
  std::optional<Rational> hidden_value;
  bool optional = false;
  Index required_when = kNone;  // Program::expressions; none: required unless optional.
};

struct ContextValue {
  enum class Kind : std::uint8_t { kCodes, kNumber, kEarlierScore };
  std::string id;
  Kind kind = Kind::kCodes;
  std::vector<Index> codes;     // Program::codes.
  NumberFormat number;          // For kEarlierScore: what the scale can reach, with a step of 0: any number in it.
  Index earlier_scale = kNone;  // Program::scales.
  std::optional<Rational> default_number;
  Index default_code = kNone;  // Program::codes.
};

struct MissingPolicy {
  enum class Need : std::uint8_t { kAll, kAtLeast, kAtLeastShare };
  enum class Fill : std::uint8_t { kLeaveOut, kProrate, kValue };
  Need need = Need::kAll;
  std::uint32_t at_least = 0;
  Rational share;
  Fill fill = Fill::kLeaveOut;
  Rational value;
};

struct Member {
  Name::Kind kind = Name::Kind::kItem;  // Item or scale.
  Index index = kNone;
  Rational weight = 1;
  bool may_miss = false;
};

struct Aggregate {
  v1::Aggregate::Op op = v1::Aggregate::OP_UNSPECIFIED;
  std::vector<Member> members;
  Index use_values = kNone;  // Program::value_names; none: Option::value.
  Index where = kNone;       // Program::expressions.
  MissingPolicy missing;
};

// The gate over the whole form. Members are items of weight 1.
struct Gate {
  bool every_shown_item = false;
  std::vector<Member> members;
  MissingPolicy need;
};

struct Table {
  struct Row {
    Rational from;
    std::optional<Rational> to;  // Keys are [from, to); none: exactly `from`.
    Rational value;
  };
  std::string id;
  std::vector<Row> rows;  // Ascending, without overlap.
  bool outside_not_scored = false;
};

struct Rounding {
  int digits = 0;
  RoundingMode mode = RoundingMode::kHalfUp;
};

struct Range {
  Index id = kNone;              // Program::codes.
  std::optional<Rational> from;  // None: the range begins with its band.
};

struct Band {
  Index id = kNone;              // Program::codes.
  std::optional<Rational> from;  // None: the band is open below.
  std::vector<Range> ranges;
};

struct BandSet {
  std::string id;
  Index when = kNone;  // Program::expressions, over context; none: applies always.
  bool upper_closed = false;
  std::vector<Band> bands;
};

struct Scale {
  std::string id;
  bool internal = false;
  std::variant<Aggregate, Index> rule;  // The Index is a formula in Program::expressions.
  std::optional<Rounding> rounding;
  std::optional<Rounding> shown;
  std::vector<BandSet> band_sets;
  v1::Scale::Direction direction = v1::Scale::DIRECTION_UNSPECIFIED;
};

struct Rule {
  Index when = kNone;     // Program::expressions.
  Index outcome = kNone;  // Program::codes.
};

struct Decision {
  std::string id;
  std::vector<Rule> rules;
  Index otherwise = kNone;  // Program::codes.
};

struct Alert {
  std::string id;
  Index when = kNone;           // Program::expressions.
  std::vector<Index> for_each;  // Program::items; empty: judged once.
  v1::Alert::Severity severity = v1::Alert::SEVERITY_NOTICE;
};

struct Guidance {
  std::string id;
  Index when = kNone;      // Program::expressions; none: holds always.
  Index modality = kNone;  // In the definition's modalities.
};

struct Norms {
  Index scale = kNone;
  Index when = kNone;  // Program::expressions, over context; none: holds always.
  std::optional<Rational> sd;
  std::optional<Rational> reliability;
  std::optional<Rational> functional_mean;
  std::optional<Rational> functional_sd;
  std::optional<Rational> clinical_mean;
  std::optional<Rational> clinical_sd;
  std::optional<Rational> cut_off;
};

struct Ladder {
  Index scale = kNone;
  Index band_set = kNone;
};

// One step of the evaluation: a scale or a decision, after all that it reads.
struct Step {
  Name::Kind kind = Name::Kind::kScale;
  Index index = kNone;
};

struct Possibility;  // possible.h

struct Program {
  // Texts, provenance, norms' sources. Lists stand in the same order as below. Without examples and rows of tables.
  v1::QuizDefinition definition;

  std::vector<std::string> codes;        // Every code that a comparison may meet; unique.
  Index undecided_code = kNone;          // "UNDECIDED" in `codes`.
  std::vector<Rational> numbers;         // Literals of expressions.
  std::vector<std::string> value_names;  // Named values of options, sorted.
  std::vector<Expression> expressions;
  absl::flat_hash_map<std::string, Name> names;

  std::vector<Item> items;
  std::vector<ContextValue> context;
  std::optional<Gate> gate;
  std::vector<Table> tables;
  std::vector<Scale> scales;
  std::vector<Decision> decisions;
  std::vector<Alert> alerts;
  std::vector<Guidance> guidance;
  std::vector<Norms> norms;
  std::optional<Ladder> ladder;

  std::vector<Index> visibility_order;  // Items, each after the items that its show_when reads.
  std::vector<Step> evaluation_order;   // Scales and decisions.
  std::vector<std::string> locales;     // In which every text exists; sorted; the default locale among them.

  // What one scoring takes at most, in steps as kMaxScoringSteps counts them.
  std::int64_t scoring_steps = 0;
  // What this program takes of memory, `definition` included: for caches that are bounded in bytes.
  std::size_t approximate_bytes = 0;
  // What scores can become when nothing is known. Null only while the program is being compiled.
  std::shared_ptr<const Possibility> for_all;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_PROGRAM_H_
