#include "tests/quiz/property_support.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace ladder::quiz {
namespace {

constexpr int kSlowBuildPercent = 5;

#if defined(LADDER_PROPERTY_SLOW_BUILD) || !defined(NDEBUG)
constexpr int kDefaultPercent = kSlowBuildPercent;
#else
constexpr int kDefaultPercent = 100;
#endif

int FromEnvironment(const char* name, int otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): tests run on one thread.
  int value = otherwise;
  if (text != nullptr && !absl::SimpleAtoi(text, &value)) ADD_FAILURE() << name << " is no number: " << text;
  return value;
}

std::string NameOf(const Program& program, const Name& name) {
  switch (name.kind) {
    case Name::Kind::kItem:
      return name.index < program.items.size() ? program.items[name.index].id : "";
    case Name::Kind::kScale:
      return program.scales[name.index].id;
    case Name::Kind::kDecision:
      return program.decisions[name.index].id;
    case Name::Kind::kAlert:
      return program.alerts[name.index].id;
    case Name::Kind::kContext:
      return program.context[name.index].id;
    case Name::Kind::kTable:
      return program.tables[name.index].id;
  }
  return "";
}

std::string ReasonOf(NoValue::Reason reason) {
  switch (reason) {
    case NoValue::Reason::kGate:
      return "GATE";
    case NoValue::Reason::kNoneApplicable:
      return "NONE_APPLICABLE";
    case NoValue::Reason::kTooFewAnswered:
      return "TOO_FEW_ANSWERED";
    case NoValue::Reason::kNotInTable:
      return "NOT_IN_TABLE";
    case NoValue::Reason::kNoValue:
      return "NO_VALUE";
    case NoValue::Reason::kOutOfRange:
      return "OUT_OF_RANGE";
  }
  return "";
}

std::string StateOf(ItemState state) {
  switch (state) {
    case ItemState::kAnswered:
      return "ANSWERED";
    case ItemState::kMissing:
      return "MISSING";
    case ItemState::kNotApplicable:
      return "NOT_APPLICABLE";
    case ItemState::kHidden:
      return "HIDDEN";
    case ItemState::kUndecided:
      return "UNDECIDED";
  }
  return "";
}

reference::PlaceOutcome PlaceOf(const Program& program, const BandSet& set, const Place& place) {
  switch (place.state) {
    case Place::State::kInBand: {
      const Band& band = set.bands[place.band];
      return {"IN_BAND", program.codes[band.id],
              place.range == kNone ? std::string() : program.codes[band.ranges[place.range].id]};
    }
    case Place::State::kNotScored:
      return {"NOT_SCORED", "", ""};
    case Place::State::kNotApplicable:
      return {"NOT_APPLICABLE", "", ""};
    case Place::State::kContextAbsent:
      return {"CONTEXT_ABSENT", "", ""};
  }
  return {};
}

reference::ScaleOutcome ScaleOf(const Program& program, const Scale& scale, const ScaleScore& score, bool gate_failed) {
  reference::ScaleOutcome outcome;
  if (score.scored) {
    outcome.value = score.value.ToString();
    outcome.raw = score.raw.ToString();
  } else {
    outcome.reason = ReasonOf(score.why_not.reason);
    outcome.subject = score.why_not.reason == NoValue::Reason::kGate ? "" : NameOf(program, score.why_not.subject);
  }
  if (std::holds_alternative<Aggregate>(scale.rule) && !gate_failed) {
    const MissingUse& use = score.missing;
    outcome.missing = absl::StrCat(use.answered, " of ", use.applicable, ", ", use.needed, " needed");
  }
  for (std::size_t i = 0; i < score.places.size(); ++i) {
    outcome.places.push_back(PlaceOf(program, scale.band_sets[i], score.places[i]));
  }
  return outcome;
}

std::string JudgementOf(const Program& program, const AlertJudgement& judgement) {
  static constexpr const char* kStates[] = {" CLEAR", " RAISED", " UNDECIDED"};
  const std::string item = judgement.item == kNone ? "" : absl::StrCat("/", program.items[judgement.item].id);
  return absl::StrCat(program.alerts[judgement.alert].id, item, kStates[static_cast<int>(judgement.state)]);
}

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Messages of a definition that can be found again by the order in which they come.
void CollectMessages(Message& message, std::vector<Message*>& found) {
  found.push_back(&message);
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_map()) continue;
    if (!field->is_repeated()) {
      CollectMessages(*reflection.MutableMessage(&message, field), found);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      CollectMessages(*reflection.MutableRepeatedMessage(&message, field, i), found);
    }
  }
}

