// File: options.h
//
// The options of ladder-scoring: flags, environment (LADDER_SCORING_*) and a file, as libs/chassis/options.h has it.

#ifndef LADDER_SCORING_SERVICE_OPTIONS_H_
#define LADDER_SCORING_SERVICE_OPTIONS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/chassis/options.h"
#include "libs/chassis/server_options.h"
#include "libs/redis/redis.h"

namespace ladder::scoring {

struct ScoringOptions {
  ScoringOptions() {
    server.name = "ladder-scoring";
    server.listen = "127.0.0.1:7301";
  }

  ServerOptions server;
  // gRPC target of the records service. Required.
  std::string records_address;
  // No address: no Redis. Quizzes then come from records alone, and activations are seen within 30 seconds.
  redis::Options redis;
  // Compiled versions in memory, of which each takes some 100 kB.
  std::int64_t quiz_cache_size = 256;
  // Memory that they may take together, about.
  std::int64_t quiz_cache_bytes = std::int64_t{64} << 20;
  // Threads that compile quizzes.
  std::int64_t compile_threads = 2;

  // Reads and checks all of it. INVALID_ARGUMENT names the option.
  absl::StatusOr<OptionSet::Outcome> Parse(int argc, const char* const* argv);

 private:
  absl::Status Verify() const;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_OPTIONS_H_
