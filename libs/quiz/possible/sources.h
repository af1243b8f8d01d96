// File: sources.h
//
// Which free facts (unanswered items, unknown context values) a value hangs on. Two values without a common source vary
// independently of each other, and only then do the ends of their ranges meet in one and the same form.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_SOURCES_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_SOURCES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/container/inlined_vector.h"

namespace ladder::quiz {

// A set of numbered sources. Items come first, context values after them.
class Sources {
 public:
  void Add(std::size_t source) {
    const std::size_t word = source / kBitsPerWord;
    if (words_.size() <= word) words_.resize(word + 1, 0);
    words_[word] |= std::uint64_t{1} << (source % kBitsPerWord);
  }

  void Add(const Sources& other) {
    if (words_.size() < other.words_.size()) words_.resize(other.words_.size(), 0);
    for (std::size_t i = 0; i < other.words_.size(); ++i) words_[i] |= other.words_[i];
  }

  bool Overlaps(const Sources& other) const {
    const std::size_t common = std::min(words_.size(), other.words_.size());
    for (std::size_t i = 0; i < common; ++i) {
      if ((words_[i] & other.words_[i]) != 0) return true;
    }
    return false;
  }

  void Clear() { words_.clear(); }

 private:
  static constexpr std::size_t kBitsPerWord = 64;
  absl::InlinedVector<std::uint64_t, 2> words_;
};

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_SOURCES_H_
