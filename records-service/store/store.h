// File: store.h
//
// What the records service needs of a database, cut by who reads it. Every store passes tests/conformance.
//
//   absl::StatusOr<std::optional<AssessmentRow>> found = store.FindAssessment("north", "c-17", id);
//   if (!found.ok()) return found.status();          // The store could not answer.
//   if (!found->has_value()) return NotFound(...);   // It could: there is none.
//
// For all of it:
//   Threads     Every method may be called from any thread at any time. Writes take turns; reads run beside them.
//   Blocking    Every method waits for the disk or the network: never call one from an event thread.
//   Atomicity   A method that writes does so whole or not at all, and is durable when it returns OK.
//   Visibility  What returned OK is seen by every call that begins after it.
//   Not found   Is no error: an empty optional or list. Whether that is one is decided above the store.
//   Errors      ABORTED where something changed since the caller looked: look again. INVALID_ARGUMENT where the engine
//               cannot hold this value. UNAVAILABLE with a reason of libs/chassis/errors.h's kind where it may be tried
//               again: kStorageFull, kStorageBusy, kReadTooSlow, kClosed had no effect; after kCommitUnknown the effect
//               is not known, and after kStorageFailed there was none and never will be. INTERNAL else.
//   Ownership   Arguments are copied where they are kept; what is returned belongs to the caller.

#ifndef LADDER_RECORDS_SERVICE_STORE_STORE_H_
#define LADDER_RECORDS_SERVICE_STORE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "records-service/store/rows.h"

namespace ladder::records {

// Reasons of UNAVAILABLE. Published: they never change.
inline constexpr char kStorageFull[] = "STORAGE_FULL";
inline constexpr char kStorageBusy[] = "STORAGE_BUSY";
inline constexpr char kReadTooSlow[] = "READ_TOO_SLOW";
inline constexpr char kClosed[] = "SHUTTING_DOWN";
inline constexpr char kCommitUnknown[] = "COMMIT_UNKNOWN";
inline constexpr char kStorageFailed[] = "STORAGE_FAILED";

// Quizzes, for authors and for those who score.
class QuizStore {
 public:
  // Whether the bytes of a version come with it.
  enum class Content { kWhole, kWithoutDefinition };

  virtual ~QuizStore() = default;

  virtual absl::StatusOr<std::optional<QuizRow>> FindQuiz(absl::string_view quiz) = 0;
  // Ascending by id; only ids greater than `after`.
  virtual absl::StatusOr<std::vector<QuizRow>> ListQuizzes(absl::string_view after, std::size_t limit) = 0;

  virtual absl::StatusOr<std::optional<DraftRow>> FindDraft(absl::string_view quiz) = 0;
  // Creates the quiz with its first draft where `expected_etag` is empty, else replaces the draft that has this etag.
  // ABORTED where there is a draft already, or one with another etag, or none.
  virtual absl::Status PutDraft(const DraftRow& draft, absl::string_view expected_etag) = 0;

  virtual absl::StatusOr<std::optional<VersionRow>> FindVersion(absl::string_view quiz, std::int64_t number,
                                                                Content content) = 0;
  // Without the bytes.
  virtual absl::StatusOr<std::optional<VersionRow>> FindVersionByDigest(absl::string_view quiz,
                                                                        absl::string_view digest) = 0;
  // Descending by number, without the bytes; only numbers less than `before`.
  virtual absl::StatusOr<std::vector<VersionRow>> ListVersions(absl::string_view quiz, std::int64_t before,
                                                               std::size_t limit) = 0;

  virtual absl::StatusOr<std::optional<ActivationRow>> FindActivation(absl::string_view quiz,
                                                                      std::int64_t generation) = 0;

  // ABORTED where the quiz does not exist or its revision is another one. INTERNAL where the change breaks what
  // rows.h says of it.
  virtual absl::Status UpdateQuiz(const QuizUpdate& update) = 0;
};

// Where a page of a client's assessments begins: after this one.
struct AssessmentCursor {
  absl::Time assess_time;
  std::string id;

  friend bool operator==(const AssessmentCursor&, const AssessmentCursor&) = default;
};

// Which of a client's assessments are asked for.
struct AssessmentQuery {
  std::string clinic;
  std::string client;
  std::string quiz;                            // Empty: of any quiz.
  absl::Time from = absl::InfinitePast();      // By assess_time, inclusive.
  absl::Time before = absl::InfiniteFuture();  // Exclusive.
  std::optional<AssessmentCursor> after;       // The last one of the page before.
  std::size_t limit = 0;                       // Rows.
  std::size_t max_bytes = 0;                   // Of submissions and results: a page ends with the row that passes it.
};

// A page of assessments.
struct AssessmentPage {
  std::vector<AssessmentRow> rows;
  bool more = false;  // There are rows after the last one.
};

// Which of a clinic's assessments are looked at, in the order of their ids.
struct QuizAssessmentQuery {
  std::string clinic;
  std::string quiz;
  std::string after_id;   // Only greater ids; empty: all.
  std::size_t limit = 0;  // Rows that are looked at, of whatever quiz, so that rare quizzes cost no more than others.
  std::size_t max_bytes = 0;  // Of submissions and results: a page ends with the row that passes it.
};

// The rows of the quiz among those that were looked at.
struct QuizAssessmentPage {
  std::vector<AssessmentRow> rows;
  std::string last_id;  // Of the last row that was looked at: where the next page goes on. Empty: there was none.
  bool more = false;    // There are rows, of whatever quiz, after that one.
};

// Which of a client's assessments that were set aside are asked for.
struct SetAsideQuery {
  std::string clinic;
  std::string client;
  std::string after_id;       // Only greater ids; empty: all.
  std::size_t limit = 0;      // Rows.
  std::size_t max_bytes = 0;  // Of submissions and results: a page ends with the row that passes it.
};

// A page of them.
struct SetAsidePage {
  std::vector<SetAsideRow> rows;
  bool more = false;  // There are rows after the last one.
};

// What became of a row that was to be written. Neither of both: it was written.
struct WriteOutcome {
  bool exists = false;  // Its request_id was used before: FindRequest gives the row that holds it.
  // Its request_id was removed or set aside, or it is older than the erasure of its client.
  bool erased = false;

