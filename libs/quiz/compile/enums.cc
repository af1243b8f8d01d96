#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/steps.h"
#include "libs/quiz/compile/walk.h"

namespace ladder::quiz {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string ListNames(const EnumDescriptor& type) {
  std::string names;
  for (int i = 1; i < type.value_count(); ++i) {
    absl::StrAppend(&names, names.empty() ? "" : ", ", type.value(i)->name());
  }
  return names;
}

void CheckEnumsOf(const std::string& path, const Message& message, FaultList& faults) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM || field->is_repeated()) continue;
    const int value = message.GetReflection()->GetEnumValue(message, field);
    if (field->enum_type()->FindValueByNumber(value) == nullptr) {
      faults.Error(absl::StrCat(path, ".", field->name()),
                   absl::StrCat(value, " has no meaning here; use ", ListNames(*field->enum_type())));
    }
  }
}

}  // namespace

void CheckEnums(Compilation& compilation) {
  WalkMessages(compilation.definition, [&compilation](const std::string& path, const Message& message) {
    CheckEnumsOf(path, message, compilation.faults);
  });
}

}  // namespace ladder::quiz
