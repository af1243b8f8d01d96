#include "tools/ladderctl/quiz_files.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace ladder::ctl {
namespace {

// Turns the parser's errors into lines that editors can jump to.
class FaultCollector final : public google::protobuf::io::ErrorCollector {
 public:
  FaultCollector(std::string path, std::vector<std::string>& faults) : path_(std::move(path)), faults_(faults) {}

  void AddError(int line, google::protobuf::io::ColumnNumber column, const std::string& message) override {
    // Protobuf counts from 0, and says -1 where an error concerns the whole file.
    if (line < 0) {
      faults_.push_back(absl::StrCat(path_, ": ", message));
    } else {
      faults_.push_back(absl::StrCat(path_, ":", line + 1, ":", column + 1, ": ", message));
    }
  }

 private:
  const std::string path_;
  std::vector<std::string>& faults_;
};

std::string Printed(const google::protobuf::Message& message, bool in_lines) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = in_lines;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  return status.ok() ? json : "{}";
}

}  // namespace

absl::Status ReadMessageFile(const std::string& path, google::protobuf::Message& message,
                             std::vector<std::string>& faults) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": cannot be opened for reading"));
  const std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (absl::EndsWith(path, ".json")) {
    const auto status = google::protobuf::util::JsonStringToMessage(content, &message);
    if (!status.ok()) faults.push_back(absl::StrCat(path, ": ", std::string(status.message())));
  } else {
    google::protobuf::TextFormat::Parser parser;
    FaultCollector collector(path, faults);
    parser.RecordErrorsTo(&collector);
    parser.ParseFromString(content, &message);
  }
  if (faults.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be read as ", message.GetDescriptor()->full_name()));
}

std::string ToJson(const google::protobuf::Message& message) { return Printed(message, true); }

std::string ToJsonLine(const google::protobuf::Message& message) { return Printed(message, false); }

}  // namespace ladder::ctl
