#include "records-service/store/sqlite/reader_pool.h"

#include <utility>

#include "libs/chassis/errors.h"
#include "records-service/store/store.h"

namespace ladder::records::sqlite {

ReaderPool::ReaderPool(std::vector<std::unique_ptr<Database>> connections, const Clock& clock,
                       absl::Duration time_limit)
    : clock_(clock), time_limit_(time_limit), size_(connections.size()), idle_(std::move(connections)) {}

ReaderPool::~ReaderPool() { Close(); }

absl::StatusOr<ReaderPool::Loan> ReaderPool::Borrow() {
  std::unique_ptr<Database> connection;
  {
    MutexLock lock(&mutex_);
    while (!closed_ && idle_.empty()) changed_.Wait(lock);
    if (closed_) return Unavailable(kClosed, "the store is closed");
    connection = std::move(idle_.back());
    idle_.pop_back();
  }
  connection->SetDeadline(clock_, clock_.SteadyNow() + time_limit_);
  return Loan(connection.release(), [this](Database* returned) { GiveBack(returned); });
}

sql::ConnectionsInUse ReaderPool::InUse() const {
  MutexLock lock(&mutex_);
  return {.busy = closed_ ? 0 : size_ - idle_.size(), .idle = idle_.size()};
}

void ReaderPool::GiveBack(Database* connection) {
  MutexLock lock(&mutex_);
  idle_.emplace_back(connection);
  changed_.NotifyAll();
}

void ReaderPool::Close() {
  std::vector<std::unique_ptr<Database>> connections;
  MutexLock lock(&mutex_);
  if (closed_) return;
  closed_ = true;
  changed_.NotifyAll();
  while (idle_.size() < size_) changed_.Wait(lock);
  connections.swap(idle_);
}

}  // namespace ladder::records::sqlite
