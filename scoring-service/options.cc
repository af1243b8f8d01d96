#include "scoring-service/options.h"

namespace ladder::scoring {

absl::StatusOr<OptionSet::Outcome> ScoringOptions::Parse(int argc, const char* const* argv) {
  OptionSet options("ladder-scoring", "Scores answers to quizzes and hands the results to the records service.",
                    "LADDER_SCORING");
  server.AddTo(&options);
  options.Add("records", &records_address,
              "gRPC target of the records service, for example 127.0.0.1:7302 or dns:///records:7302. Required.");
  redis::AddTo(&options, &redis,
               "host:port of the cache of published quizzes. Empty: none; quizzes then come from the records service "
               "alone, and an activation is seen within 30 seconds.");
  options.Add("quiz-cache-size", &quiz_cache_size, {.min = 1, .max = 100'000},
              "Compiled quiz versions kept in memory. One more, and the one used longest ago is fetched anew when it "
              "is needed.");
  options.Add(
      "quiz-cache-bytes", &quiz_cache_bytes, {.min = 1 << 20, .max = std::int64_t{1} << 40},
      "Memory that these versions may take together, about. Past it, the ones used longest ago are fetched anew "
      "when they are needed.");
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
  return absl::OkStatus();
}

}  // namespace ladder::scoring