// Every definition with one field or one entry of a list less.
std::vector<v1::QuizDefinition> AllSmaller(v1::QuizDefinition& definition) {
  std::vector<v1::QuizDefinition> smaller;
  std::vector<Message*> messages;
  CollectMessages(definition, messages);
  for (std::size_t m = 0; m < messages.size(); ++m) {
    std::vector<const FieldDescriptor*> fields;
    messages[m]->GetReflection()->ListFields(*messages[m], &fields);
    for (const FieldDescriptor* field : fields) {
      const bool list = field->is_repeated() && !field->is_map();
      const int count = list ? messages[m]->GetReflection()->FieldSize(*messages[m], field) : 1;
      for (int i = 0; i < count; ++i) {
        v1::QuizDefinition copy = definition;
        std::vector<Message*> copies;
        CollectMessages(copy, copies);
        const google::protobuf::Reflection& reflection = *copies[m]->GetReflection();
        if (list) {
          for (int j = i + 1; j < count; ++j) reflection.SwapElements(copies[m], field, j - 1, j);
          reflection.RemoveLast(copies[m], field);
        } else {
          reflection.ClearField(copies[m], field);
        }
        smaller.push_back(std::move(copy));
      }
    }
  }
  return smaller;
}

}  // namespace

int CasesToRun(int full) {
  return std::max(1, full * FromEnvironment("LADDER_PROPERTY_PERCENT", kDefaultPercent) / 100);
}

std::uint64_t SeedOf(int shard, int number) {
  const auto base = static_cast<std::uint64_t>(FromEnvironment("LADDER_PROPERTY_SEED", 1));
  return base * 1'000'000'000 + static_cast<std::uint64_t>(shard) * 1'000'000 + static_cast<std::uint64_t>(number);
}

reference::Outcome OutcomeOf(const Program& program, const Result& result) {
  reference::Outcome outcome;
  for (std::size_t i = 0; i < result.items.size(); ++i) {
    outcome.items.push_back(StateOf(result.items[i]));
    const bool missing = result.items[i] == ItemState::kMissing || result.items[i] == ItemState::kUndecided;
    if (missing && result.required[i] != 0) outcome.missing_required.push_back(program.items[i].id);
  }
  outcome.complete = result.complete;
  outcome.gate_failed = result.gate_failed;
  for (std::size_t i = 0; i < result.scales.size(); ++i) {
    outcome.scales.push_back(ScaleOf(program, program.scales[i], result.scales[i], result.gate_failed));
  }
  for (const Index code : result.outcomes) outcome.decisions.push_back(program.codes[code]);
  for (const AlertJudgement& judgement : result.alerts) outcome.alerts.push_back(JudgementOf(program, judgement));
  if (result.guidance_undecided) {
    outcome.guidance = "UNDECIDED";
  } else if (result.guidance != kNone) {
    outcome.guidance = program.guidance[result.guidance].id;
  }
  return outcome;
}

std::optional<Input> InputOf(const Program& program, const reference::Request& request) {
  std::vector<InputViolation> violations;
  std::optional<Input> input = CheckInput(program, request.answers, request.context, violations);
  for (const InputViolation& violation : violations) {
    ADD_FAILURE() << violation.field << ": " << violation.description << "\n" << ToText(request);
  }
  return input;
}

std::string ToText(const reference::Request& request) {
  std::string text;
  for (const v1::Answer& answer : request.answers) absl::StrAppend(&text, "  ", answer.ShortDebugString(), "\n");
  for (const auto& [id, value] : request.context) absl::StrAppend(&text, "  context ", id, " = ", value, "\n");
  return text;
}

std::string ToText(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    absl::StrAppend(&text, "  ", fault.severity == Fault::Severity::kError ? "error " : "warning ", fault.path, ": ",
                    fault.message, "\n");
  }
  return text;
}

v1::QuizDefinition Shrink(v1::QuizDefinition definition, const std::function<bool(const v1::QuizDefinition&)>& fails) {
  bool shrunk = true;
  while (shrunk) {
    shrunk = false;
    for (v1::QuizDefinition& smaller : AllSmaller(definition)) {
      if (!fails(smaller)) continue;
      definition = std::move(smaller);
      shrunk = true;
      break;
    }
  }
  return definition;
}

}  // namespace ladder::quiz
