// File: release_rows.h
//
// What a store keeps to release figures, as plain values. docs/formats/release.md explains how they hang together.
//
// All of it is frame: who, where and when, never what came out, except for the byte strings named `outcome` and
// `tables`, which the store does not read.

#ifndef LADDER_RECORDS_SERVICE_STORE_RELEASE_ROWS_H_
#define LADDER_RECORDS_SERVICE_STORE_RELEASE_ROWS_H_

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace ladder::records {

// The campaign under which cohorts that are too small to stand alone are released together. No caller can name it.
inline constexpr char kOtherCampaign[] = "-other";

// Where assessments gather.
struct PartitionKey {
  std::string clinic;
  std::string campaign;  // Empty: none.
  std::string series;    // "{quiz}/{first version}".

  friend bool operator==(const PartitionKey&, const PartitionKey&) = default;
  friend bool operator<(const PartitionKey& a, const PartitionKey& b) {
    return std::tie(a.clinic, a.campaign, a.series) < std::tie(b.clinic, b.campaign, b.series);
  }
};

// Numbers are stored.
enum class CohortKind {
  kPresent = 0,  // What is recorded about when it happened.
  kHistory = 1,  // What arrives later than a cohort waits.
};

// Numbers are stored.
enum class CohortState {
  kOpen = 0,      // Takes assessments.
  kSealed = 1,    // Takes none, and waits to be released.
  kMerged = 2,    // As sealed; released with the cohort that `merged_into` names.
  kReleased = 3,  // In the log.
  kNever = 4,     // Will not be released: everybody in it was erased, or it was in a backup that was restored.
};

// A cohort that takes assessments, with who is in it.
struct GatheringCohort {
  PartitionKey partition;
  std::string id;
  CohortKind kind = CohortKind::kPresent;
  std::int64_t clients = 0;  // Distinct ones; at least 1.
  absl::Time oldest;         // When the first of its assessments was recorded.

  friend bool operator==(const GatheringCohort&, const GatheringCohort&) = default;
};

// Cohorts of one clinic, series and kind that close together.
struct Sealing {
  struct Member {
    PartitionKey partition;
    std::string cohort;  // That closes.
    std::string next;    // The id of the one that opens in its place.
  };
  std::vector<Member> members;  // Sorted by partition.
  CohortKind kind = CohortKind::kPresent;
  absl::Time close_time;
  // The id of the cohort under kOtherCampaign that the members are released as; empty where the one member stands for
  // itself.
  std::string merge_into;
};

// A cohort that can be released.
struct SealedCohort {
  PartitionKey partition;
  std::string id;
  CohortKind kind = CohortKind::kPresent;
  absl::Time close_time;
};

// One assessment of a cohort.
struct CohortAssessment {
  std::string client;
  absl::Time assess_time;
  std::string id;
  std::string slices;
  std::string outcome;
};

// Where a client was counted last in a clinic and series.
struct StandingRow {
  std::string client;
  absl::Time assess_time;
  std::string id;  // Of the assessment.
  std::string outcome;

  friend bool operator==(const StandingRow&, const StandingRow&) = default;
};

// What a release counts.
struct CohortContent {
  SealedCohort cohort;
  std::vector<CohortAssessment> assessments;  // By (assess_time, id).
  std::vector<StandingRow> standings;         // Of clients who have one.
};

// What a release adds to the log, for each run of the cohort.
struct LogRun {
  absl::Time window_begin;  // Of the first tick that holds one of its assessments.
  absl::Time last_tick;     // The begin of the last one, which decides in which spans it counts.
  absl::Time window_end;    // The end of the last one.
  std::int64_t clients = 0;
  std::int64_t assessments = 0;
  std::string budgets;  // That the noise was drawn with.
  std::string tables;
  std::string shape;  // Tables of one shape, and only those, can be added.
};

// What a release changes.
struct Released {
  std::vector<LogRun> runs;            // In order. Empty where nobody is left.
  std::vector<StandingRow> standings;  // To be put.
  std::int64_t skipped = 0;            // Assessments that could not be used, and are in none of the runs.
};

// An entry of the log.
struct LogRow {
  PartitionKey partition;
  std::int64_t position = 0;  // From 1 in each clinic, without gaps.
  std::string cohort;
  std::int64_t run = 0;  // Counted from 0 in a cohort.
  absl::Time close_time;
  LogRun figures;
};

// How far the log of a clinic reaches.
struct LogHead {
  std::string clinic;
  std::int64_t position = 0;

  friend bool operator==(const LogHead&, const LogHead&) = default;
};

// Spans over which the log is kept as sums. Numbers are stored.
enum class Grain { kTick = 0, kDay = 1, kMonth = 2 };  // In UTC.

// The begin of the span that holds the tick that begins at `tick`.
inline absl::Time BeginOfSpan(Grain grain, absl::Time tick) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  switch (grain) {
    case Grain::kTick:
      return tick;
    case Grain::kDay:
      return absl::FromCivil(absl::ToCivilDay(tick, utc), utc);
    case Grain::kMonth:
      return absl::FromCivil(absl::ToCivilMonth(tick, utc), utc);
  }
  return tick;
}

// The entries of a partition whose window ends in one span, added up.
struct SumRow {
  PartitionKey partition;
  Grain grain = Grain::kTick;
  absl::Time begin;  // Of the span.
  std::string shape;
  std::int64_t entries = 0;
  std::int64_t clients = 0;
  std::int64_t assessments = 0;
  absl::Time window_begin;  // The earliest of the entries.
  absl::Time close_time;    // The latest of the entries.
  std::string budgets;
  std::string tables;
};

// Which sums are asked for.
struct SumQuery {
  // Spans of one grain that begin in [from, before).
  struct Part {
    Grain grain = Grain::kTick;
    absl::Time from;
    absl::Time before;
  };
  std::string clinic;  // Empty: all.
  std::string series;
  std::vector<Part> parts;
};

// The log as it stood when the sums were read.
struct Sums {
  std::vector<LogHead> heads;  // Of the clinics asked for, ascending.
  std::vector<SumRow> rows;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_STORE_RELEASE_ROWS_H_
