#include "tests/scoring-service/fakes/quizzes.h"

#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"

namespace ladder::scoring {
namespace {

constexpr char kMood[] = R"pb(
  id: "mood"
  default_locale: "en"
  provenance { source: "Made for tests" licence: "None" who_may_use: "Tests" }
  option_sets {
    id: "frequency"
    options {
      id: "never"
      value: "0"
      text {
        by_locale { key: "en" value: "Never" }
        by_locale { key: "de" value: "Nie" }
      }
    }
    options {
      id: "often"
      value: "3"
      text {
        by_locale { key: "en" value: "Often" }
        by_locale { key: "de" value: "Oft" }
      }
    }
  }
  items {
    id: "sleep"
    single_choice: "frequency"
    text {
      by_locale { key: "en" value: "Bad sleep" }
      by_locale { key: "de" value: "Schlechter Schlaf" }
    }
  }
  items {
    id: "calm"
    single_choice: "frequency"
    reverse: true
    text {
      by_locale { key: "en" value: "Calm" }
      by_locale { key: "de" value: "Ruhig" }
    }
  }
  items {
    id: "hours"
    number { min: "0" max: "24" step: "0.5" unit: "h" }
    show_when: "sleep == 3"
    optional: true
    text {
      by_locale { key: "en" value: "Hours" }
      by_locale { key: "de" value: "Stunden" }
    }
  }
  items {
    id: "diary"
    free_text {}
    optional: true
    text {
      by_locale { key: "en" value: "Anything else" }
      by_locale { key: "de" value: "Noch etwas" }
    }
  }
  context {
    id: "sex"
    codes { code: "female" code: "male" }
  }
  scales {
    id: "total"
    aggregate { op: OP_SUM of: "sleep" of: "calm" }
    title {
      by_locale { key: "en" value: "Total" }
      by_locale { key: "de" value: "Summe" }
    }
    band_sets {
      id: "severity"
      bands {
        id: "low"
        title {
          by_locale { key: "en" value: "Low" }
          by_locale { key: "de" value: "Gering" }
        }
      }
      bands {
        id: "high"
        from: "4"
        title {
          by_locale { key: "en" value: "High" }
          by_locale { key: "de" value: "Hoch" }
        }
      }
    }
  }
  ladder { scale: "total" band_set: "severity" }
  examples {
    id: "highest"
    answers { item: "sleep" option: "often" }
    answers { item: "calm" option: "never" }
    scores { key: "total" value: "6" }
    bands { key: "total/severity" value: "high" }
    complete: true
    source: "worked by hand"
  }
)pb";

}  // namespace

quiz::v1::QuizDefinition MoodQuiz(absl::string_view title) {
  quiz::v1::QuizDefinition definition;
  google::protobuf::TextFormat::ParseFromString(kMood, &definition);
  (*definition.mutable_title()->mutable_by_locale())["en"] = std::string(title);
  (*definition.mutable_title()->mutable_by_locale())["de"] = absl::StrCat(title, " (deutsch)");
  return definition;
}

v1::ScoreRequest MoodRequest(const std::string& quiz) {
  v1::ScoreRequest request;
  request.set_quiz(quiz);
  quiz::v1::Answer& sleep = *request.add_answers();
  sleep.set_item("sleep");
  sleep.set_option("often");
  quiz::v1::Answer& calm = *request.add_answers();
  calm.set_item("calm");
  calm.set_option("never");
  return request;
}

v1::ScoreRequest MoodRecordRequest(const std::string& request_id, const std::string& quiz) {
  v1::ScoreRequest request = MoodRequest(quiz);
  request.mutable_record()->set_parent("clinics/north/clients/c-17");
  request.mutable_record()->set_request_id(request_id);
  return request;
}

}  // namespace ladder::scoring
