#include "libs/quiz/compile/walk.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/compilation.h"

namespace ladder::quiz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void Walk(const std::string& path, const Message& message, MessageVisitor visit);

std::string KeyOf(const Message& entry) {
  const FieldDescriptor* key = entry.GetDescriptor()->map_key();
  return key->type() == FieldDescriptor::TYPE_STRING ? entry.GetReflection()->GetString(entry, key) : "";
}

void WalkField(const std::string& path, const Message& message, const FieldDescriptor* field, MessageVisitor visit) {
  const google::protobuf::Reflection* reflection = message.GetReflection();
  if (!field->is_repeated()) {
    Walk(path, reflection->GetMessage(message, field), visit);
    return;
  }
  std::map<std::string, const Message*> by_key;  // Maps have no order of their own, and faults need one.
  const int size = reflection->FieldSize(message, field);
  for (int i = 0; i < size; ++i) {
    const Message& entry = reflection->GetRepeatedMessage(message, field, i);
    if (field->is_map()) {
      by_key.emplace(KeyOf(entry), &entry);
    } else {
      Walk(At(path, i), entry, visit);
    }
  }
  for (const auto& [key, entry] : by_key) Walk(AtKey(path, key), *entry, visit);
}

// Recursion ends with the contract, whose messages do not contain themselves.
void Walk(const std::string& path, const Message& message, MessageVisitor visit) {
  visit(path, message);
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  const bool is_entry = message.GetDescriptor()->options().map_entry();
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const std::string inner = is_entry ? path : path.empty() ? field->name() : absl::StrCat(path, ".", field->name());
    WalkField(inner, message, field, visit);
  }
}

}  // namespace

void WalkMessages(const Message& message, MessageVisitor visit) { Walk("", message, visit); }

}  // namespace ladder::quiz
