// File: assessment_creator.h
//
// Creates assessments. The writer's thread does nothing but the transaction; everything else that a request needs
// happens before it or after it, on other threads:
//
//   check     names, then the quiz: the submission is scored again (result_check.h). On the caller's thread where that
//             is short and the version in memory, else on `preparers`, for a moment at a time, so that a large batch or
//             a slow quiz lets others pass. A version that is not in memory is loaded meanwhile, and no thread waits
//             for it.
//   write     what passed its check (writer.h). A row that did not costs its own refusal only.
//   look up   rows whose request_id was used before, and rows that failed their check: a request_id that was used tells
//             what it holds, whatever comes with it now. On `preparers`, likewise for a moment at a time.
//   answer    on the writer's answering thread, or where the last look-up was.
//
// Thread-safe.

#ifndef LADDER_RECORDS_SERVICE_ASSESSMENT_CREATOR_H_
#define LADDER_RECORDS_SERVICE_ASSESSMENT_CREATOR_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ladder/records/v1/assessment_service.pb.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/executor.h"
#include "libs/chassis/metrics.h"
#include "libs/chassis/mutex.h"
#include "libs/chassis/random.h"
#include "records-service/earlier_request.h"
#include "records-service/ids.h"
#include "records-service/store/store.h"
#include "records-service/unusable_rows.h"
#include "records-service/version_loader.h"
#include "records-service/writer.h"

namespace ladder::records {

// The reason of UNAVAILABLE where more waits than may.
inline constexpr char kWriteQueueFull[] = "WRITE_QUEUE_FULL";

// The reason of RESOURCE_EXHAUSTED where what a batch is to be answered with again is too much for one reply.
inline constexpr char kReplyTooLarge[] = "REPLY_TOO_LARGE";

class AssessmentCreator {
 public:
  using Outcome = absl::StatusOr<v1::CreateAssessmentResponse>;

  struct Options {
    // What may be accepted and not answered yet: what waits to be checked, to be written or to be answered. Requests
    // whose version is being loaded may take half of it, so that a version that is slow to load leaves room for others.
    std::size_t accepted_rows = 4096;
    std::size_t accepted_bytes = 64 << 20;
    // What is recorded longer than this after the time that it is about is late (release/stamp_facts.h).
    absl::Duration longest_wait = absl::Hours(24 * 30);
  };
  // What it works with. All of these have to outlive it.
  struct Parts {
    AssessmentStore& store;
    VersionLoader& versions;
    Writer& writer;
    Executor& preparers;  // With a queue that takes all that may be accepted.
    const Clock& clock;
    RandomSource& random;
    UnusableRows& unusable;
  };

  AssessmentCreator(const Parts& parts, const Options& options)
      : parts_(parts), options_(options), ids_(parts.clock, parts.random) {}

  // Calls `done` exactly once, when the outcome is durable, or at once where there is no room for it. `done` may not
  // block.
  void Create(v1::CreateAssessmentRequest request, std::function<void(Outcome)> done);
  // Likewise; each request has its own outcome. The status is for a batch that cannot be one.
  void CreateBatch(v1::BatchCreateAssessmentsRequest request,
                   std::function<void(absl::StatusOr<std::vector<Outcome>>)> done);

  // Shows what it counts.
  void AddTo(Metrics& metrics) const;

  // Refuses from now on; what was accepted goes on.
  void Close();

 private:
  struct Item;
  struct Job;
  using JobPtr = std::shared_ptr<Job>;

  void Start(const JobPtr& job);
  absl::Status Accept(Job& job);
  // Runs one turn of the job's work after the other, each time behind whoever waits.
  void Submit(const JobPtr& job, void (AssessmentCreator::*turn)(const JobPtr&));

  void CheckSome(const JobPtr& job);
  // False where its version is not in memory.
  bool CheckItem(Job& job, Item& item);
  const absl::StatusOr<ScoringVersion>* VersionOf(Job& job, const Item& item);
  void MakeRow(const ScoringVersion& version, Job& job, Item& item);
  void LoadVersions(const JobPtr& job);
  // False where half of the room is taken by jobs that wait for versions. The first is always taken.
  bool BeginWaitingForVersions(const Job& job);
  void EndWaitingForVersions(const Job& job);

  void Write(const JobPtr& job);
  void TakeOutcomes(const JobPtr& job, std::vector<Writer::Outcome> written);
  void LookUpSome(const JobPtr& job);
  // Those of the items that follow each other under one request_id, from `begin` on. Returns where the next begins.
  std::size_t LookUp(Job& job, std::size_t begin);
  // Nothing where the request_id was never used; kErased or kSetAside where what it recorded was removed or set aside.
  absl::StatusOr<std::optional<EarlierRequest>> FindEarlier(const std::string& clinic, const std::string& request_id);
  static Outcome AnswerAgain(Job& job, const Item& item, EarlierRequest& earlier);
  void Answer(const JobPtr& job);

  const Parts parts_;
  const Options options_;
  IdMaker ids_;
  mutable Mutex mutex_;
  std::size_t accepted_rows_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t accepted_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // Of the accepted ones, those of jobs that wait for versions.
  std::size_t rows_waiting_for_versions_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t bytes_waiting_for_versions_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_ASSESSMENT_CREATOR_H_
