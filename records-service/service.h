// File: service.h
//
// The records service put together over a store: everything between the store and the server. main() gives it the
// SQLite store; tests give it another.
//
//   RecordsService service({}, server.calls(), *store, notifier, clock, random);
//   server.AddCleanup("service", [&] { service.Stop(); });
//   server.Start(service.services());
//
// Ownership: what the constructor is given has to outlive it; it has to outlive the server.

#ifndef LADDER_RECORDS_SERVICE_SERVICE_H_
#define LADDER_RECORDS_SERVICE_SERVICE_H_

#include <vector>

#include "libs/chassis/call_tracker.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/executor.h"
#include "libs/chassis/random.h"
#include "libs/chassis/server.h"
#include "records-service/activation_notifier.h"
#include "records-service/assessment_handlers.h"
#include "records-service/assessments.h"
#include "records-service/program_cache.h"
#include "records-service/progress.h"
#include "records-service/quiz_catalog.h"
#include "records-service/quiz_handlers.h"
#include "records-service/store/store.h"
#include "records-service/version_comparer.h"
#include "records-service/writer.h"

namespace ladder::records {

class RecordsService {
 public:
  struct Limits {
    Executor::Options readers{.threads = 4, .queue_limit = 1000};
    // One thread, so that changes of quizzes take turns. Each may hold a definition of 1 MiB.
    Executor::Options authors{.threads = 1, .queue_limit = 64};
    // One thread: a comparison is busy for seconds and nobody's daily work waits for it.
    Executor::Options comparers{.threads = 1, .queue_limit = 16};
    Writer::Limits writer;
    // Compiled versions that are kept.
    std::size_t programs = 64;
  };

  RecordsService(const Limits& limits, CallTracker& calls, Store& store, ActivationNotifier& notifier,
                 const Clock& clock, RandomSource& random)
      : writer_(store, limits.writer),
        assessments_(store, writer_, clock, random),
        catalog_(store, notifier, clock),
        programs_(store, limits.programs),
        progress_(store, store, programs_),
        comparer_(store, store, programs_),
        readers_(limits.readers),
        authors_(limits.authors),
        comparers_(limits.comparers),
        quiz_handlers_(calls, catalog_, comparer_, {readers_, authors_, comparers_}),
        assessment_handlers_(calls, assessments_, progress_, readers_) {}

  std::vector<ServedService> services() {
    return {{std::string(v1::QuizService::service_full_name()), &quiz_handlers_},
            {std::string(v1::AssessmentService::service_full_name()), &assessment_handlers_}};
  }

  // Finishes what was accepted. No call may be under way any more.
  void Stop() {
    comparers_.Stop();
    authors_.Stop();
    readers_.Stop();
    writer_.Stop();
  }

 private:
  Writer writer_;
  Assessments assessments_;
  QuizCatalog catalog_;
  ProgramCache programs_;
  ProgressReader progress_;
  VersionComparer comparer_;
  Executor readers_;
  Executor authors_;
  Executor comparers_;
  QuizHandlers quiz_handlers_;
  AssessmentHandlers assessment_handlers_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_SERVICE_H_
