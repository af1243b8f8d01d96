#include "tests/quiz/sound_quiz.h"

#include <google/protobuf/text_format.h>

#include <algorithm>
#include <stdexcept>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"

namespace ladder::quiz {
namespace {

constexpr char kSoundQuiz[] = R"pb(
  id: "sample"
  title { by_locale { key: "en" value: "Sample" } }
  provenance { source: "Made for a test" licence: "None needed" who_may_use: "Anyone" }

  option_sets {
    id: "steps"
    options {
      id: "never"
      text { by_locale { key: "en" value: "Never" } }
      value: "0"
      values { key: "alt" value: "5" }
    }
    options {
      id: "often"
      text { by_locale { key: "en" value: "Often" } }
      value: "3"
      values { key: "alt" value: "1" }
    }
    options {
      id: "refused"
      text { by_locale { key: "en" value: "No answer" } }
      meaning: MEANING_MISSING
    }
  }
  option_sets {
    id: "devices"
    options {
      id: "stick"
      text { by_locale { key: "en" value: "A stick" } }
      value: "1"
    }
    options {
      id: "chair"
      text { by_locale { key: "en" value: "A chair" } }
    }
    options {
      id: "unsaid"
      text { by_locale { key: "en" value: "No answer" } }
      meaning: MEANING_MISSING
    }
  }

  items {
    id: "sleep"
    text { by_locale { key: "en" value: "How often did you sleep badly?" } }
    single_choice: "steps"
  }
  items {
    id: "calm"
    text { by_locale { key: "en" value: "How often were you calm?" } }
    single_choice: "steps"
    reverse: true
  }
  items {
    id: "smokes"
    text { by_locale { key: "en" value: "How often do you smoke?" } }
    single_choice: "steps"
  }
  items {
    id: "packs"
    text { by_locale { key: "en" value: "How many packs?" } }
    number { min: "0" max: "10" step: "0.5" }
    show_when: "smokes > 0"
    hidden_value: "0"
  }
  items {
    id: "aids"
    text { by_locale { key: "en" value: "Which aids do you use?" } }
    multiple_choice { option_set: "devices" }
  }
  items {
    id: "note"
    text { by_locale { key: "en" value: "What else?" } }
    free_text {}
    required_when: "total > 3"
  }

  context {
    id: "sex"
    codes { code: "female" code: "male" }
    default: "female"
  }
  context {
    id: "age"
    number { min: "0" max: "120" }
    default: "34"
  }
  context {
    id: "before"
    earlier { scale: "total" which: WHICH_LAST }
  }

  gate {
    of: "sleep"
    of: "smokes"
    need { at_least: 1 }
  }

  tables {
    id: "metric"
    rows { from: "0" value: "10" }
    rows { from: "1" to: "20" value: "20" }
  }

  scales {
    id: "total"
    title { by_locale { key: "en" value: "Burden" } }
    aggregate {
      op: OP_SUM
      of: "sleep"
      of: "calm"
      weights { key: "sleep" value: "2" }
      missing { at_least: 1 may_miss: "calm" fill: FILL_VALUE value: "1" }
    }
    rounding { digits: 0 }
    band_sets {
      id: "severity"
      bands { id: "low" }
      bands {
        id: "high"
        from: "4"
        ranges { id: "lower" }
        ranges { id: "upper" from: "6" }
      }
    }
  }
  scales {
    id: "count"
    aggregate { op: OP_COUNT of: "sleep" of: "calm" where: "it >= 2" }
  }
  scales {
    id: "average"
    aggregate {
      op: OP_MEAN
      of: "sleep"
      of: "calm"
      use_values: "alt"
      missing { at_least_share: "1/2" }
    }
  }
  scales { id: "converted" formula: "lookup('metric', total)" }
  scales {
    id: "most"
    internal: true
    aggregate { op: OP_MAX of: "packs" of: "total" }
  }

