#include "records-service/options.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "libs/redis/redis.h"

namespace ladder::records {

void Options::AddTo(OptionSet* options) {
  server.AddTo(options);
  options->AddCheck([this] { return server.Verify(); });
  options->Add("data-dir", &data_dir,
               "Directory of the database, on a disk of this machine. Required. Made where it is missing; one process "
               "at a time may use it.");
  options->Add("redis", &redis_address,
               "host:port of the Redis over which scoring services learn of activations at once. Empty: they learn of "
               "them within half a minute.");
  options->Add("readers", &readers, {.min = 1, .max = 64}, "Threads that read, each with a database connection.");
  options->Add("read-queue", &read_queue, {.min = 1, .max = 100'000},
               "Calls that may wait for a reader. One more is refused with UNAVAILABLE.");
  options->Add("write-queue-rows", &write_queue_rows, {.min = 1, .max = 1'000'000},
               "Assessments that may wait to be written. One more is refused with UNAVAILABLE.");
  options->Add("write-queue-mib", &write_queue_mib, {.min = 1, .max = 4096},
               "Memory in MiB that assessments may take while they wait to be written.");
  options->AddCheck([this] {
    if (data_dir.empty()) return absl::InvalidArgumentError("--data-dir is required");
    if (redis_address.empty()) return absl::OkStatus();
    redis::Options redis;
    redis.address = redis_address;
    const absl::Status status = redis::Verify(redis);
    return status.ok() ? status : absl::InvalidArgumentError(absl::StrCat("--redis: ", status.message()));
  });
}

}  // namespace ladder::records
