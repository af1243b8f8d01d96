#include "tests/instruments/instrument.h"

#include <google/protobuf/text_format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace ladder::quiz {
namespace {

constexpr char kDefinitions[] = "tests/instruments/definitions";
constexpr char kCases[] = "tests/instruments/cases";
constexpr char kDefinitionEnding[] = ".textproto";

using nlohmann::json;

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat(path, " cannot be read"));
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

AnswerTarget ReadTarget(const json& value) {
  if (value.is_string()) return {.item = value, .codes = {}};
  return {.item = value.at("item"), .codes = value.at("codes")};
}

// A string or a list of them.
std::vector<std::string> ReadIds(const json& value) {
  if (value.is_string()) return {value.get<std::string>()};
  return value;
}

Output ReadOutput(const json& value) {
  static constexpr std::pair<const char*, Output::Kind> kKinds[] = {{"scale", Output::Kind::kScale},
                                                                    {"bands", Output::Kind::kBands},
                                                                    {"decision", Output::Kind::kDecision},
                                                                    {"prorated", Output::Kind::kProrated},
                                                                    {"not_scored", Output::Kind::kNotScored}};
  Output output;
  for (const auto& [name, kind] : kKinds) {
    if (!value.contains(name)) continue;
    output.kind = kind;
    output.ids = ReadIds(value.at(name));
  }
  const json codes = value.value("codes", json::object());
  for (const auto& [result, meanings] : codes.items()) output.codes[result] = ReadIds(meanings);
  output.context = value.value("context", CodeMap());
  return output;
}

Case ReadCase(const json& value) {
  Case result;
  result.answers = value.at("answers");
  result.context = value.value("context", CodeMap());
  result.rejected = value.value("rejected", "");
  result.expect = value.value("expect", CodeMap());
  if (value.contains("complete")) result.complete = value.at("complete").get<bool>() ? "true" : "false";
  return result;
}

void ReadCases(const json& file, Instrument& instrument) {
  for (const json& target : file.at("answers")) instrument.answers.push_back(ReadTarget(target));
  for (const auto& [name, output] : file.at("outputs").items()) instrument.outputs[name] = ReadOutput(output);
  const json errors = file.value("source_errors", json::array());
  for (const json& error : errors) {
    instrument.source_errors.push_back(
        {.case_index = error.at("case"), .output = error.at("output"), .reason = error.at("reason")});
  }
  for (const json& value : file.at("cases")) instrument.cases.push_back(ReadCase(value));
}

}  // namespace

std::vector<std::string> InstrumentNames() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(kDefinitions, error)) {
    if (entry.path().extension() == kDefinitionEnding) names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<Instrument> LoadInstrument(const std::string& name) {
  absl::StatusOr<std::string> definition = ReadFile(absl::StrCat(kDefinitions, "/", name, kDefinitionEnding));
  if (!definition.ok()) return definition.status();
  absl::StatusOr<std::string> cases = ReadFile(absl::StrCat(kCases, "/", name, ".json"));
  if (!cases.ok()) return cases.status();
  Instrument instrument;
  if (!google::protobuf::TextFormat::ParseFromString(*definition, &instrument.definition)) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": the definition is no protobuf text"));
  }
  try {
    ReadCases(json::parse(*cases), instrument);
  } catch (const json::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": ", error.what()));
  }
  return instrument;
}

}  // namespace ladder::quiz