  decisions {
    id: "verdict"
    rules { when: "total >= 4" outcome: "case" }
    otherwise: "none"
    outcomes {
      key: "case"
      value { by_locale { key: "en" value: "A case" } }
    }
  }

  alerts { id: "sleepless" when: "sleep >= 3" severity: SEVERITY_URGENT }
  alerts { id: "each" when: "it >= 3" for_each: "sleep" for_each: "calm" }

  modalities { id: "therapy" }
  guidance { id: "advice" when: "band(total) == 'high'" modality: "therapy" }

  norms { scale: "total" when: "sex == 'female'" sd: "2" reliability: "0.8" source: "A study" }
  ladder { scale: "total" band_set: "severity" public_slices: "sex" }
  comparable_with: "1"

  examples {
    id: "high"
    answers { item: "sleep" option: "often" }
    answers { item: "calm" option: "never" }
    answers { item: "smokes" option: "never" }
    answers {
      item: "aids"
      options { option: "stick" }
    }
    answers { item: "note" text: "Nothing" }
    scores { key: "total" value: "9" }
    scores { key: "count" value: "2" }
    scores { key: "average" value: "3" }
    scores { key: "converted" value: "20" }
    bands { key: "total/severity" value: "high/upper" }
    decisions { key: "verdict" value: "case" }
    alerts: "sleepless"
    alerts: "each/sleep"
    alerts: "each/calm"
    guidance: "therapy"
    complete: true
  }
  examples {
    id: "low"
    answers { item: "sleep" option: "never" }
    answers { item: "calm" option: "refused" }
    answers { item: "smokes" option: "never" }
    scores { key: "total" value: "1" }
    scores { key: "count" value: "NOT_SCORED" }
    scores { key: "average" value: "5" }
    scores { key: "converted" value: "20.0" }
    bands { key: "total/severity" value: "low" }
    decisions { key: "verdict" value: "none" }
    undecided_alerts: "each/calm"
  }
)pb";

std::vector<Fault> FaultsOf(const v1::QuizDefinition& definition, Fault::Severity severity) {
  std::vector<Fault> chosen;
  for (const Fault& fault : CompileDefinition(definition).faults) {
    if (fault.severity == severity) chosen.push_back(fault);
  }
  return chosen;
}

}  // namespace

const std::string& SoundQuiz() {
  static const std::string* const text = new std::string(kSoundQuiz);
  return *text;
}

v1::QuizDefinition SoundQuizWith(const std::string& piece, const std::string& replacement) {
  std::string text = SoundQuiz();
  const std::size_t position = text.find(piece);
  if (position == std::string::npos || text.find(piece, position + 1) != std::string::npos) {
    throw std::invalid_argument(absl::StrCat("does not stand there exactly once: ", piece));
  }
  return ParseQuiz(text.replace(position, piece.size(), replacement));
}

v1::QuizDefinition ParseQuiz(const std::string& text) {
  v1::QuizDefinition definition;
  if (!google::protobuf::TextFormat::ParseFromString(text, &definition)) {
    throw std::invalid_argument("the definition is no text format");
  }
  return definition;
}

std::vector<Fault> ErrorsOf(const v1::QuizDefinition& definition) {
  return FaultsOf(definition, Fault::Severity::kError);
}

std::vector<Fault> WarningsOf(const v1::QuizDefinition& definition) {
  return FaultsOf(definition, Fault::Severity::kWarning);
}

bool OnlyExamplesDisagree(const std::vector<Fault>& faults) {
  return std::all_of(faults.begin(), faults.end(), [](const Fault& fault) {
    const bool of_examples = absl::StartsWith(fault.path, "examples") && !absl::EndsWith(fault.path, ".id");
    return fault.severity == Fault::Severity::kWarning || (of_examples && !fault.is_limit);
  });
}

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.path << ": " << fault.message; }

}  // namespace ladder::quiz
