// File: released_log.h
//
// A store on disk whose log is filled cohort by cohort, and what was written, so that a test can count it again.
//
//   ReleasedLog log;
//   log.Publish(LogQuiz());
//   log.Release({.clinic = "north", .campaign = "", .rows = {...}}, no_noise);

#ifndef LADDER_TESTS_RECORDS_SERVICE_ANALYTICS_RELEASED_LOG_H_
#define LADDER_TESTS_RECORDS_SERVICE_ANALYTICS_RELEASED_LOG_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "ladder/quiz/v1/definition.pb.h"
#include "records-service/program_cache.h"
#include "records-service/release/discrete_laplace.h"
#include "records-service/release/release_options.h"
#include "records-service/release/series_programs.h"
#include "records-service/store/sqlite/sqlite_store.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records::analytics {

absl::Time TimeOf(absl::string_view text);

// The quiz "mood": rungs light (lower, upper) and heavy, guidance talk, slices sex and informant, titles in English and
// German. German is the default locale.
quiz::v1::QuizDefinition LogQuiz(const std::vector<std::string>& comparable_with = {});

// One assessment.
struct LogAssessment {
  std::string client;
  absl::Time time;
  std::string sex;
  std::string informant;
  std::string stage;  // Empty: not scored.
  std::string range;
  std::string guidance;
  int score = 0;
};

// What is released together.
struct LogCohort {
  std::string clinic;
  std::string campaign = "";
  std::string series = "mood/1";
  bool as_other = false;  // Under "-other".
  std::vector<LogAssessment> rows;
};

class ReleasedLog {
 public:
  ReleasedLog();

  sqlite::SqliteStore& store() { return *store_; }
  release::SeriesPrograms& series() { return series_; }
  const std::string& directory() const { return directory_.path(); }

  // The next version of its quiz.
  void Publish(const quiz::v1::QuizDefinition& definition);
  // Writes rows that wait in an open cohort.
  void Write(const LogCohort& cohort);
  // Writes them, closes the cohort and releases it.
  void Release(const LogCohort& cohort, release::NoiseSource& noise, const release::ReleaseOptions& options = {});

  // In the order of their release.
  const std::vector<LogCohort>& cohorts() const { return cohorts_; }

 private:
  testing::TempDir directory_;
  testing::FakeClock clock_;
  std::unique_ptr<sqlite::SqliteStore> store_;
  ProgramCache programs_;
  release::SeriesPrograms series_;
  std::vector<LogCohort> cohorts_;
  int written_ = 0;
};

}  // namespace ladder::records::analytics

#endif  // LADDER_TESTS_RECORDS_SERVICE_ANALYTICS_RELEASED_LOG_H_
