#include "records-service/redis_notifier.h"

#include <string>

#include "absl/status/status.h"
#include "libs/chassis/log.h"
#include "libs/quiz/published.h"

namespace ladder::records {

void RedisNotifier::Notify(absl::string_view quiz) {
  redis_.Publish(quiz::kActivationChannel, std::string(quiz), [quiz = std::string(quiz)](const absl::Status& status) {
    if (status.ok()) return;
    Log(LogLevel::kWarning, "activation_hint_lost", {{"quiz", quiz}, {"error", status.message()}});
  });
}

}  // namespace ladder::records
