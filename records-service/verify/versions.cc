#include "records-service/verify/versions.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/resource_names.h"

namespace ladder::records {
namespace {

// Of programs, about. More, and all are compiled anew.
constexpr std::size_t kMaxBytes = std::size_t{128} << 20;

std::string FaultOf(const quiz::CompileResult& compiled) {
  if (compiled.program != nullptr) return "";
  if (compiled.passes_limit) return absl::StrCat("passes a limit of this release: ", WhyPastLimits(compiled));
  return "does not compile";
}

}  // namespace

absl::StatusOr<StoredVersion> Versions::Find(const sql::VersionKey& key) {
  const auto found = versions_.find(key);
  if (found != versions_.end()) return found->second;
  absl::StatusOr<StoredVersion> version = Read(key);
  if (!version.ok()) return version.status();
  if (bytes_ > kMaxBytes) {
    versions_.clear();
    bytes_ = 0;
  }
  if (version->program != nullptr) bytes_ += version->program->approximate_bytes;
  versions_[key] = *version;
  return version;
}

absl::StatusOr<StoredVersion> Versions::Read(const sql::VersionKey& key) {
  const absl::StatusOr<std::string> bytes = sql::ReadDefinition(connection_, key.first, key.second);
  if (!bytes.ok()) return bytes.status();
  StoredVersion version;
  version.exists = !bytes->empty();
  quiz::v1::QuizDefinition definition;
  if (!version.exists || !definition.ParseFromString(*bytes)) {
    version.fault = "is damaged";
    return version;
  }
  quiz::CompileResult compiled = quiz::CompilePublished(definition);
  version.fault = FaultOf(compiled);
  version.program = std::move(compiled.program);
  return version;
}

absl::StatusOr<std::int64_t> VerifyVersions(sql::Connection& connection, Versions& versions, sql::TellFinding tell) {
  const absl::StatusOr<std::vector<sql::VersionKey>> keys = sql::ListVersions(connection);
  if (!keys.ok()) return keys.status();
  for (const sql::VersionKey& key : *keys) {
    const absl::StatusOr<StoredVersion> version = versions.Find(key);
    if (!version.ok()) return version.status();
    if (version->program != nullptr) continue;
    tell({"", "version", quiz::QuizName{key.first, key.second}.ToString(), version->fault});
  }
  return static_cast<std::int64_t>(keys->size());
}

}  // namespace ladder::records
