// File: options.h
//
// What ladder-records can be told: by flags, by LADDER_RECORDS_* variables, or in a file (libs/chassis/options.h).

#ifndef LADDER_RECORDS_SERVICE_OPTIONS_H_
#define LADDER_RECORDS_SERVICE_OPTIONS_H_

#include <cstdint>
#include <string>

#include "libs/chassis/options.h"
#include "libs/chassis/server_options.h"
#include "libs/redis/redis.h"
#include "records-service/release/release_options.h"
#include "records-service/retention/retention_options.h"
#include "records-service/store/postgres/options.h"

namespace ladder::records {

struct Options {
  Options() {
    server.listen = "127.0.0.1:7302";
    server.name = "ladder-records";
    // What scoring takes, which is 1 MiB, with the result that it adds and in a batch.
    server.max_message_bytes = std::int64_t{4} << 20;
  }

  bool UsesPostgres() const { return store == "postgres"; }

  ServerOptions server;
  std::string store = "sqlite";  // Or "postgres".
  std::string data_dir;          // Required for sqlite.
  postgres::PostgresOptions postgres;
  std::int64_t postgres_connections = 8;
  // The epoch that the log has to have, where this is a store that was restored; empty: it is none.
  std::string restored_copy;
  redis::Options redis;  // No address: no hints to scoring services.
  std::int64_t readers = 4;
  std::int64_t read_queue = 1000;
  std::int64_t write_queue_rows = 4096;
  std::int64_t write_queue_mib = 64;
  release::ReleaseOptions release;
  retention::RetentionOptions retention;

  // Adds the fields and their checks to `options`, which fills them when it parses.
  void AddTo(OptionSet* options);

 private:
  absl::Status VerifyStore();
  // As written; `release.budgets` once they were parsed.
  struct BudgetTexts {
    std::string stage;
    std::string detail;
    std::string change;
    std::string flow;
  };

  void AddReleaseTo(OptionSet* options);
  absl::Status ReadBudgets();
  void AddRetentionTo(OptionSet* options);
  absl::Status ReadRetention();

  BudgetTexts budget_texts_;
  // As written; `retention` once they were parsed.
  std::int64_t retention_days_ = 0;
  std::string retention_of_clinics_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_OPTIONS_H_
