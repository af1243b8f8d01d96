#include "tools/ladderctl/store.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "records-service/store/postgres/migrations.h"
#include "records-service/store/sqlite/migrations.h"

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

absl::StatusOr<records::sql::Migrated> Migrate(const StoreChoice& choice) {
  if (choice.postgres.empty()) return records::sqlite::Migrate(choice.data_dir);
  const absl::Status verified = records::postgres::VerifyConninfo(choice.postgres);
  if (!verified.ok()) return absl::InvalidArgumentError(absl::StrCat("--postgres ", verified.message()));
  absl::StatusOr<Secret> password = ReadSecret(choice.postgres_password_file);
  if (!password.ok()) return password.status();
  return records::postgres::Migrate({.conninfo = choice.postgres, .password = *std::move(password)});
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

}  // namespace ladder::ctl
