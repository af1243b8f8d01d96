#include "libs/chassis/decode.h"

#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/proto_buffer_writer.h>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"

namespace ladder {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

// A reply is written in blocks of at most so many bytes.
constexpr int kBlockBytes = 64 * 1024;

// How deep Protobuf itself lets messages nest.
constexpr int kMaxDepth = 100;

// Judged by Protobuf: a text and bytes look the same on the wire, and only a text has to be UTF-8.
bool IsUtf8(const std::string& text) {
  google::protobuf::BytesValue bytes;
  bytes.set_value(text);
  return google::protobuf::StringValue().ParseFromString(bytes.SerializeAsString());
}

// The path of the first text in a message of type `type` that is not UTF-8. Nothing where there is none, or where the
// bytes are no message at all.
std::optional<std::string> FindBrokenText(const Descriptor& type, const std::string& bytes, const std::string& prefix,
                                          int depth) {
  UnknownFieldSet fields;
  if (depth > kMaxDepth || !fields.ParseFromString(bytes)) return std::nullopt;
  std::map<int, int> occurrences;
  for (int i = 0; i < fields.field_count(); ++i) {
    const UnknownField& on_wire = fields.field(i);
    const FieldDescriptor* field = type.FindFieldByNumber(on_wire.number());
    if (field == nullptr || on_wire.type() != UnknownField::TYPE_LENGTH_DELIMITED) continue;
    std::string path = absl::StrCat(prefix, field->name());
    // The entries of a map have no order that a caller could count.
    if (field->is_repeated() && !field->is_map()) absl::StrAppend(&path, "[", occurrences[on_wire.number()]++, "]");
    const std::string& content = on_wire.length_delimited();
    if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
      const auto found = FindBrokenText(*field->message_type(), content, absl::StrCat(path, "."), depth + 1);
      if (found) return field->is_map() ? path : found;
    } else if (field->type() == FieldDescriptor::TYPE_STRING && !IsUtf8(content)) {
      return path;
    }
  }
  return std::nullopt;
}

std::string Flatten(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  std::string flat;
  if (!bytes.Dump(&slices).ok()) return flat;
  for (const grpc::Slice& slice : slices) {
    flat.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return flat;
}

}  // namespace

absl::Status Decode(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  // The reader takes a buffer that is not const, and leaves it as it is.
  grpc::ByteBuffer shared(bytes);
  grpc::ProtoBufferReader reader(&shared);
  if (message.ParseFromZeroCopyStream(&reader) && reader.status().ok()) return absl::OkStatus();
  const Descriptor& type = *message.GetDescriptor();
  const std::optional<std::string> path = FindBrokenText(type, Flatten(bytes), "", /*depth=*/0);
  if (path) return InvalidArgument({{*path, "not UTF-8"}});
  return InvalidArgument({{"", absl::StrCat("these bytes are no ", type.full_name(), " in protobuf's binary format")}});
}

void Encode(const google::protobuf::Message& message, grpc::ByteBuffer& bytes) {
  bytes.Clear();
  const std::size_t size = message.ByteSizeLong();
  if (size == 0) {
    // The writer takes no block for nothing, and gRPC takes a buffer without one for a failure.
    grpc::Slice empty;
    bytes = grpc::ByteBuffer(&empty, 1);
    return;
  }
  grpc::ProtoBufferWriter writer(&bytes, kBlockBytes, static_cast<int>(size));
  // Fails only where a message is larger than 2 GiB; the caller then cannot read it.
  (void)message.SerializeToZeroCopyStream(&writer);
}

}  // namespace ladder
