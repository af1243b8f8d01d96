// File: client_harness.h
//
// A client with short pauses, and commands whose answers can be waited for and counted.

#ifndef LADDER_TESTS_REDIS_CLIENT_HARNESS_H_
#define LADDER_TESTS_REDIS_CLIENT_HARNESS_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "libs/chassis/clock.h"
#include "libs/chassis/random.h"
#include "libs/redis/redis.h"
#include "tests/testing/waiting.h"

namespace ladder::redis {

using GetResult = absl::StatusOr<std::optional<std::string>>;

class ClientHarness {
 public:
  // Generous, so that a loaded machine does not look like a hanging Redis. ThreadSanitizer stops the loop's thread for
  // half a second and more when it reads the debug information of all libraries, also for a report that tests/tsan.supp
  // silences.
#ifdef _GLIBCXX_TSAN  // See tools/cmake/LadderTargets.cmake: the build undefines the compiler's own name for it.
  static constexpr absl::Duration kCommandTimeout = absl::Seconds(5);
#else
  static constexpr absl::Duration kCommandTimeout = absl::Milliseconds(500);
#endif

  static Options QuickOptions(std::string address) {
    return {.address = std::move(address),
            .command_timeout = kCommandTimeout,
            .connect_timeout = kCommandTimeout,
            .backoff_initial = absl::Milliseconds(5),
            .backoff_max = absl::Milliseconds(50),
            .settle_time = absl::Milliseconds(200),
            .subscription_ping_interval = absl::Milliseconds(300)};
  }

  explicit ClientHarness(Options options) : client_(NewClient(std::move(options), &clock_, &random_)) {}
  explicit ClientHarness(std::string address) : ClientHarness(QuickOptions(std::move(address))) {}

  Client& client() { return *client_; }

  // Begins a Get; the promise is given by its callback.
  std::shared_ptr<ladder::testing::Promised<GetResult>> BeginGet(std::string key) {
    auto promised = std::make_shared<ladder::testing::Promised<GetResult>>();
    client_->Get(std::move(key), [promised](GetResult result) { promised->Give(std::move(result)); });
    return promised;
  }

  GetResult Get(std::string key) {
    return BeginGet(std::move(key))->Wait().value_or(absl::DataLossError("the callback never came"));
  }

  absl::Status Set(std::string key, std::string value) {
    auto promised = std::make_shared<ladder::testing::Promised<absl::Status>>();
    client_->Set(std::move(key), std::move(value), [promised](absl::Status status) { promised->Give(status); });
    return promised->Wait().value_or(absl::DataLossError("the callback never came"));
  }

  absl::Status Publish(std::string channel, std::string message) {
    auto promised = std::make_shared<ladder::testing::Promised<absl::Status>>();
    client_->Publish(std::move(channel), std::move(message),
                     [promised](absl::Status status) { promised->Give(status); });
    return promised->Wait().value_or(absl::DataLossError("the callback never came"));
  }

  bool WaitUntilConnected() {
    return ladder::testing::Eventually([this] { return client_->IsConnected(); });
  }

 private:
  const SystemClock clock_;
  SeededRandom random_{1};
  std::unique_ptr<Client> client_;
};

}  // namespace ladder::redis

#endif  // LADDER_TESTS_REDIS_CLIENT_HARNESS_H_
