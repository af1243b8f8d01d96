// File: random.h
//
// Random choices that are the same on every machine for the same seed, which the standard's distributions are not.

#ifndef LADDER_TESTS_QUIZ_GENERATOR_RANDOM_H_
#define LADDER_TESTS_QUIZ_GENERATOR_RANDOM_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace ladder::quiz::generator {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // 0 to count - 1.
  int Below(int count) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(count)); }
  // Both ends included.
  int Between(int low, int high) { return low + Below(high - low + 1); }
  bool Chance(int percent) { return Below(100) < percent; }

  template <typename T>
  const T& Pick(const std::vector<T>& list) {
    return list[Below(static_cast<int>(list.size()))];
  }

  template <typename T>
  void Shuffle(std::vector<T>& list) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[Below(static_cast<int>(i))]);
  }

  // At most `count` of the list, in the list's order.
  template <typename T>
  std::vector<T> Sample(std::vector<T> list, int count) {
    while (static_cast<int>(list.size()) > count) list.erase(list.begin() + Below(static_cast<int>(list.size())));
    return list;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace ladder::quiz::generator

#endif  // LADDER_TESTS_QUIZ_GENERATOR_RANDOM_H_
