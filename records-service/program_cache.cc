#include "records-service/program_cache.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/resource_names.h"

namespace ladder::records {

absl::StatusOr<std::shared_ptr<const quiz::Program>> ProgramCache::Get(const std::string& quiz, std::int64_t version) {
  const Key key(quiz, version);
  if (std::shared_ptr<const quiz::Program> program = Find(key); program != nullptr) return program;

  const std::string name = quiz::QuizName{quiz, version}.ToString();
  const absl::StatusOr<std::optional<VersionRow>> row = store_.FindVersion(quiz, version, QuizStore::Content::kWhole);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return NotFound("quiz version", name);
  quiz::v1::QuizDefinition definition;
  if (!definition.ParseFromString((*row)->definition)) return Internal(absl::StrCat(name, " is damaged"));
  quiz::CompileResult compiled = quiz::CompilePublished(definition);
  if (compiled.program == nullptr) return Internal(absl::StrCat(name, " does not compile any more"));
  Keep(key, compiled.program);
  return compiled.program;
}

std::shared_ptr<const quiz::Program> ProgramCache::Find(const Key& key) {
  MutexLock lock(&mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return entries_.front().second;
}

void ProgramCache::Keep(const Key& key, std::shared_ptr<const quiz::Program> program) {
  MutexLock lock(&mutex_);
  if (by_key_.contains(key)) return;
  entries_.emplace_front(key, std::move(program));
  by_key_[key] = entries_.begin();
  if (entries_.size() <= capacity_) return;
  by_key_.erase(entries_.back().first);
  entries_.pop_back();
}

}  // namespace ladder::records
