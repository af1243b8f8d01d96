#include "scoring-service/options.h"

namespace ladder::scoring {

absl::StatusOr<OptionSet::Outcome> ScoringOptions::Parse(int argc, const char* const* argv) {
  OptionSet options("ladder-scoring", "Scores answers to quizzes and hands the results to the records service.",
                    "LADDER_SCORING");
  server.AddTo(&options);
  options.Add("records", &records_address,
              "gRPC target of the records service, for example 127.0.0.1:50062 or dns:///records:50062. Required.");
  options.Add("redis", &redis.address,
              "host:port of the cache of published quizzes. Empty: none; quizzes then come from the records service "
              "alone, and an activation is seen within 30 seconds.");
  options.Add("redis-timeout", &redis.command_timeout, {.min = absl::Milliseconds(1), .max = absl::Seconds(1)},
              "For one command. A slower Redis counts as absent.");
  options.Add("quiz-cache-size", &quiz_cache_size, {.min = 1, .max = 100'000},
              "Compiled quiz versions kept in memory. One more, and the one used longest ago is fetched anew when it "
              "is needed.");
  options.Add("compile-threads", &compile_threads, {.min = 1, .max = 64},
              "Threads that compile quizzes which are not in memory yet.");
  options.AddCheck([this] { return Verify(); });
  return options.Parse(argc, argv);
}

absl::Status ScoringOptions::Verify() const {
  if (absl::Status status = server.Verify(); !status.ok()) return status;
  if (records_address.empty()) {
    return absl::InvalidArgumentError("--records is required: where the records service listens");
  }
  if (redis.address.empty()) return absl::OkStatus();
  if (absl::Status status = redis::Verify(redis); !status.ok()) {
    return absl::InvalidArgumentError("--redis or --redis-timeout: " + std::string(status.message()));
  }
  return absl::OkStatus();
}

}  // namespace ladder::scoring
