// File: resolving_source.h
//
// The top layer: from a name to a version and its digest, and from there to the compiled version in memory. The digest
// always comes from records, with the active pointer or once for a pinned version, never from where the bytes are.

#ifndef LADDER_SCORING_SERVICE_SOURCE_RESOLVING_SOURCE_H_
#define LADDER_SCORING_SERVICE_SOURCE_RESOLVING_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "scoring-service/concurrency/read_through_cache.h"
#include "scoring-service/source/active_pointers.h"
#include "scoring-service/source/quiz_source.h"
#include "scoring-service/source/version_sources.h"

namespace ladder::scoring {

// Digests of pinned versions that are remembered.
inline constexpr std::size_t kDigestCapacity = 4096;

class ResolvingSource final : public QuizSource {
 public:
  // Of the compiled versions that are kept.
  struct Capacity {
    std::size_t versions = 0;
    std::size_t bytes = 0;
  };

  // All are borrowed.
  ResolvingSource(const Capacity& capacity, ActivePointers* pointers, RecordsQuizzes* records, VersionSource* versions,
                  const Clock* clock, Timers* timers);

  CompiledQuizPtr Peek(const quiz::QuizName& name) override;
  void Get(const quiz::QuizName& name, absl::Time deadline, Callback done) override;

  // Compiled versions in memory, and how often one was there.
  std::size_t versions_in_memory() const { return compiled_.size(); }
  std::size_t bytes_in_memory() const { return compiled_.bytes(); }
  const Counter& memory_hits() const { return compiled_.hits(); }
  // Calls that wait for a version.
  std::int64_t waiting() const { return compiled_.waiting() + digests_.waiting(); }

 private:
  // What is known without asking anybody.
  std::optional<VersionId> PeekVersion(const quiz::QuizName& name);
  void GetActive(const quiz::QuizName& name, absl::Time deadline, Callback done);
  void GetPinned(const quiz::QuizName& name, absl::Time deadline, Callback done);
  void GetVersion(const VersionId& id, absl::Time deadline, Callback done);

  ActivePointers* const pointers_;
  RecordsQuizzes* const records_;
  VersionSource* const versions_;
  ReadThroughCache<std::string> digests_;
  ReadThroughCache<CompiledQuizPtr> compiled_;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_SOURCE_RESOLVING_SOURCE_H_
