#include "tests/quiz/everything_quiz.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace ladder::quiz {

const char kEverythingQuiz[] = R"pb(
  items { id: "a" single_choice: "steps" }
  items { id: "b" single_choice: "steps" reverse: true }
  items { id: "c" single_choice: "steps" show_when: "a > 0" hidden_value: "1/2" }
  items {
    id: "d"
    multiple_choice { option_set: "devices" sum_values: true }
  }
  items {
    id: "n"
    number { min: "0" max: "10" step: "0.1" }
    optional: true
  }
  items {
    id: "m"
    number { min: "-5" max: "5" }
    reverse: true
    required_when: "total > 4"
  }
  items {
    id: "note"
    free_text {}
    show_when: "'help' in d"
  }
  context {
    id: "sex"
    codes { code: "female" code: "male" }
  }
  context {
    id: "age"
    number { min: "0" max: "120" }
    default: "40"
  }
  gate {
    of: "a"
    of: "b"
    of: "d"
    need { at_least: 1 }
  }
  tables {
    id: "metric"
    rows { from: "-20" to: "3" value: "1/7" }
    rows { from: "3" to: "7" value: "9.51" }
    rows { from: "7" value: "100" }
    outside: OUTSIDE_NOT_SCORED
  }
  scales {
    id: "total"
    title {
      by_locale { key: "en" value: "Total" }
      by_locale { key: "de" value: "Summe" }
    }
    aggregate {
      op: OP_SUM
      of: "a"
      of: "b"
      of: "c"
      of: "d"
      weights { key: "b" value: "1.5" }
      weights { key: "d" value: "2/3" }
      missing { at_least_share: "1/2" fill: FILL_PRORATE }
    }
    direction: DIRECTION_LOWER_IS_BETTER
    band_sets {
      id: "rungs"
      bands {
        id: "low"
        title {
          by_locale { key: "en" value: "Low" }
          by_locale { key: "de" value: "Tief" }
        }
      }
      bands {
        id: "middle"
        from: "3"
        title {
          by_locale { key: "en" value: "Middle" }
          by_locale { key: "de" value: "Mitte" }
        }
        ranges {
          id: "lower"
          title { by_locale { key: "en" value: "Lower part" } }
        }
        ranges {
          id: "upper"
          from: "9/2"
          title { by_locale { key: "en" value: "Upper part" } }
        }
      }
      bands {
        id: "high"
        from: "6"
        title { by_locale { key: "en" value: "High" } }
      }
    }
    band_sets {
      id: "men"
      when: "sex == 'male'"
      upper_closed: true
      bands {
        id: "few"
        title { by_locale { key: "en" value: "Few" } }
      }
      bands {
        id: "many"
        from: "5"
        title { by_locale { key: "en" value: "Many" } }
      }
    }
  }
  scales {
    id: "average"
    aggregate {
      op: OP_MEAN
      of: "a"
      of: "b"
      of: "n"
      weights { key: "a" value: "3" }
      missing { at_least: 1 }
    }
    rounding { digits: 2 }
  }
  scales {
    id: "often"
    aggregate { op: OP_COUNT of: "a" of: "b" of: "c" where: "it >= 2" }
  }
  scales {
    id: "most"
    aggregate {
      op: OP_MAX
      of: "a"
      of: "m"
      missing { at_least: 1 fill: FILL_VALUE value: "-1" }
    }
  }
  scales {
    id: "least"
    internal: true
    aggregate {
      op: OP_MIN
      of: "a"
      of: "total"
      missing { at_least: 1 may_miss: "total" }
    }
  }
  scales { id: "transformed" formula: "lookup('metric', total) * 10 / 3 - min(least, 2) + (age >= 40 ? n : -n)" }
  scales {
    id: "even"
    formula: "average * 5"
    rounding { digits: 1 mode: MODE_HALF_EVEN }
    shown { digits: 0 }
  }
  decisions {
    id: "verdict"
    title { by_locale { key: "en" value: "Verdict" } }
    rules { when: "band(total, 'rungs') == 'high'" outcome: "yes" }
    rules { when: "has(often) && often > 1 || total / 3 > average" outcome: "perhaps" }
    otherwise: "no"
    outcomes {
      key: "yes"
      value { by_locale { key: "en" value: "It is so" } }
    }
  }
  alerts {
    id: "harm"
    when: "a == 3"
    severity: SEVERITY_URGENT
    professional_text { by_locale { key: "en" value: "Ask today." } }
  }
  alerts {
    id: "high"
    when: "it >= 2"
    for_each: "b"
    for_each: "c"
    professional_text { by_locale { key: "en" value: "Ask." } }
  }
  modalities {
    id: "talk"
    title {
      by_locale { key: "en" value: "Talking" }
      by_locale { key: "de" value: "Reden" }
    }
  }
  modalities {
    id: "rest"
    title { by_locale { key: "en" value: "Resting" } }
  }
  guidance {
    id: "first"
    when: "verdict == 'yes'"
    modality: "talk"
    professional_text {
      by_locale { key: "en" value: "Talk it over." }
      by_locale { key: "de" value: "Reden Sie." }
    }
    client_text { by_locale { key: "en" value: "You may talk." } }
  }
  guidance {
    id: "second"
    modality: "rest"
    professional_text { by_locale { key: "en" value: "Let rest." } }
    client_text { by_locale { key: "en" value: "You may rest." } }
  }
  norms { scale: "total" when: "sex == 'female'" sd: "7.5" reliability: "0.8" source: "Made for a test" }
  ladder { scale: "total" band_set: "rungs" }
)pb";

namespace {

// One of the words. An empty one stands for no answer.
std::string Pick(std::mt19937& random, const std::vector<std::string>& words) { return words[random() % words.size()]; }

void Put(Words& words, const std::string& id, const std::string& value) {
  if (!value.empty()) words[id] = value;
}

}  // namespace

Words RandomAnswers(std::mt19937& random) {
  const std::vector<std::string> steps = {"", "0", "1", "2", "3", "3", "refused", "na"};
  Words answers;
  for (const char* item : {"a", "b", "c"}) Put(answers, item, Pick(random, steps));
  Put(answers, "d", Pick(random, {"", "aid", "help", "none", "aid,help", "aid,help,none", "refused"}));
  if (random() % 3 != 0) answers["n"] = absl::StrCat(random() % 10, ".", random() % 10);
  if (random() % 3 != 0) answers["m"] = absl::StrCat(static_cast<int>(random() % 11) - 5);
  if (random() % 3 == 0) answers["note"] = "Words that nobody scores.";
  return answers;
}

Words RandomContext(std::mt19937& random) {
  Words context;
  Put(context, "sex", Pick(random, {"", "female", "male"}));
  if (random() % 2 == 0) context["age"] = absl::StrCat(random() % 121);
  return context;
}

}  // namespace ladder::quiz
