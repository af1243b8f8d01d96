// File: redis_bytes.h
//
// The layer that keeps published bytes in Redis, so that a new scoring process or one that forgot need not ask records.
// Nothing from Redis is trusted: bytes of another digest are logged and count as absent. No fault of Redis fails a
// call.

#ifndef LADDER_SCORING_SERVICE_SOURCE_REDIS_BYTES_H_
#define LADDER_SCORING_SERVICE_SOURCE_REDIS_BYTES_H_

#include "libs/chassis/measure.h"
#include "libs/redis/redis.h"
#include "scoring-service/source/version_sources.h"

namespace ladder::scoring {

class RedisBytes final : public BytesSource {
 public:
  // Both are borrowed. What Redis lacks comes from `next` and is then written to Redis.
  RedisBytes(redis::Client* redis, BytesSource* next) : redis_(redis), next_(next) {}

  void Fetch(const VersionId& id, Callback done) override;

  // What Redis had, how often it could not be asked or what it had was not to be trusted, and how often it was this.
  const Counter& hits() const { return hits_; }
  const Counter& failures() const { return failures_; }
  const Counter& tampered() const { return tampered_; }

 private:
  void FetchFromNext(const VersionId& id, Callback done);

  redis::Client* const redis_;
  BytesSource* const next_;
  Counter hits_;
  Counter failures_;
  Counter tampered_;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_SOURCE_REDIS_BYTES_H_
