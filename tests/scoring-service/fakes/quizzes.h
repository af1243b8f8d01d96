// File: quizzes.h
//
// Small quizzes for tests of the service, which need not be about anything.

#ifndef LADDER_TESTS_SCORING_SERVICE_FAKES_QUIZZES_H_
#define LADDER_TESTS_SCORING_SERVICE_FAKES_QUIZZES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "ladder/quiz/v1/definition.pb.h"
#include "ladder/scoring/v1/scoring_service.pb.h"

namespace ladder::scoring {

// "mood": two frequency items of 0 to 3 ("calm" reversed), a number "hours" that is asked where `sleep` is "often", a
// free text "diary", a context "sex"; the sum "total" with bands and a ladder. `title` makes another version of it.
quiz::v1::QuizDefinition MoodQuiz(absl::string_view title = "Mood");

// A request that scores "mood": sleep often (3), calm never (reversed: 3). The total is 6.
v1::ScoreRequest MoodRequest(const std::string& quiz = "quizzes/mood");

// The same, to be recorded.
v1::ScoreRequest MoodRecordRequest(const std::string& request_id, const std::string& quiz = "quizzes/mood");

}  // namespace ladder::scoring

#endif  // LADDER_TESTS_SCORING_SERVICE_FAKES_QUIZZES_H_
