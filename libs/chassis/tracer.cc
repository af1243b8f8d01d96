#include "libs/chassis/tracer.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <utility>

namespace ladder {
namespace {

constexpr std::size_t kTraceIdBytes = 16;
constexpr std::size_t kSpanIdBytes = 8;

}  // namespace

TraceContext Tracer::Begin(const TraceContext& parent) {
  if (parent.IsSet()) return {parent.trace_id, RandomBytes(kSpanIdBytes), parent.sampled};
  if (options_.ratio <= 0) return {};
  // The upper 53 bits, as a number from 0 to 1.
  const double drawn = static_cast<double>(random_->Next() >> 11) * 0x1p-53;
  if (drawn >= options_.ratio) return {};
  return {RandomBytes(kTraceIdBytes), RandomBytes(kSpanIdBytes), true};
}

void Tracer::End(Span span) {
  if (!span.context.IsSet() || !span.context.sampled) return;
  MutexLock lock(&mutex_);
  if (!exported_) return;
  if (queue_.size() >= options_.max_queued) {
    dropped_.Add();
    return;
  }
  queue_.push_back(std::move(span));
}

void Tracer::EnableExport() {
  MutexLock lock(&mutex_);
  exported_ = true;
}

std::vector<Span> Tracer::Take(std::size_t limit) {
  MutexLock lock(&mutex_);
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, queue_.size()));
  std::vector<Span> taken(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return taken;
}

std::string Tracer::RandomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t i = 0; i < count; i += sizeof(std::uint64_t)) {
    const std::uint64_t random = random_->Next();
    std::memcpy(bytes.data() + i, &random, std::min(sizeof(random), count - i));
  }
  return bytes;
}

}  // namespace ladder
