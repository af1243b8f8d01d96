// Small random damage to texts and to messages. The same seed gives the same damage on every machine.

#ifndef LADDER_TESTS_FUZZ_MUTATION_H_
#define LADDER_TESTS_FUZZ_MUTATION_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "ladder/quiz/v1/definition.pb.h"

namespace ladder::quiz {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  // Draws from the bytes while they last, so that a fuzzer which changes a byte changes a draw. They outlive this.
  explicit Random(absl::string_view bytes) : engine_(0), bytes_(bytes) {}

  // 0 to `end` - 1. REQUIRES: end > 0.
  std::size_t Below(std::size_t end) { return static_cast<std::size_t>(Next() % end); }
  bool OneIn(std::size_t n) { return Below(n) == 0; }
  template <typename T>
  const T& Among(const std::vector<T>& list) {
    return list[Below(list.size())];
  }

 private:
  std::uint64_t Next() {
    if (bytes_.empty()) return engine_();
    const absl::string_view drawn = bytes_.substr(0, 2);
    bytes_.remove_prefix(drawn.size());
    std::uint64_t value = 0;
    for (const char byte : drawn) value = value * 256 + static_cast<unsigned char>(byte);
    return value;
  }

  std::mt19937_64 engine_;
  absl::string_view bytes_;
};

// Inserts, removes, repeats or changes pieces of a text, once to `most` times. `pieces` is what gets inserted.
std::string MutateText(std::string text, const std::vector<std::string>& pieces, std::size_t most, Random& random);

// Clears, changes, repeats or swaps fields anywhere in the message, one to three times. `words` is what texts become.
void MutateMessage(google::protobuf::Message& message, const std::vector<std::string>& words, Random& random);

// The same with words that mean something in the sound quiz of tests/quiz/sound_quiz.h.
void MutateDefinition(v1::QuizDefinition& definition, Random& random);

}  // namespace ladder::quiz

#endif  // LADDER_TESTS_FUZZ_MUTATION_H_
