#include "records-service/result_check.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"

namespace ladder::records {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::size_t kMaxDifferences = 20;
constexpr std::size_t kMaxShown = 80;  // Bytes of a value in a message.

// Fields of a result and of what is in it. One that is added to the contract is compared from the release on in which
// every scoring process fills it; until then it belongs here.
constexpr std::array<absl::string_view, 10> kNotCompared = {
    // Texts.
    "title", "range_title", "professional_text", "modality_title", "client_text", "notice", "outcome_text",
    // What is only there on request.
    "explanations", "possible", "decided"};

bool IsCompared(const FieldDescriptor& field) {
  return std::find(kNotCompared.begin(), kNotCompared.end(), field.name()) == kNotCompared.end();
}

std::string Shown(absl::string_view value) {
  if (value.empty()) return "empty";
  return absl::StrCat("'", value.substr(0, kMaxShown), value.size() > kMaxShown ? "...'" : "'");
}

std::string Shown(const quiz::v1::Ratio& ratio) {
  return Shown(absl::StrCat(ratio.numerator(), "/", ratio.denominator()));
}

// Compares what was handed in with what was made here, field by field.
class Comparison {
 public:
  explicit Comparison(RequestCheck& check) : check_(check) {}

  bool found_none() const { return differences_ == 0; }

  void Compare(const Message& handed, const Message& made, const std::string& path) {
    if (made.GetDescriptor() == quiz::v1::Ratio::descriptor()) return CompareRatios(handed, made, path);
    const auto* descriptor = made.GetDescriptor();
    for (int i = 0; i < descriptor->field_count() && differences_ < kMaxDifferences; ++i) {
      const FieldDescriptor& field = *descriptor->field(i);
      if (!IsCompared(field)) continue;
      const std::string at = absl::StrCat(path, ".", field.name());
      if (field.is_repeated()) {
        CompareLists(handed, made, field, at);
      } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        CompareMessages(handed, made, field, at);
      } else {
        CompareValues(ValueOf(handed, field), ValueOf(made, field), at);
      }
    }
  }

 private:
  void Differ(const std::string& at, absl::string_view handed, absl::string_view made) {
    ++differences_;
    check_.Fault(at, absl::StrCat("is ", handed, ", and scoring the submission gives ", made));
  }

  void CompareValues(const std::string& handed, const std::string& made, const std::string& at) {
    if (handed != made) Differ(at, Shown(handed), Shown(made));
  }

  void CompareRatios(const Message& handed, const Message& made, const std::string& at) {
    const auto& ratio = static_cast<const quiz::v1::Ratio&>(handed);
    const auto& right = static_cast<const quiz::v1::Ratio&>(made);
    if (ratio.numerator() == right.numerator() && ratio.denominator() == right.denominator()) return;
    Differ(at, Shown(ratio), Shown(right));
  }

  void CompareMessages(const Message& handed, const Message& made, const FieldDescriptor& field,
                       const std::string& at) {
    const bool is_handed = handed.GetReflection()->HasField(handed, &field);
    const bool is_made = made.GetReflection()->HasField(made, &field);
    if (is_handed != is_made) return Differ(at, is_handed ? "there" : "absent", is_made ? "one" : "none");
    if (!is_made) return;
    Compare(handed.GetReflection()->GetMessage(handed, &field), made.GetReflection()->GetMessage(made, &field), at);
  }

  void CompareLists(const Message& handed, const Message& made, const FieldDescriptor& field, const std::string& at) {
    const Reflection& reflection = *handed.GetReflection();
    const int size = reflection.FieldSize(handed, &field);
    const int right_size = made.GetReflection()->FieldSize(made, &field);
    if (size != right_size) return Differ(at, absl::StrCat("a list of ", size), absl::StrCat(right_size));
    for (int i = 0; i < size && differences_ < kMaxDifferences; ++i) {
      const std::string place = absl::StrCat(at, "[", i, "]");
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Compare(reflection.GetRepeatedMessage(handed, &field, i),
                made.GetReflection()->GetRepeatedMessage(made, &field, i), place);
      } else {
        CompareValues(reflection.GetRepeatedString(handed, &field, i),
                      made.GetReflection()->GetRepeatedString(made, &field, i), place);
      }
    }
  }

  // A field of one of the types that results have.
  static std::string ValueOf(const Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.GetString(message, &field);
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.GetBool(message, &field) ? "true" : "false";
      case FieldDescriptor::CPPTYPE_UINT32:
        return absl::StrCat(reflection.GetUInt32(message, &field));
      case FieldDescriptor::CPPTYPE_ENUM:
        return field.enum_type()->FindValueByNumber(reflection.GetEnumValue(message, &field)) == nullptr
                   ? absl::StrCat(reflection.GetEnumValue(message, &field))
                   : reflection.GetEnum(message, &field)->name();
      default:
        return "";  // result_check_test holds that there are no others.
    }
  }

  RequestCheck& check_;
  std::size_t differences_ = 0;
};

}  // namespace

std::optional<ScoredAgain> ScoreAgain(const quiz::Program& program, absl::string_view version_name,
                                      absl::string_view digest, const v1::Submission& submission,
                                      const quiz::v1::QuizResult& handed, RequestCheck& check) {
  std::vector<quiz::InputViolation> violations;
  std::optional<quiz::Input> input = quiz::CheckInput(program, submission.answers(), submission.context(), violations);
  if (!input.has_value()) {
    for (const quiz::InputViolation& violation : violations) {
      check.Fault(absl::StrCat("submission.", violation.field), violation.description);
    }
    return std::nullopt;
  }
  ScoredAgain scored{*std::move(input), {}, {}};
  quiz::Result result;
  quiz::Score(program, scored.input, result);
  quiz::RenderResult(program, scored.input, result, quiz::ChooseLocale(program, handed.locale()), scored.result);
  scored.result.set_quiz_version(std::string(version_name));
  scored.result.set_digest(std::string(digest));
  scored.bytes = scored.result.SerializeAsString();
  // A result holds no map, so equal ones have equal bytes, and almost all are equal.
  if (handed.ByteSizeLong() == scored.bytes.size() && handed.SerializeAsString() == scored.bytes) return scored;
  Comparison comparison(check);
  comparison.Compare(handed, scored.result, "result");
  if (!comparison.found_none()) return std::nullopt;
  return scored;
}

}  // namespace ladder::records
