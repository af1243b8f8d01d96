#include "records-service/store/postgres/pool.h"

#include <chrono>
#include <utility>

#include "libs/chassis/errors.h"
#include "libs/chassis/log.h"
#include "records-service/store/store.h"

namespace ladder::records::postgres {

Pool::Pool(const PostgresOptions& options, const Clock& clock) : options_(options), clock_(clock) {}

Pool::~Pool() { Close(); }

absl::StatusOr<Pool::Loan> Pool::Borrow() {
  absl::StatusOr<std::optional<Idle>> idle = TakePlace(options_.borrow_timeout);
  if (!idle.ok()) return idle.status();
  return Fill(*std::move(idle));
}

absl::StatusOr<std::optional<Pool::Idle>> Pool::TakePlace(absl::Duration patience) {
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(patience);
  MutexLock lock(&mutex_);
  while (!closed_ && lent_ >= options_.connections) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left.count() <= 0) return Unavailable(kStorageBusy, "every connection to the store is in use");
    changed_.WaitFor(lock, absl::FromChrono(left));
  }
  if (closed_) return Unavailable(kClosed, "the store is closed");
  ++lent_;
  if (idle_.empty()) return std::nullopt;
  std::optional<Idle> newest = std::move(idle_.back());
  idle_.pop_back();
  return newest;
}

std::optional<Pool::Idle> Pool::TakeIdle() {
  MutexLock lock(&mutex_);
  if (idle_.empty()) return std::nullopt;
  std::optional<Idle> newest = std::move(idle_.back());
  idle_.pop_back();
  return newest;
}

absl::StatusOr<Pool::Loan> Pool::Fill(std::optional<Idle> idle) {
  while (idle.has_value() && !CanBeUsed(*idle)) idle = TakeIdle();
  std::unique_ptr<Connection> connection;
  if (idle.has_value()) {
    connection = std::move(idle->connection);
  } else {
    absl::StatusOr<std::unique_ptr<Connection>> opened = Connection::Open(options_);
    Note(opened.ok());
    if (!opened.ok()) {
      GiveBack(nullptr);
      return opened.status();
    }
    connection = *std::move(opened);
  }
  return Loan(connection.release(), [this](Connection* returned) { GiveBack(std::unique_ptr<Connection>(returned)); });
}

bool Pool::CanBeUsed(const Idle& idle) {
  if (!idle.connection->IsSound()) return false;
  return clock_.SteadyNow() - idle.since < options_.check_after || idle.connection->Ping().ok();
}

void Pool::GiveBack(std::unique_ptr<Connection> connection) {
  if (connection != nullptr && !connection->IsSound()) connection.reset();
  const absl::Time now = clock_.SteadyNow();
  MutexLock lock(&mutex_);
  --lent_;
  if (connection != nullptr) idle_.push_back({std::move(connection), now});
  changed_.NotifyAll();
}

void Pool::Check() {
  absl::StatusOr<std::optional<Idle>> idle = TakePlace(absl::ZeroDuration());
  if (!idle.ok()) return;
  const absl::StatusOr<Loan> loan = Fill(*std::move(idle));
  if (loan.ok()) Note((*loan)->Ping().ok());
}

sql::ConnectionsInUse Pool::InUse() const {
  MutexLock lock(&mutex_);
  return {.busy = static_cast<std::size_t>(lent_), .idle = static_cast<std::size_t>(options_.connections - lent_)};
}

bool Pool::IsReachable() {
  MutexLock lock(&mutex_);
  return reachable_.value_or(false);
}

void Pool::Note(bool reachable) {
  {
    MutexLock lock(&mutex_);
    if (reachable_ == reachable || closed_) return;
    reachable_ = reachable;
  }
  if (!reachable) Log(LogLevel::kError, "store_unreachable");
  if (reachable) Log(LogLevel::kInfo, "store_reachable");
  if (options_.on_reachable) options_.on_reachable(reachable);
}

bool Pool::WaitForClose(absl::Duration time) {
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(time);
  MutexLock lock(&mutex_);
  while (!closed_) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left.count() <= 0) return false;
    changed_.WaitFor(lock, absl::FromChrono(left));
  }
  return true;
}

void Pool::Close() {
  std::vector<Idle> idle;
  MutexLock lock(&mutex_);
  closed_ = true;
  changed_.NotifyAll();
  while (lent_ > 0) changed_.Wait(lock);
  idle.swap(idle_);
}

}  // namespace ladder::records::postgres
