#include "tests/instruments/comparison.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/quiz/input.h"
#include "libs/quiz/number.h"
#include "libs/quiz/score.h"

namespace ladder::quiz {
namespace {

using nlohmann::json;

constexpr char kNotAvailable[] = "NA";
constexpr std::int64_t kInverseTolerance = 1'000'000'000;

Index Find(const Program& program, const std::string& id, Name::Kind kind) {
  auto name = program.names.find(id);
  return name != program.names.end() && name->second.kind == kind ? name->second.index : kNone;
}

std::string CodeOf(const json& answer, const AnswerTarget& target) {
  std::string code = answer.is_string() ? answer.get<std::string>() : answer.dump();
  auto renamed = target.codes.find(code);
  return renamed == target.codes.end() ? code : renamed->second;
}

v1::Answer MakeAnswer(const Program& program, const json& value, const AnswerTarget& target) {
  v1::Answer answer;
  answer.set_item(target.item);
  const Index index = Find(program, target.item, Name::Kind::kItem);
  if (value.is_array()) {
    answer.mutable_options();  // An empty list is an answer.
    for (const json& chosen : value) answer.mutable_options()->add_option(CodeOf(chosen, target));
  } else if (index != kNone && program.items[index].kind == Item::Kind::kNumber) {
    answer.set_number(CodeOf(value, target));
  } else {
    answer.set_option(CodeOf(value, target));
  }
  return answer;
}

const ScaleScore* FindScore(const Program& program, const Result& result, const std::string& scale) {
  const Index index = Find(program, scale, Name::Kind::kScale);
  return index == kNone ? nullptr : &result.scales[index];
}

bool SameNumber(const Rational& value, const std::string& expected) {
  absl::StatusOr<Rational> number = Rational::Parse(expected);
  if (!number.ok()) return false;
  const Rational difference = value - *number;
  const Rational tolerance = Rational(1) / Rational(kInverseTolerance);
  return difference <= tolerance && -difference <= tolerance;
}

// The codes of the bands that a value has in those of `sets` ("scale/set") which apply; "NA" where none does.
std::string ActualBands(const Program& program, const Result& result, const std::vector<std::string>& sets) {
  std::vector<std::string> found;
  for (const std::string& path : sets) {
    const std::pair<std::string, std::string> names = absl::StrSplit(path, '/');
    const Index index = Find(program, names.first, Name::Kind::kScale);
    if (index == kNone) return absl::StrCat("no scale ", names.first);
    const std::vector<BandSet>& band_sets = program.scales[index].band_sets;
    for (std::size_t i = 0; i < band_sets.size(); ++i) {
      const Place& place = result.scales[index].places[i];
      if (band_sets[i].id != names.second || place.state != Place::State::kInBand) continue;
      found.push_back(program.codes[band_sets[i].bands[place.band].id]);
    }
  }
  return found.empty() ? kNotAvailable : absl::StrJoin(found, " and ");
}

std::string ActualNotScored(const Program& program, const Result& result, const std::vector<std::string>& scales) {
  std::vector<std::string> positions;
  for (std::size_t i = 0; i < scales.size(); ++i) {
    const ScaleScore* score = FindScore(program, result, scales[i]);
    if (score == nullptr) return absl::StrCat("no scale ", scales[i]);
    if (!score->scored) positions.push_back(absl::StrCat(i + 1));
  }
  return absl::StrJoin(positions, ", ");
}

std::string Actual(const Program& program, const Result& result, const Output& output) {
  switch (output.kind) {
    case Output::Kind::kScale: {
      const ScaleScore* score = FindScore(program, result, output.ids[0]);
      if (score == nullptr) return absl::StrCat("no scale ", output.ids[0]);
      return score->scored ? score->value.ToString() : kNotAvailable;
    }
    case Output::Kind::kBands:
      return ActualBands(program, result, output.ids);
    case Output::Kind::kDecision: {
      const Index index = Find(program, output.ids[0], Name::Kind::kDecision);
      return index == kNone ? absl::StrCat("no decision ", output.ids[0]) : program.codes[result.outcomes[index]];
    }
    case Output::Kind::kProrated: {
      const ScaleScore* score = FindScore(program, result, output.ids[0]);
      if (score == nullptr) return absl::StrCat("no scale ", output.ids[0]);
      return score->scored && score->missing.answered < score->missing.applicable ? "true" : "false";
    }
    case Output::Kind::kNotScored:
      return ActualNotScored(program, result, output.ids);
  }
  return "";
}

bool Agrees(const Output& output, const std::string& expected, const std::string& actual) {
  if (output.kind == Output::Kind::kScale && expected != kNotAvailable) {
    absl::StatusOr<Rational> value = Rational::Parse(actual);
    return value.ok() && SameNumber(*value, expected);
  }
  auto codes = output.codes.find(expected);
  if (codes == output.codes.end()) return actual == expected;
  return std::find(codes->second.begin(), codes->second.end(), actual) != codes->second.end();
}

std::vector<Difference> CompareRejected(const Program& program, const Case& test_case,
                                        const std::optional<Input>& input) {
  if (test_case.rejected == "input") {
    if (!input.has_value()) return {};
    return {{"rejected", "the input is taken"}};
  }
  if (!input.has_value()) return {{"rejected", "the input is refused instead of the gate closing"}};
  Result result;
  Score(program, *input, result);
  const bool any_scored =
      std::any_of(result.scales.begin(), result.scales.end(), [](const ScaleScore& score) { return score.scored; });
  if (result.gate_failed && !any_scored) return {};
  return {{"rejected", "the gate lets the form pass"}};
}

}  // namespace

std::optional<Input> InputOfCase(const Program& program, const Instrument& instrument, const Case& test_case,
                                 const CodeMap& context, std::size_t count) {
  AnswerList answers;
  for (std::size_t i = 0; i < std::min(count, test_case.answers.size()); ++i) {
    if (test_case.answers[i].is_null()) continue;
    *answers.Add() = MakeAnswer(program, test_case.answers[i], instrument.answers.at(i));
  }
  ContextMap values;
  for (const auto& [key, value] : test_case.context) values[key] = value;
  for (const auto& [key, value] : context) values[key] = value;
  std::vector<InputViolation> violations;
  return CheckInput(program, answers, values, violations);
}

std::vector<Difference> Compare(const Program& program, const Instrument& instrument, const Case& test_case) {
  std::optional<Input> input = InputOfCase(program, instrument, test_case, {}, test_case.answers.size());
  if (!test_case.rejected.empty()) return CompareRejected(program, test_case, input);
  if (!input.has_value()) return {{"rejected", "the input is refused"}};

  std::map<CodeMap, Result> results;  // By the context that outputs ask for.
  Score(program, *input, results[{}]);
  std::vector<Difference> differences;
  const std::string complete = results[{}].complete ? "true" : "false";
  if (!test_case.complete.empty() && complete != test_case.complete) {
    differences.push_back({"complete", absl::StrCat("complete is ", complete)});
  }
  for (const auto& [name, expected] : test_case.expect) {
    auto output = instrument.outputs.find(name);
    if (output == instrument.outputs.end()) {
      differences.push_back({name, "is in no output of the mapping"});
      continue;
    }
    auto [result, added] = results.try_emplace(output->second.context);
    if (added) {
      input = InputOfCase(program, instrument, test_case, output->second.context, test_case.answers.size());
      if (!input.has_value()) return {{name, "the context is refused"}};
      Score(program, *input, result->second);
    }
    const std::string actual = Actual(program, result->second, output->second);
    if (!Agrees(output->second, expected, actual)) {
      differences.push_back({name, absl::StrCat("expected ", expected, ", got ", actual)});
    }
  }
  return differences;
}

}  // namespace ladder::quiz
