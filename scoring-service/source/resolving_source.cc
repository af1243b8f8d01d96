#include "scoring-service/source/resolving_source.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"

namespace ladder::scoring {

ResolvingSource::ResolvingSource(const Capacity& capacity, ActivePointers* pointers, RecordsQuizzes* records,
                                 VersionSource* versions, const Clock* clock, Timers* timers)
    : pointers_(pointers),
      records_(records),
      versions_(versions),
      digests_(kDigestCapacity, clock, timers),
      compiled_({.entries = capacity.versions,
                 .bytes = capacity.bytes,
                 .bytes_of = [](const CompiledQuizPtr& quiz) { return quiz->program->approximate_bytes; }},
                clock, timers) {}

CompiledQuizPtr ResolvingSource::Peek(const quiz::QuizName& name) {
  const std::optional<VersionId> id = PeekVersion(name);
  if (!id) return nullptr;
  return compiled_.Peek(id->ToString()).value_or(nullptr);
}

void ResolvingSource::Get(const quiz::QuizName& name, absl::Time deadline, Callback done) {
  if (const std::optional<VersionId> id = PeekVersion(name)) return GetVersion(*id, deadline, std::move(done));
  name.version == 0 ? GetActive(name, deadline, std::move(done)) : GetPinned(name, deadline, std::move(done));
}

std::optional<VersionId> ResolvingSource::PeekVersion(const quiz::QuizName& name) {
  std::optional<ActivePointer> pointer = pointers_->Peek(name.quiz);
  if (pointer && pointer->version != 0 && (name.version == 0 || name.version == pointer->version)) {
    return VersionId{{name.quiz, pointer->version}, std::move(pointer->digest)};
  }
  if (name.version == 0) return std::nullopt;
  std::optional<std::string> digest = digests_.Peek(name.ToString());
  if (!digest) return std::nullopt;
  return VersionId{name, *std::move(digest)};
}

void ResolvingSource::GetActive(const quiz::QuizName& name, absl::Time deadline, Callback done) {
  pointers_->Get(
      name.quiz, deadline,
      [this, name, deadline, done = std::move(done)](absl::StatusOr<ActivePointer> pointer) mutable {
        if (!pointer.ok()) return done(pointer.status());
        if (pointer->version == 0) {
          return done(FailedPrecondition("NO_ACTIVE_VERSION", absl::StrCat(name.ToString(), " has no active version")));
        }
        GetVersion({{name.quiz, pointer->version}, std::move(pointer->digest)}, deadline, std::move(done));
      });
}

void ResolvingSource::GetPinned(const quiz::QuizName& name, absl::Time deadline, Callback done) {
  const auto ask_records = [this, name](ReadThroughCache<std::string>::Callback end) {
    records_->GetVersion(name, /*omit_definition=*/true,
                         [end = std::move(end)](absl::StatusOr<records::v1::QuizVersion> version) {
                           if (!version.ok()) return end(version.status());
                           end(std::move(*version->mutable_digest()));
                         });
  };
  digests_.Get(name.ToString(), deadline, ask_records,
               [this, name, deadline, done = std::move(done)](absl::StatusOr<std::string> digest) mutable {
                 if (!digest.ok()) return done(digest.status());
                 GetVersion({name, *std::move(digest)}, deadline, std::move(done));
               });
}

void ResolvingSource::GetVersion(const VersionId& id, absl::Time deadline, Callback done) {
  const auto fetch = [this, id](Callback end) { versions_->Fetch(id, std::move(end)); };
  compiled_.Get(id.ToString(), deadline, fetch, std::move(done));
}

}  // namespace ladder::scoring
