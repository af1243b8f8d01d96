// File: measured_client.h
//
// A client that counts how the commands of another one end.
//
//   MeasuredClient redis(NewClient(options, &clock, &random));
//   redis.AddTo(server.metrics());

#ifndef LADDER_LIBS_REDIS_MEASURED_CLIENT_H_
#define LADDER_LIBS_REDIS_MEASURED_CLIENT_H_

#include <memory>
#include <string>
#include <utility>

#include "libs/chassis/measure.h"
#include "libs/chassis/metrics.h"
#include "libs/redis/redis.h"

namespace ladder::redis {

class MeasuredClient final : public Client {
 public:
  explicit MeasuredClient(std::unique_ptr<Client> client) : client_(std::move(client)) {}

  void Get(std::string key, GetDone done) override;
  void Set(std::string key, std::string value, Done done) override;
  void Publish(std::string channel, std::string message, Done done) override;
  absl::Status Subscribe(std::string channel, OnMessage on_message, std::function<void()> on_subscribed) override {
    return client_->Subscribe(std::move(channel), std::move(on_message), std::move(on_subscribed));
  }
  bool IsConnected() const override { return client_->IsConnected(); }
  void Stop() override { client_->Stop(); }

  void AddTo(Metrics& metrics) const;

 private:
  // A command that is not even sent counts as refused.
  void Count(bool was_sent, const absl::Status& status);
  Done Counted(Done done);

  Counter ok_;
  Counter failed_;
  Counter refused_;
  const std::unique_ptr<Client> client_;  // Last: its callbacks use the above.
};

}  // namespace ladder::redis

#endif  // LADDER_LIBS_REDIS_MEASURED_CLIENT_H_
