#include "tools/ladderctl/store.h"

#include <unistd.h>

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/chassis/clock.h"
#include "libs/chassis/random.h"
#include "records-service/ids.h"
#include "records-service/store/postgres/migrations.h"
#include "records-service/store/postgres/postgres_store.h"
#include "records-service/store/postgres/snapshot.h"
#include "records-service/store/sqlite/backup.h"
#include "records-service/store/sqlite/migrations.h"
#include "records-service/store/sqlite/snapshot.h"
#include "records-service/store/sqlite/sqlite_store.h"
#include "records-service/verify/repair.h"
#include "records-service/verify/verify.h"

namespace ladder::ctl {
namespace {

absl::StatusOr<Secret> ReadSecret(const std::string& path) {
  if (path.empty()) return Secret();
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return absl::InvalidArgumentError(absl::StrCat("--postgres-password-file: cannot read ", path));
  // Editors end a file with a newline.
  return Secret(std::string(absl::StripTrailingAsciiWhitespace(text.str())));
}

// REQUIRES: a PostgreSQL was chosen.
absl::StatusOr<records::postgres::PostgresOptions> PostgresOptionsOf(const StoreChoice& choice) {
  const absl::Status verified = records::postgres::VerifyConninfo(choice.postgres);
  if (!verified.ok()) return absl::InvalidArgumentError(absl::StrCat("--postgres ", verified.message()));
  absl::StatusOr<Secret> password = ReadSecret(choice.postgres_password_file);
  if (!password.ok()) return password.status();
  return records::postgres::PostgresOptions{.conninfo = choice.postgres, .password = *std::move(password)};
}

absl::StatusOr<records::sql::Migrated> Migrate(const StoreChoice& choice) {
  if (choice.postgres.empty()) return records::sqlite::Migrate(choice.data_dir);
  const absl::StatusOr<records::postgres::PostgresOptions> options = PostgresOptionsOf(choice);
  if (!options.ok()) return options.status();
  return records::postgres::Migrate(*options);
}

absl::Status ReadStore(const StoreChoice& choice, absl::FunctionRef<absl::Status(records::sql::Connection&)> body) {
  if (choice.postgres.empty()) return records::sqlite::ReadStore(choice.data_dir, body);
  const absl::StatusOr<records::postgres::PostgresOptions> options = PostgresOptionsOf(choice);
  if (!options.ok()) return options.status();
  return records::postgres::ReadStore(*options, body);
}

// The store as a service opens it; an SQLite one while no service has it.
absl::StatusOr<std::unique_ptr<records::sql::SqlStore>> OpenStore(const StoreChoice& choice, const Clock& clock,
                                                                  RandomSource& random) {
  if (choice.postgres.empty()) return records::sqlite::SqliteStore::Open({.directory = choice.data_dir}, clock);
  const absl::StatusOr<records::postgres::PostgresOptions> options = PostgresOptionsOf(choice);
  if (!options.ok()) return options.status();
  return records::postgres::PostgresStore::Open(*options, clock, random);
}

std::string NewEpoch(RandomSource& random) {
  return absl::StrCat(absl::Hex(random.Next(), absl::kZeroPad16), absl::Hex(random.Next(), absl::kZeroPad16));
}

void PrintFinding(const records::sql::Finding& finding, const Settings& settings, const Terminal& terminal) {
  if (settings.output == OutputFormat::kJson) {
    terminal.out << nlohmann::json{{"clinic", finding.clinic},
                                   {"subject", finding.subject},
                                   {"id", finding.id},
                                   {"fault", finding.fault}}
                        .dump()
                 << "\n";
    return;
  }
  // A version has no clinic.
  if (!finding.clinic.empty()) terminal.out << finding.clinic << ": ";
  terminal.out << finding.subject << " " << finding.id << ": " << finding.fault << "\n";
}

void PrintVerified(const records::Verified& verified, std::int64_t findings, std::uint64_t seed,
                   const Settings& settings, const Terminal& terminal) {
  const records::sql::Checked& checked = verified.checked;
  if (settings.output == OutputFormat::kJson) {
    terminal.out << nlohmann::json{{"findings", findings},
                                   {"clinics", checked.clinics},
                                   {"assessments", checked.assessments},
                                   {"cohorts", checked.cohorts},
                                   {"entries", checked.entries},
                                   {"sums", checked.sums},
                                   {"standings", checked.standings},
                                   {"setAside", checked.set_aside},
                                   {"versions", verified.versions},
                                   {"rescored", verified.rescored},
                                   {"seed", seed}}
                        .dump()
                 << "\n";
    return;
  }
  terminal.out << "Clinics " << checked.clinics << ", assessments " << checked.assessments << ", cohorts "
               << checked.cohorts << ", entries of the log " << checked.entries << ", sums " << checked.sums
               << ", standings " << checked.standings << ", set aside " << checked.set_aside << ", quiz versions "
               << verified.versions << "; results scored again " << verified.rescored << " (seed " << seed << ").\n"
               << "Findings: " << findings << "\n";
}

void PrintRepaired(std::int64_t assessments, std::size_t unusable, std::optional<std::int64_t> moved,
                   const Settings& settings, const Terminal& terminal) {
  if (settings.output == OutputFormat::kJson) {
    nlohmann::json line = {{"assessments", assessments}, {"unusable", unusable}};
    if (moved.has_value()) line["setAside"] = *moved;
    terminal.out << line.dump() << "\n";
    return;
  }
  terminal.out << "Assessments " << assessments << ", of which cannot be used " << unusable << ".\n";
  if (moved.has_value()) {
    terminal.out << "Set aside: " << *moved << "\n";
  } else if (unusable > 0) {
    terminal.out << "Nothing was changed; --yes sets them aside.\n";
  }
}

// Writes a copy of an SQLite database to the output.
absl::Status SendBackUp(const std::string& data_dir, const Terminal& terminal) {
  // SQLite copies into a file only. Beside the database there is a disk that can be written.
  const std::string file = absl::StrCat(data_dir, "/backup-of-", getpid());
  const absl::Status copied = records::sqlite::BackUp(data_dir, file);
  if (!copied.ok()) return copied;
  std::ifstream copy(file, std::ios::binary);
  unlink(file.c_str());
  if (!copy || !(terminal.out << copy.rdbuf() << std::flush))
    return absl::DataLossError("the copy was not all written");
  return absl::OkStatus();
}

}  // namespace

int MigrateStore(const StoreChoice& choice, const Settings& settings, const Terminal& terminal) {
  const absl::StatusOr<records::sql::Migrated> migrated = Migrate(choice);
  if (!migrated.ok()) return ReportError(migrated.status(), terminal);
  if (settings.output == OutputFormat::kJson) {
    terminal.out << nlohmann::json{{"from", migrated->from}, {"to", migrated->to}}.dump() << "\n";
  } else if (migrated->from == migrated->to) {
    terminal.out << "The schema has version " << migrated->to << " already.\n";
  } else {
    terminal.out << "The schema has gone from version " << migrated->from << " to " << migrated->to << ".\n";
  }
  return kDone;
}

int VerifyStore(const StoreChoice& choice, const VerifyCommand& command, const Settings& settings,
                const Terminal& terminal) {
  const std::uint64_t seed = command.seed.has_value() ? *command.seed : SystemRandom().Next();
  SeededRandom random(seed);
  std::int64_t findings = 0;
  absl::StatusOr<records::Verified> verified = records::Verified();
  const absl::Status read = ReadStore(choice, [&](records::sql::Connection& connection) {
    verified = records::Verify(connection, command.sample, random, [&](const records::sql::Finding& finding) {
      ++findings;
      PrintFinding(finding, settings, terminal);
    });
    return verified.status();
  });
  if (!read.ok()) return ReportError(read, terminal);
  PrintVerified(*verified, findings, seed, settings, terminal);
  return findings == 0 ? kDone : kRefused;
}

int RepairStore(const StoreChoice& choice, const RepairCommand& command, const Settings& settings,
                const Terminal& terminal) {
  const SystemClock clock;
  SystemRandom random;
  std::unique_ptr<records::sql::SqlStore> store;
  if (command.confirmed) {
    // Before the look, so that a service that has the store is told of at once.
    auto opened = OpenStore(choice, clock, random);
    if (!opened.ok()) return ReportError(opened.status(), terminal);
    store = *std::move(opened);
  }
  std::vector<records::sql::Finding> unusable;
  absl::StatusOr<std::int64_t> assessments = 0;
  const absl::Status read = ReadStore(choice, [&](records::sql::Connection& connection) {
    unusable.clear();
    assessments =
        records::FindUnusable(connection, [&](const records::sql::Finding& finding) { unusable.push_back(finding); });
    return assessments.status();
  });
  if (!read.ok()) return ReportError(read, terminal);
  for (const records::sql::Finding& finding : unusable) PrintFinding(finding, settings, terminal);
  if (!command.confirmed) {
    PrintRepaired(*assessments, unusable.size(), std::nullopt, settings, terminal);
    return unusable.empty() ? kDone : kRefused;
  }
  const absl::StatusOr<std::int64_t> moved = records::SetAsideAll(*store, unusable, clock.Now());
  if (!moved.ok()) return ReportError(moved.status(), terminal);
  PrintRepaired(*assessments, unusable.size(), *moved, settings, terminal);
  return kDone;
}

int BackUpStore(const std::string& data_dir, const std::string& file, const Settings& settings,
                const Terminal& terminal) {
  if (file == "-") {
    const absl::Status sent = SendBackUp(data_dir, terminal);
    return sent.ok() ? kDone : ReportError(sent, terminal);
  }
  const absl::Status status = records::sqlite::BackUp(data_dir, file);
  if (!status.ok()) return ReportError(status, terminal);
  if (settings.output == OutputFormat::kJson) {
    terminal.out << nlohmann::json{{"file", file}}.dump() << "\n";
  } else {
    terminal.out << "Copied to " << file << "\n";
  }
  return kDone;
}

int RestartLog(const StoreChoice& choice, const AfterRestoreCommand& command, const Settings& settings,
               const Terminal& terminal) {
  const SystemClock clock;
  SystemRandom random;
  records::IdMaker ids(clock, random);
  const absl::StatusOr<std::unique_ptr<records::sql::SqlStore>> store = OpenStore(choice, clock, random);
  if (!store.ok()) return ReportError(store.status(), terminal);
  const std::string epoch = NewEpoch(random);
  const absl::StatusOr<records::LogRestarted> restarted = (*store)->RestartLog(
      {.epoch = epoch, .time = clock.Now(), .same_heads = command.same_heads, .new_id = [&ids] { return ids.Next(); }});
  if (!restarted.ok()) return ReportError(restarted.status(), terminal);
  if (settings.output == OutputFormat::kJson) {
    terminal.out << nlohmann::json{{"epoch", epoch},
                                   {"cohortsNeverReleased", restarted->never_released},
                                   {"assessmentsNeverReleased", restarted->assessments}}
                        .dump()
                 << "\n";
    return kDone;
  }
  terminal.out << "The log has the epoch " << epoch << ". Never released: " << restarted->never_released
               << " cohorts of " << restarted->assessments << " assessments.\n"
               << "Start the services with --restored-copy=" << epoch << "\n";
  return kDone;
}

}  // namespace ladder::ctl
