#include "tests/fuzz/mutation.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

namespace ladder::quiz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Ids, numbers and expressions that may mean something somewhere in the sound quiz, and some that mean nothing.
const std::vector<std::string>& Words() {
  static const auto* const words =
      new std::vector<std::string>{"sleep",
                                   "calm",
                                   "packs",
                                   "aids",
                                   "note",
                                   "total",
                                   "count",
                                   "most",
                                   "converted",
                                   "verdict",
                                   "sex",
                                   "before",
                                   "metric",
                                   "severity",
                                   "steps",
                                   "devices",
                                   "high",
                                   "never",
                                   "therapy",
                                   "NOT_SCORED",
                                   "UNDECIDED",
                                   "en",
                                   "",
                                   "0",
                                   "1",
                                   "-1",
                                   "1/3",
                                   "0.5",
                                   "1e9",
                                   "99999999999999999999999999999999999999999999999999999999999",
                                   "1/0",
                                   "1/7919",
                                   "0.00000000000000000000000000000000000000000000000000000000001",
                                   "total > 1",
                                   "sleep / calm",
                                   "it * it",
                                   "has(before) && before > total",
                                   "lookup('metric', packs)",
                                   "band(total) == 'low'",
                                   "'stick' in aids",
                                   "max(1, total) / max(packs, 1)",
                                   "converted + 1",
                                   std::string(100, 'x')};
  return *words;
}

// Small, or one of those at which arithmetic ends.
std::int64_t AnyInteger(Random& random) {
  static const auto* const ends = new std::vector<std::int64_t>{INT64_MIN, INT64_MAX, INT32_MIN, INT32_MAX, -1};
  return random.OneIn(2) ? static_cast<std::int64_t>(random.Below(100)) : random.Among(*ends);
}

std::vector<Message*> MessagesIn(Message& message) {
  std::vector<Message*> all = {&message};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Reflection* reflection = all[i]->GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection->ListFields(*all[i], &fields);
    for (const FieldDescriptor* field : fields) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
      if (!field->is_repeated()) {
        all.push_back(reflection->MutableMessage(all[i], field));
        continue;
      }
      const int size = reflection->FieldSize(*all[i], field);
      for (int j = 0; j < size; ++j) all.push_back(reflection->MutableRepeatedMessage(all[i], field, j));
    }
  }
  return all;
}

void MutateList(Message& message, const FieldDescriptor* field, const std::vector<std::string>& words, Random& random) {
  const Reflection* reflection = message.GetReflection();
  const int size = reflection->FieldSize(message, field);
  const int one = size == 0 ? 0 : static_cast<int>(random.Below(size));
  switch (random.Below(4)) {
    case 0:
      if (size > 0) reflection->RemoveLast(&message, field);
      return;
    case 1:
      if (size > 0) reflection->SwapElements(&message, field, one, size - 1);
      return;
    case 2:
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && size > 0) {
        const std::string copy = reflection->GetRepeatedMessage(message, field, one).SerializeAsString();
        reflection->AddMessage(&message, field)->ParseFromString(copy);
      }
      return;
    default:
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        reflection->AddString(&message, field, random.Among(words));
      }
  }
}

void MutateField(Message& message, const FieldDescriptor* field, const std::vector<std::string>& words,
                 Random& random) {
  const Reflection* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string old = reflection->GetString(message, field);
      reflection->SetString(&message, field,
                            random.OneIn(3) ? MutateText(old, words, /*most=*/2, random) : random.Among(words));
      return;
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection->SetBool(&message, field, !reflection->GetBool(message, field));
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      reflection->SetEnumValue(&message, field, static_cast<int>(random.Below(7)));
      return;
    case FieldDescriptor::CPPTYPE_UINT32:
      reflection->SetUInt32(&message, field,
                            random.OneIn(4) ? UINT32_MAX : static_cast<std::uint32_t>(random.Below(30)));
      return;
    case FieldDescriptor::CPPTYPE_INT64:
      reflection->SetInt64(&message, field, AnyInteger(random));
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      reflection->SetInt32(&message, field, static_cast<std::int32_t>(AnyInteger(random)));
      return;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      reflection->MutableMessage(&message, field);
      return;
    default:
      return;
  }
}

void MutateOne(Message& message, const std::vector<std::string>& words, Random& random) {
  const google::protobuf::Descriptor* type = message.GetDescriptor();
  if (type->field_count() == 0) return;
  const FieldDescriptor* field = type->field(static_cast<int>(random.Below(type->field_count())));
  if (random.OneIn(8)) {
    message.GetReflection()->ClearField(&message, field);
  } else if (field->is_repeated()) {
    MutateList(message, field, words, random);
  } else {
    MutateField(message, field, words, random);
  }
}

}  // namespace

std::string MutateText(std::string text, const std::vector<std::string>& pieces, std::size_t most, Random& random) {
  const std::size_t times = 1 + random.Below(most);
  for (std::size_t i = 0; i < times; ++i) {
    const std::size_t begin = random.Below(text.size() + 1);
    const std::size_t length = std::min(random.Below(8), text.size() - begin);
    switch (random.Below(5)) {
      case 0:
        text.erase(begin, length);
        break;
      case 1:
        text.insert(begin, random.Among(pieces));
        break;
      case 2:
        text.replace(begin, length, random.Among(pieces));
        break;
      case 3:
        text.insert(begin, text.substr(begin, length));
        break;
      default:
        if (begin < text.size()) text[begin] = static_cast<char>(1 + random.Below(127));
    }
  }
  return text;
}

void MutateMessage(Message& message, const std::vector<std::string>& words, Random& random) {
  const std::size_t times = 1 + random.Below(3);
  for (std::size_t i = 0; i < times; ++i) MutateOne(*random.Among(MessagesIn(message)), words, random);
}

void MutateDefinition(v1::QuizDefinition& definition, Random& random) { MutateMessage(definition, Words(), random); }

}  // namespace ladder::quiz
