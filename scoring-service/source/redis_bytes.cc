#include "scoring-service/source/redis_bytes.h"

#include <optional>
#include <string>
#include <utility>

#include "libs/chassis/log.h"
#include "libs/quiz/published.h"

namespace ladder::scoring {
namespace {

std::string KeyOf(const VersionId& id) { return quiz::PublishedKey(id.name.quiz, id.name.version); }

// A connection that is down is told by the client once; here it would be told with every fetch.
void LogUnlessUnavailable(absl::string_view event, const VersionId& id, const absl::Status& status) {
  if (status.ok() || absl::IsUnavailable(status) || absl::IsCancelled(status)) return;
  Log(LogLevel::kWarning, event,
      {{"version", id.name.ToString()}, {"error", status.ToString(absl::StatusToStringMode::kWithNoExtraData)}});
}

}  // namespace

void RedisBytes::Fetch(const VersionId& id, Callback done) {
  redis_->Get(KeyOf(id), [this, id, done = std::move(done)](absl::StatusOr<std::optional<std::string>> value) mutable {
    LogUnlessUnavailable("quiz_cache_read_failed", id, value.status());
    if (!value.ok()) failures_.Add();
    if (value.ok() && value->has_value()) {
      if (quiz::DigestOf(**value) == id.digest) {
        hits_.Add();
        return done(*std::move(*value));
      }
      failures_.Add();
      tampered_.Add();
      Log(LogLevel::kWarning, "quiz_cache_tampered", {{"version", id.name.ToString()}, {"digest", id.digest}});
    }
    FetchFromNext(id, std::move(done));
  });
}

void RedisBytes::FetchFromNext(const VersionId& id, Callback done) {
  next_->Fetch(id, [this, id, done = std::move(done)](absl::StatusOr<std::string> bytes) {
    if (bytes.ok()) {
      redis_->Set(KeyOf(id), *bytes,
                  [id](absl::Status status) { LogUnlessUnavailable("quiz_cache_write_failed", id, status); });
    }
    done(std::move(bytes));
  });
}

}  // namespace ladder::scoring
