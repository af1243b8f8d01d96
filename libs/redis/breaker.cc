#include "libs/redis/breaker.h"

#include <algorithm>

namespace ladder::redis {

Breaker::Breaker(Options options, const Clock* clock, RandomSource* random)
    : options_(options), clock_(clock), random_(random), bound_(options.backoff_initial) {}

bool Breaker::IsClosed() const {
  MutexLock lock(&mutex_);
  return closed_;
}

void Breaker::OnConnected() {
  MutexLock lock(&mutex_);
  closed_ = true;
  connected_at_ = clock_->SteadyNow();
}

absl::Duration Breaker::OnFailure() {
  MutexLock lock(&mutex_);
  if (closed_ && clock_->SteadyNow() - connected_at_ >= options_.settle_time) bound_ = options_.backoff_initial;
  closed_ = false;
  const absl::Duration pause = UniformDuration(*random_, absl::ZeroDuration(), bound_);
  bound_ = std::min(bound_ * 2, options_.backoff_max);
  return pause;
}

}  // namespace ladder::redis
