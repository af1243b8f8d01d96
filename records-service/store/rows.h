// File: rows.h
//
// What a store keeps, as plain values. No contract message and no driver's type appears here: a store moves bytes and
// keys, and what they mean is decided above it.
//
// Ids are printable ASCII, compared byte by byte (so "North" is not "north"). Byte strings hold anything, NUL included.
// Times have nanoseconds and lie between EarliestTime() and LatestTime().

#ifndef LADDER_RECORDS_SERVICE_STORE_ROWS_H_
#define LADDER_RECORDS_SERVICE_STORE_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace ladder::records {

// Every time between fits 64 bits of nanoseconds, in which engines keep it.
inline absl::Time EarliestTime() { return absl::FromCivil(absl::CivilYear(1900), absl::UTCTimeZone()); }
inline absl::Time LatestTime() { return absl::FromCivil(absl::CivilYear(2200), absl::UTCTimeZone()); }

// A quiz with what is active. A quiz exists from its first draft on.
struct QuizRow {
  std::string quiz;
  std::int64_t revision = 0;        // Grows by one with every QuizUpdate.
  std::int64_t generation = 0;      // Of the newest ActivationRow; 0: nothing was ever activated.
  std::int64_t active_version = 0;  // 0: none is active.
  std::string active_digest;        // Empty: none is active.
  std::int64_t latest_version = 0;  // 0: nothing is published.
  absl::Time create_time;           // When the first draft was made.
  absl::Time update_time;           // When `generation` last grew; before that create_time.

  friend bool operator==(const QuizRow&, const QuizRow&) = default;
};

// What an author is working on. One for each quiz.
struct DraftRow {
  std::string quiz;
  std::string definition;  // A serialised definition.
  std::string etag;
  absl::Time update_time;

  friend bool operator==(const DraftRow&, const DraftRow&) = default;
};

// What was published. Only `retire_time` ever changes, and only once.
struct VersionRow {
  std::string quiz;
  std::int64_t number = 0;  // Counted from 1 in each quiz, without gaps.
  std::string definition;   // The bytes exactly as published; empty where they were not asked for.
  std::string digest;       // Unique in its quiz.
  absl::Time publish_time;
  std::optional<absl::Time> retire_time;

  friend bool operator==(const VersionRow&, const VersionRow&) = default;
};

// One step of a quiz's history of activations, which only grows. The newest says what is active.
struct ActivationRow {
  std::int64_t generation = 0;  // Counted from 1 in each quiz, without gaps.
  std::int64_t version = 0;     // What became active; 0: nothing, because the active version was retired.
  std::int64_t beneath = 0;     // The generation to look at next when this one is rolled back; 0: none.
  absl::Time time;

  friend bool operator==(const ActivationRow&, const ActivationRow&) = default;
};

// A change of a quiz, made whole or not at all.
struct QuizUpdate {
  std::string quiz;
  std::int64_t expected_revision = 0;     // Of the row that the change was decided on.
  std::optional<VersionRow> publish;      // Its number is the next one.
  std::optional<std::int64_t> retire;     // The number of a version that is not retired.
  std::optional<ActivationRow> activate;  // Its generation is the next one; its version exists or is 0.
  absl::Time time;                        // When the version is retired and the quiz updated.
};

// An assessment: written once, never changed.
struct AssessmentRow {
  std::string clinic;
  std::string client;
  std::string id;          // Unique in the clinic.
  std::string request_id;  // Unique in the clinic.
  std::string quiz;
  std::int64_t version = 0;  // That scored it.
  std::string campaign;      // Empty: none.
  absl::Time assess_time;    // What it is about in time.
  absl::Time create_time;
  std::string submission;  // What the platform sent.
  std::string result;      // What scoring gave.
  // What it counts as when figures are released (release_store.h). Only rows with a series are counted.
  std::string series;   // "{quiz}/{first version}"; empty: the quiz has no ladder.
  std::string slices;   // Values of public slices.
  std::string outcome;  // What came out, in bytes.
  bool late = false;    // Recorded too long after `assess_time` to join what happens now.
  std::string cohort;   // Stamped by the store; empty where there is no series.

  friend bool operator==(const AssessmentRow&, const AssessmentRow&) = default;
};

// An assessment that this program cannot use, kept apart from those that it can.
struct SetAsideRow {
  AssessmentRow row;  // Its cohort is the one that was released with it; empty: none was.
  absl::Time set_aside_time;
  std::string why;  // "is damaged". Never holds an answer or a score.

  friend bool operator==(const SetAsideRow&, const SetAsideRow&) = default;
};

// Where a client was counted last in a series, when figures were released.
struct ClientStanding {
  std::string series;
  absl::Time assess_time;
  std::string id;  // Of the assessment.
  std::string outcome;

  friend bool operator==(const ClientStanding&, const ClientStanding&) = default;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_STORE_ROWS_H_
