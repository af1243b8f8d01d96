// File: version_sources.h
//
// The two interfaces between the layers under a QuizSource: bytes of published versions, and what is compiled from
// them. Each layer is a decorator of one of them.

#ifndef LADDER_SCORING_SERVICE_SOURCE_VERSION_SOURCES_H_
#define LADDER_SCORING_SERVICE_SOURCE_VERSION_SOURCES_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "scoring-service/source/quiz_source.h"

namespace ladder::scoring {

// Published bytes. Thread-safe. Errors as of QuizSource.
class BytesSource {
 public:
  using Callback = std::function<void(absl::StatusOr<std::string>)>;

  virtual ~BytesSource() = default;

  // Calls `done` exactly once, perhaps before it returns, on any thread; `done` must not block. Bytes that are given
  // have the digest of `id`. Takes no longer than the deadlines of the calls behind it.
  virtual void Fetch(const VersionId& id, Callback done) = 0;
};

// Compiled versions. Thread-safe. Errors as of QuizSource.
class VersionSource {
 public:
  using Callback = QuizSource::Callback;

  virtual ~VersionSource() = default;

  // As BytesSource::Fetch.
  virtual void Fetch(const VersionId& id, Callback done) = 0;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_SOURCE_VERSION_SOURCES_H_
