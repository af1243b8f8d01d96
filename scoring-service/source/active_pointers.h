// File: active_pointers.h
//
// Which version of each quiz is active, in memory. All pointers are fetched anew within 30 seconds, and one at once
// when a message on Redis hints that it changed. No request waits for that: a known pointer is used as it is, also long
// after its time while records cannot be reached. A pointer of a lower generation than the known one is old news and
// ignored.
//
//   ActivePointers pointers(&records, &clock, &timers, &random);
//   pointers.Start([&](const std::vector<std::string>& active) { ready->Set(true); });
//   pointers.Get("ladder-of-healing", deadline, [](absl::StatusOr<ActivePointer> pointer) { ... });

#ifndef LADDER_SCORING_SERVICE_SOURCE_ACTIVE_POINTERS_H_
#define LADDER_SCORING_SERVICE_SOURCE_ACTIVE_POINTERS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ladder/records/v1/quiz_service.pb.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/mutex.h"
#include "libs/chassis/random.h"
#include "libs/chassis/timers.h"
#include "scoring-service/concurrency/not_found_memory.h"
#include "scoring-service/concurrency/single_flight.h"
#include "scoring-service/records_quizzes.h"

namespace ladder::scoring {

// After this time all pointers have been asked for again, where records answer. With jitter: a fifth of it earlier at
// most, so that many processes do not ask together.
inline constexpr absl::Duration kPointerLifetime = absl::Seconds(30);
// The first pause after a list that failed; doubles with every failure up to kPointerLifetime.
inline constexpr absl::Duration kPointerRetry = absl::Seconds(1);
// Pointers kept. Quizzes past it are asked for with every request.
inline constexpr std::size_t kMaxPointers = 100'000;
// Quizzes asked for at the same time because of hints. Past it all are listed.
inline constexpr std::size_t kMaxHintsUnderWay = 16;
// Pages of one list, of 1,000 quizzes each.
inline constexpr int kMaxListPages = 100;

struct ActivePointer {
  std::int64_t version = 0;  // 0: none is active.
  std::string digest;        // Of that version's bytes.
  std::int64_t generation = 0;
};

// Thread-safe. Outlives every call that it made to `records`.
class ActivePointers {
 public:
  using Callback = std::function<void(absl::StatusOr<ActivePointer>)>;
  // Ids of the quizzes that have an active version.
  using OnFirstList = std::function<void(const std::vector<std::string>& active)>;

  // All are borrowed.
  ActivePointers(RecordsQuizzes* records, const Clock* clock, Timers* timers, RandomSource* random);

  // Fetches the list, again and again until it comes, and then keeps it fresh. `on_first_list` runs once, on any
  // thread.
  void Start(OnFirstList on_first_list);

  // The pointer where it is known.
  std::optional<ActivePointer> Peek(const std::string& quiz);

  // Calls `done` exactly once: at once where the pointer is known, else after asking records, one flight per quiz.
  // NOT_FOUND, UNAVAILABLE or DEADLINE_EXCEEDED.
  void Get(const std::string& quiz, absl::Time deadline, Callback done);

  // The pointer of this quiz may have changed: asks records now. Takes any text.
  void Hint(const std::string& quiz);

  // How long ago all pointers were fetched; nothing before they were.
  std::optional<absl::Duration> Age() const;

  // Any pointer may have changed: asks records for all, now or after the list that is under way.
  void RefreshAll();

 private:
  void ListPage(const std::string& page_token, int page);
  void EndList(const absl::Status& status);
  absl::Duration PauseAfterList(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AskAfterHint(const std::string& quiz);
  void EndHint(const std::string& quiz, const absl::Status& status);
  // Keeps what is not old news. Returns what holds now.
  ActivePointer Learn(const records::v1::Quiz& quiz);
  std::vector<std::string> ActiveQuizzes();

  RecordsQuizzes* const records_;
  const Clock* const clock_;
  Timers* const timers_;
  RandomSource* const random_;
  NotFoundMemory not_found_;
  SingleFlight<ActivePointer> flights_;

  mutable Mutex mutex_;
  std::optional<absl::Time> listed_at_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, ActivePointer> pointers_ ABSL_GUARDED_BY(mutex_);
  // Quizzes asked for because of a hint; true where another hint came since.
  absl::flat_hash_map<std::string, bool> hinted_ ABSL_GUARDED_BY(mutex_);
  OnFirstList on_first_list_ ABSL_GUARDED_BY(mutex_);
  bool listing_ ABSL_GUARDED_BY(mutex_) = false;
  bool list_again_ ABSL_GUARDED_BY(mutex_) = false;
  int failures_in_a_row_ ABSL_GUARDED_BY(mutex_) = 0;
  Timers::Id next_list_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_SOURCE_ACTIVE_POINTERS_H_