  friend bool operator==(const WriteOutcome&, const WriteOutcome&) = default;
};

// Assessments, for those who may see a person's rows.
class AssessmentStore {
 public:
  virtual ~AssessmentStore() = default;

  // Writes every row whose request_id is new in its clinic and whose client was not erased since. One outcome for each
  // row, in their order. Of rows with one request_id in a batch the first is written. Reads no row that lies there, as
  // one may be large and a batch may name many.
  virtual absl::StatusOr<std::vector<WriteOutcome>> CreateAssessments(absl::Span<const AssessmentRow> rows) = 0;

  virtual absl::StatusOr<std::optional<AssessmentRow>> FindRequest(absl::string_view clinic,
                                                                   absl::string_view request_id) = 0;
  // Whether an assessment of this request_id was removed or set aside, and still may not come again at `now`.
  virtual absl::StatusOr<bool> WasErased(absl::string_view clinic, absl::string_view request_id, absl::Time now) = 0;
  // Whether an assessment of this request_id is set aside.
  virtual absl::StatusOr<bool> WasSetAside(absl::string_view clinic, absl::string_view request_id) = 0;
  virtual absl::StatusOr<std::optional<AssessmentRow>> FindAssessment(absl::string_view clinic,
                                                                      absl::string_view client,
                                                                      absl::string_view id) = 0;
  // Newest first by (assess_time, id). At least one row where there is one and limit > 0.
  virtual absl::StatusOr<AssessmentPage> ListAssessments(const AssessmentQuery& query) = 0;
  // Ascending by id. Looks at one row at least where there is one and limit > 0.
  virtual absl::StatusOr<QuizAssessmentPage> ListQuizAssessments(const QuizAssessmentQuery& query) = 0;
};

// A client as a whole, for those who erase and export one. What was released names nobody and is never touched.
class ClientStore {
 public:
  virtual ~ClientStore() = default;

  // From its return on, no assessment of the client is accepted that is about an earlier time than the erasure, or was
  // on its way then. Returns the time of the erasure: `now`, or that of the newest assessment where clocks differ; or
  // that of the erasure before, where nothing was recorded since.
  virtual absl::StatusOr<absl::Time> MarkErased(absl::string_view clinic, absl::string_view client, absl::Time now) = 0;
  // Removes at most `limit` of the assessments that were recorded until the erasure, with the standings that they are,
  // and of those that were set aside; their request_ids may never come again. Returns how many; fewer than `limit`:
  // none is left.
  virtual absl::StatusOr<std::size_t> RemoveErased(absl::string_view clinic, absl::string_view client,
                                                   std::size_t limit) = 0;
  // Takes what was removed out of what the engine keeps beside its tables, as far as it lets a program do so.
  // UNAVAILABLE, kStorageBusy, where somebody reads there: later.
  virtual absl::Status Scrub() = 0;

  // When the client was erased; nothing where that never was.
  virtual absl::StatusOr<std::optional<absl::Time>> FindErasure(absl::string_view clinic, absl::string_view client) = 0;
  // Ascending by series.
  virtual absl::StatusOr<std::vector<ClientStanding>> ListStandings(absl::string_view clinic,
                                                                    absl::string_view client) = 0;
  // Ascending by id. At least one row where there is one and limit > 0.
  virtual absl::StatusOr<SetAsidePage> ListSetAside(const SetAsideQuery& query) = 0;
};

// For those who keep to a clinic's retention.
class RetentionStore {
 public:
  virtual ~RetentionStore() = default;

  // Clinics that ever recorded something, ascending, after this one.
  virtual absl::StatusOr<std::vector<std::string>> ListClinics(absl::string_view after, std::size_t limit) = 0;
  // Removes at most `limit` assessments that are about a time before `before`, set aside or not, as RemoveErased does,
  // but their request_ids may come again from `expire_time` on.
  virtual absl::StatusOr<std::size_t> RemoveOlder(absl::string_view clinic, absl::Time before, absl::Time expire_time,
                                                  std::size_t limit) = 0;
  // Forgets at most `limit` request_ids that may come again at `now`. Returns how many.
  virtual absl::StatusOr<std::size_t> ForgetExpired(absl::string_view clinic, absl::Time now, std::size_t limit) = 0;
};

// A store as a whole.
class Store : public QuizStore, public AssessmentStore, public ClientStore, public RetentionStore {
 public:
  // OK where reads and writes can be expected to work. Cheap; does not wait for writers.
  virtual absl::Status Ready() = 0;
  // Waits for calls under way, then lets go of everything. Every later call fails with UNAVAILABLE, kClosed. Closing
  // twice is closing once.
  virtual void Close() = 0;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_STORE_STORE_H_
