// File: store.h
//
// Commands for operators on the database itself, without a service in between.

#ifndef LADDER_TOOLS_LADDERCTL_STORE_H_
#define LADDER_TOOLS_LADDERCTL_STORE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "tools/ladderctl/app.h"

namespace ladder::ctl {

// Which database. One of both is set.
struct StoreChoice {
  std::string data_dir;
  std::string postgres;                // libpq's keywords or URI, without a password.
  std::string postgres_password_file;  // Empty: no password.
};

struct VerifyCommand {
  std::size_t sample = 1000;          // Results to score again.
  std::optional<std::uint64_t> seed;  // Of the sample; nothing: another one each time.
};

struct RepairCommand {
  bool confirmed = false;  // Without it nothing is changed.
};

struct AfterRestoreCommand {
  std::map<std::string, std::int64_t> same_heads;  // By clinic: the position at which its log is known to have ended.
};

// Brings the schema to the version of this release. Services may run meanwhile.
int MigrateStore(const StoreChoice& choice, const Settings& settings, const Terminal& terminal);

// Prints what of the store does not hang together, one finding a line. Services may run meanwhile.
int VerifyStore(const StoreChoice& choice, const VerifyCommand& command, const Settings& settings,
                const Terminal& terminal);

// Prints which assessments this release cannot use, one finding a line, and sets them aside if that is confirmed. Then
// no service may have an SQLite store; beside a PostgreSQL, services of this release may run.
int RepairStore(const StoreChoice& choice, const RepairCommand& command, const Settings& settings,
                const Terminal& terminal);

// Copies an SQLite database into a new file, or with "-" to the output. A service may run meanwhile.
int BackUpStore(const std::string& data_dir, const std::string& file, const Settings& settings,
                const Terminal& terminal);

// Begins the release log of a restored copy anew, before a service uses it. No service may run.
int RestartLog(const StoreChoice& choice, const AfterRestoreCommand& command, const Settings& settings,
               const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_STORE_H_
