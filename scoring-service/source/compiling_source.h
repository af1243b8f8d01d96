// File: compiling_source.h
//
// The layer that makes programs of bytes, on threads of its own: compiling takes milliseconds, which no event thread of
// gRPC or Redis may spend.

#ifndef LADDER_SCORING_SERVICE_SOURCE_COMPILING_SOURCE_H_
#define LADDER_SCORING_SERVICE_SOURCE_COMPILING_SOURCE_H_

#include "libs/chassis/executor.h"
#include "scoring-service/source/version_sources.h"

namespace ladder::scoring {

class CompilingSource final : public VersionSource {
 public:
  // Both are borrowed.
  CompilingSource(BytesSource* bytes, Executor* executor) : bytes_(bytes), executor_(executor) {}

  void Fetch(const VersionId& id, Callback done) override;

 private:
  BytesSource* const bytes_;
  Executor* const executor_;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_SOURCE_COMPILING_SOURCE_H_
