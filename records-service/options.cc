#include "records-service/options.h"

#include "absl/status/status.h"

namespace ladder::records {

void Options::AddTo(OptionSet* options) {
  server.AddTo(options);
  options->AddCheck([this] { return server.Verify(); });
  options->Add("data-dir", &data_dir,
               "Directory of the database, on a disk of this machine. Required. Made where it is missing; one process "
               "at a time may use it.");
  redis::AddTo(options, &redis,
               "host:port of the Redis over which scoring services learn of activations at once. Empty: they learn of "
               "them within half a minute.");
  options->Add("readers", &readers, {.min = 1, .max = 64}, "Threads that read, each with a database connection.");
  options->Add("read-queue", &read_queue, {.min = 1, .max = 100'000},
               "Calls that may wait for a reader. One more is refused with UNAVAILABLE.");
  options->Add("write-queue-rows", &write_queue_rows, {.min = 1, .max = 1'000'000},
               "Assessments that may wait to be written. One more is refused with UNAVAILABLE.");
  options->Add("write-queue-mib", &write_queue_mib, {.min = 1, .max = 4096},
               "Memory in MiB that assessments may take while they wait to be written.");
  options->AddCheck(
      [this] { return data_dir.empty() ? absl::InvalidArgumentError("--data-dir is required") : absl::OkStatus(); });
}

}  // namespace ladder::records
