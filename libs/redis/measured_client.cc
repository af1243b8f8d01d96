#include "libs/redis/measured_client.h"

namespace ladder::redis {

void MeasuredClient::Get(std::string key, GetDone done) {
  client_->Get(std::move(key), [this, was_sent = client_->IsConnected(),
                                done = std::move(done)](absl::StatusOr<std::optional<std::string>> value) {
    Count(was_sent, value.status());
    done(std::move(value));
  });
}

void MeasuredClient::Set(std::string key, std::string value, Done done) {
  client_->Set(std::move(key), std::move(value), Counted(std::move(done)));
}

void MeasuredClient::Publish(std::string channel, std::string message, Done done) {
  client_->Publish(std::move(channel), std::move(message), Counted(std::move(done)));
}

void MeasuredClient::Count(bool was_sent, const absl::Status& status) {
  Counter& outcome = status.ok() ? ok_ : was_sent ? failed_ : refused_;
  outcome.Add();
}

Client::Done MeasuredClient::Counted(Done done) {
  return [this, was_sent = client_->IsConnected(), done = std::move(done)](absl::Status status) {
    Count(was_sent, status);
    done(std::move(status));
  };
}

void MeasuredClient::AddTo(Metrics& metrics) const {
  constexpr char kCommands[] = "ladder_redis_commands_total";
  constexpr char kHelp[] = "Commands to Redis, by how they ended; refused: not sent, as it was not connected.";
  metrics.Add(kCommands, kHelp, ok_, {{"outcome", "ok"}});
  metrics.Add(kCommands, kHelp, failed_, {{"outcome", "failed"}});
  metrics.Add(kCommands, kHelp, refused_, {{"outcome", "refused"}});
  metrics.AddGauge("ladder_redis_up", "1 while Redis is connected.", [this] { return client_->IsConnected() ? 1 : 0; });
}

}  // namespace ladder::redis
