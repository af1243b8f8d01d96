// File: published.h
//
// What publishing fixes: the bytes of a definition, their digest, and the names under which Redis carries them from the
// records service to scoring. Redis holds nothing else; docs/formats/redis.md describes it.

#ifndef LADDER_LIBS_QUIZ_PUBLISHED_H_
#define LADDER_LIBS_QUIZ_PUBLISHED_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "ladder/quiz/v1/definition.pb.h"

namespace ladder::quiz {

// The bytes that are published: the same for equal definitions, whatever order their maps were written in.
std::string SerializeDefinition(const v1::QuizDefinition& definition);

// SHA-256, 64 lower-case hexadecimal digits.
std::string DigestOf(absl::string_view bytes);

// The Redis key of a version's bytes, for example "ladder:quiz:ladder-of-healing:3".
std::string PublishedKey(absl::string_view quiz, std::int64_t version);

// The Redis channel on which records says that a quiz's active version changed. The message is the quiz's id. It is
// only a hint to ask records at once; nothing is taken from it.
inline constexpr char kActivationChannel[] = "ladder:activations";

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_PUBLISHED_H_
