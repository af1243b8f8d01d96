// File: service.h
//
// The records service put together over a store: everything between the store and the server. main() gives it the
// SQLite store; tests give it another.
//
//   RecordsService service({}, server.calls(), {*store, *store}, release_options, retention_options, notifier,
//                          clock, random);
//   server.AddCleanup("service", [&] { service.Stop(); });
//   server.Start(service.services());
//   service.release_job().Start();
//   service.retention_job().Start();
//
// Ownership: what the constructor is given has to outlive it; it has to outlive the server.

#ifndef LADDER_RECORDS_SERVICE_SERVICE_H_
#define LADDER_RECORDS_SERVICE_SERVICE_H_

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "libs/chassis/call_tracker.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/executor.h"
#include "libs/chassis/metrics.h"
#include "libs/chassis/random.h"
#include "libs/chassis/server.h"
#include "libs/chassis/timers.h"
#include "records-service/activation_notifier.h"
#include "records-service/analytics/analytics.h"
#include "records-service/analytics/release_log.h"
#include "records-service/analytics_handlers.h"
#include "records-service/assessment_creator.h"
#include "records-service/assessment_handlers.h"
#include "records-service/assessments.h"
#include "records-service/clients.h"
#include "records-service/program_cache.h"
#include "records-service/progress.h"
#include "records-service/quiz_catalog.h"
#include "records-service/quiz_handlers.h"
#include "records-service/release/discrete_laplace.h"
#include "records-service/release/release_job.h"
#include "records-service/release/release_options.h"
#include "records-service/release/series_programs.h"
#include "records-service/retention/retention_job.h"
#include "records-service/store/release_store.h"
#include "records-service/store/store.h"
#include "records-service/unusable_rows.h"
#include "records-service/version_comparer.h"
#include "records-service/version_loader.h"
#include "records-service/writer.h"

namespace ladder::records {

class RecordsService {
 public:
  struct Limits {
    // What only reads waits for nothing but the store.
    Executor::Options readers{.threads = 4, .queue_limit = 1000};
    // What reads and may have to compile a version first: progress, and the questions of analysts.
    Executor::Options calculators{.threads = 4, .queue_limit = 1000};
    // One thread, so that changes of quizzes take turns. Each may hold a definition of 1 MiB.
    Executor::Options authors{.threads = 1, .queue_limit = 64};
    // What compiles a definition of up to 1 MiB, so that no change of a quiz waits for it.
    Executor::Options validators{.threads = 2, .queue_limit = 16};
    // One thread: a comparison is busy for seconds and nobody's daily work waits for it.
    Executor::Options comparers{.threads = 1, .queue_limit = 16};
    // What is accepted to be recorded; and the threads that check it, that compile versions for it, and that answer it.
    // Their queues are as long as what may be accepted.
    std::size_t accepted_rows = 4096;
    std::size_t accepted_bytes = 64 << 20;
    int preparers = 3;
    int loaders = 2;
    int answerers = 1;
    Writer::Limits writer;
    // Compiled versions that are kept.
    std::size_t programs = 64;
  };

  // One store under its two interfaces.
  struct Stores {
    Store& records;
    ReleaseStore& releases;
  };

  RecordsService(const Limits& limits, CallTracker& calls, Stores stores, const release::ReleaseOptions& release,
                 const retention::RetentionOptions& retention, ActivationNotifier& notifier, const Clock& clock,
                 RandomSource& random)
      : programs_(stores.records, limits.programs),
        series_(stores.records, programs_),
        loaders_(Unbounded(limits.loaders)),
        versions_(programs_, series_, loaders_),
        preparers_(Unbounded(limits.preparers)),
        answerers_(Unbounded(limits.answerers)),
        writer_(stores.records, limits.writer, answerers_),
        creator_({stores.records, versions_, writer_, preparers_, clock, random, unusable_},
                 {.accepted_rows = limits.accepted_rows,
                  .accepted_bytes = limits.accepted_bytes,
                  .longest_wait = release.longest_wait}),
        assessments_(stores.records, clock, unusable_),
        catalog_(stores.records, notifier, clock),
        progress_(stores.records, stores.records, programs_, unusable_),
        comparer_(stores.records, stores.records, programs_, unusable_),
        clients_(stores.records, clock, {}, unusable_),
        noise_(random),
        release_job_(stores.releases, series_, noise_, release, clock, random, unusable_),
        retention_job_(stores.records, retention, clock),
        analytics_(stores.releases, series_, release),
        log_(stores.releases),
        timers_(&clock),
        readers_(limits.readers),
        calculators_(limits.calculators),
        authors_(limits.authors),
        validators_(limits.validators),
        comparers_(limits.comparers),
        quiz_handlers_(calls, catalog_, comparer_, {readers_, authors_, validators_, comparers_}),
        assessment_handlers_(calls, creator_, assessments_, progress_, clients_, {readers_, calculators_}),
        analytics_handlers_(calls, analytics_, log_, {readers_, calculators_}, clock, timers_) {}

  std::vector<ServedService> services() {
    return {{std::string(v1::QuizService::service_full_name()), &quiz_handlers_},
            {std::string(v1::AssessmentService::service_full_name()), &assessment_handlers_},
            {std::string(v1::StageAnalyticsService::service_full_name()), &analytics_handlers_}};
  }

  // Shows what the parts count.
  void AddTo(Metrics& metrics) const {
    writer_.AddTo(metrics);
    creator_.AddTo(metrics);
    unusable_.AddTo(metrics);
    release_job_.AddTo(metrics);
    retention_job_.AddTo(metrics);
    metrics.AddGauge("ladder_read_queue_calls", "Calls that wait for a reader.",
                     [this] { return static_cast<double>(readers_.queued() + calculators_.queued()); });
  }

  // These run in the background once they were started.
  release::ReleaseJob& release_job() { return release_job_; }
  retention::RetentionJob& retention_job() { return retention_job_; }

  // Finishes what was accepted. No call may be under way any more.
  void Stop() {
    timers_.Stop();
    release_job_.Stop();
    retention_job_.Stop();
    comparers_.Stop();
    validators_.Stop();
    authors_.Stop();
    calculators_.Stop();
    readers_.Stop();
    StopRecording();
  }

 private:
  // What it runs is bounded by what may be accepted.
  static Executor::Options Unbounded(int threads) {
    return {.threads = threads, .queue_limit = std::numeric_limits<std::size_t>::max()};
  }

  // In the order in which an assessment passes them: what was accepted is written and answered.
  void StopRecording() {
    creator_.Close();
    versions_.Stop();
    loaders_.Stop();
    preparers_.Stop();
    writer_.Stop();
    answerers_.Stop();
  }

  UnusableRows unusable_;
  ProgramCache programs_;
  release::SeriesPrograms series_;
  Executor loaders_;
  VersionLoader versions_;
  Executor preparers_;
  Executor answerers_;
  Writer writer_;
  AssessmentCreator creator_;
  Assessments assessments_;
  QuizCatalog catalog_;
  ProgressReader progress_;
  VersionComparer comparer_;
  Clients clients_;
  release::DiscreteLaplace noise_;
  release::ReleaseJob release_job_;
  retention::RetentionJob retention_job_;
  analytics::Analytics analytics_;
  analytics::ReleaseLog log_;
  ThreadTimers timers_;
  Executor readers_;
  Executor calculators_;
  Executor authors_;
  Executor validators_;
  Executor comparers_;
  QuizHandlers quiz_handlers_;
  AssessmentHandlers assessment_handlers_;
  AnalyticsHandlers analytics_handlers_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_SERVICE_H_
