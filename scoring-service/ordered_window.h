// File: ordered_window.h
//
// Work that ends in any order and is taken in the order in which it began.
//
//   OrderedWindow<Reply> window;
//   std::uint64_t index = window.Open();
//   window.Close(index, reply);
//   std::optional<Reply> next = window.TakeNext();

#ifndef LADDER_SCORING_SERVICE_ORDERED_WINDOW_H_
#define LADDER_SCORING_SERVICE_ORDERED_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace ladder::scoring {

// Not thread-safe. Holds as much as is opened: who opens keeps the limit, by size().
template <typename Result>
class OrderedWindow {
 public:
  // Pieces of work that were opened and not taken yet.
  std::size_t size() const { return slots_.size(); }

  // Begins the next piece of work and returns its index, counted from 0.
  std::uint64_t Open() {
    slots_.emplace_back();
    return first_index_ + slots_.size() - 1;
  }

  // Ends a piece of work. REQUIRES: `index` was opened and not closed yet.
  void Close(std::uint64_t index, Result result) {
    slots_[static_cast<std::size_t>(index - first_index_)] = std::move(result);
  }

  // The result whose turn it is, if it is there.
  std::optional<Result> TakeNext() {
    if (slots_.empty() || !slots_.front()) return std::nullopt;
    std::optional<Result> next = std::move(slots_.front());
    slots_.pop_front();
    ++first_index_;
    return next;
  }

 private:
  std::uint64_t first_index_ = 0;
  std::deque<std::optional<Result>> slots_;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_ORDERED_WINDOW_H_
