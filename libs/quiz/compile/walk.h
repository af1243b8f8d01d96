// File: walk.h
//
// Every message inside of a definition with its path, so that a rule about all texts or all enumerators needs no list
// of fields that somebody could forget to extend. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_COMPILE_WALK_H_
#define LADDER_LIBS_QUIZ_COMPILE_WALK_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/functional/function_ref.h"

namespace ladder::quiz {

using MessageVisitor = absl::FunctionRef<void(const std::string& path, const google::protobuf::Message& message)>;

// Calls `visit` for `message` and then for all in it, in the order of the fields. The path of `message` is empty; map
// entries are visited as messages of their own, at `outcomes["major"]`.
void WalkMessages(const google::protobuf::Message& message, MessageVisitor visit);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_COMPILE_WALK_H_
