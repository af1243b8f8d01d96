#include "libs/chassis/options.h"

#include "absl/strings/str_cat.h"
#include "libs/redis/redis.h"

namespace ladder::redis {

void AddTo(OptionSet* set, Options* options, absl::string_view help) {
  set->Add("redis", &options->address, help);
  set->Add("redis-username", &options->username, "The Redis user of the password. Empty: Redis's default user.");
  set->AddSecret("redis-password", &options->password, "The password for Redis. Absent: none is sent.");
  set->Add("redis-timeout", &options->command_timeout, {.min = absl::Milliseconds(1), .max = absl::Seconds(1)},
           "For one command. A slower Redis counts as absent.");
  set->AddCheck([options] {
    if (options->address.empty()) return absl::OkStatus();
    const absl::Status status = Verify(*options);
    return status.ok() ? status : absl::InvalidArgumentError(absl::StrCat("--redis: ", status.message()));
  });
}

}  // namespace ladder::redis
