// File: redis_notifier.h
//
// The hint over Redis: the quiz's id on the channel that libs/quiz/published.h names.

#ifndef LADDER_RECORDS_SERVICE_REDIS_NOTIFIER_H_
#define LADDER_RECORDS_SERVICE_REDIS_NOTIFIER_H_

#include "libs/redis/redis.h"
#include "records-service/activation_notifier.h"

namespace ladder::records {

class RedisNotifier final : public ActivationNotifier {
 public:
  // `redis` has to outlive it.
  explicit RedisNotifier(redis::Client& redis) : redis_(redis) {}
  void Notify(absl::string_view quiz) override;

 private:
  redis::Client& redis_;
};

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_REDIS_NOTIFIER_H_
