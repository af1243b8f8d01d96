#include "libs/chassis/measure.h"

#include <algorithm>

namespace ladder {

void Histogram::Observe(double value) {
  const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
  MutexLock lock(&mutex_);
  ++counts_[static_cast<std::size_t>(bound - bounds_.begin())];
  sum_ += value;
}

Histogram::Snapshot Histogram::Read() const {
  MutexLock lock(&mutex_);
  return {counts_, sum_};
}

}  // namespace ladder
