// File: store_conformance.h
//
// One suite for every store. A test gets a fresh store from the engine's factory and speaks to it through Store only,
// so an engine that passes can take another's place. engines.cc lists the engines; an engine that cannot do something
// says so there, with the reason, and the test that needs it is skipped with that reason.

#ifndef LADDER_TESTS_CONFORMANCE_STORE_CONFORMANCE_H_
#define LADDER_TESTS_CONFORMANCE_STORE_CONFORMANCE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "records-service/store/release_store.h"
#include "records-service/store/store.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records {

struct Engine {
  std::string name;
  // Opens what lies in `directory`, or something new.
  std::function<std::unique_ptr<Store>(const std::string& directory, const Clock& clock)> open;
  // Why nothing is left after Close; empty where it is.
  std::string forgets_because;

  friend void PrintTo(const Engine& engine, std::ostream* out) { *out << engine.name; }
};

// Those that are a ReleaseStore, too.
std::vector<Engine> EnginesThatRelease();

class StoreConformance : public ::testing::TestWithParam<Engine> {
 protected:
  StoreConformance() : store_(GetParam().open(directory_.path(), clock_)) {}

  void Reopen() {
    store_->Close();
    store_ = GetParam().open(directory_.path(), clock_);
  }

  Store& store() { return *store_; }
  absl::Time Now() const { return clock_.Now(); }

  // What tests of quizzes write.
  DraftRow Draft(const std::string& quiz, const std::string& etag) {
    return {.quiz = quiz, .definition = "draft " + etag, .etag = etag, .update_time = Now()};
  }
  VersionRow Version(std::int64_t number) {
    return {.quiz = "mood",
            .number = number,
            .definition = std::string("bytes\0", 6) + std::to_string(number),
            .digest = "digest-" + std::to_string(number),
            .publish_time = Now() + absl::Nanoseconds(number),
            .retire_time = std::nullopt};
  }
  QuizUpdate Update(std::int64_t expected_revision) {
    return {.quiz = "mood",
            .expected_revision = expected_revision,
            .publish = std::nullopt,
            .retire = std::nullopt,
            .activate = std::nullopt,
            .time = Now() + absl::Seconds(expected_revision + 1)};
  }
  ActivationRow Activation(std::int64_t generation, std::int64_t version, std::int64_t beneath) {
    return {.generation = generation, .version = version, .beneath = beneath, .time = Now()};
  }
  // The quiz "mood" with this many versions; its revision is then `versions`.
  void MakeQuiz(std::int64_t versions) {
    ASSERT_OK(store().PutDraft(Draft("mood", "e1"), ""));
    for (std::int64_t number = 1; number <= versions; ++number) {
      QuizUpdate update = Update(number - 1);
      update.publish = Version(number);
      ASSERT_OK(store().UpdateQuiz(update));
    }
  }
  QuizRow Mood() {
    const auto quiz = store().FindQuiz("mood");
    EXPECT_TRUE(quiz.ok() && quiz->has_value());
    return quiz.ok() ? quiz->value_or(QuizRow()) : QuizRow();
  }

 private:
  testing::TempDir directory_;
  testing::FakeClock clock_;
  std::unique_ptr<Store> store_;
};

// A row that differs from others of other numbers in every key.
inline AssessmentRow RowNumber(int number) {
  const absl::Time time = absl::FromUnixSeconds(1'700'000'000) + absl::Seconds(number);
  return {.clinic = "north",
          .client = "c-1",
          .id = absl::StrCat("id-", number),
          .request_id = absl::StrCat("request-", number),
          .quiz = "mood",
          .version = 1,
          .campaign = "",
          .assess_time = time,
          .create_time = time,
          .submission = absl::StrCat("submission ", number),
          .result = absl::StrCat("result ", number),
          .series = "",
          .slices = "",
          .outcome = "",
          .late = false,
          .cohort = ""};
}

// What a store says of a row.
inline WriteOutcome Written() { return {}; }
inline WriteOutcome Exists() { return {.exists = true, .erased = false}; }
inline WriteOutcome Refused() { return {.exists = false, .erased = true}; }

// All of a client's assessments.
inline AssessmentQuery QueryOf(std::string clinic, std::string client) {
  AssessmentQuery query;
  query.clinic = std::move(clinic);
  query.client = std::move(client);
  query.limit = 1000;
  query.max_bytes = 1 << 30;
  return query;
}

}  // namespace ladder::records

#endif  // LADDER_TESTS_CONFORMANCE_STORE_CONFORMANCE_H_
