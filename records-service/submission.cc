#include "records-service/submission.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace ladder::records {
namespace {

// A submission with its answers apart, in an order of their own.
struct Content {
  std::string rest;
  std::vector<std::string> answers;

  friend bool operator==(const Content&, const Content&) = default;
};

Content ContentOf(v1::Submission submission) {
  Content content;
  content.answers.reserve(static_cast<std::size_t>(submission.answers_size()));
  for (quiz::v1::Answer& answer : *submission.mutable_answers()) {
    if (answer.has_options()) {
      auto& options = *answer.mutable_options()->mutable_option();
      std::sort(options.begin(), options.end());
    }
    content.answers.push_back(StableBytes(answer));
  }
  std::sort(content.answers.begin(), content.answers.end());
  submission.clear_answers();
  content.rest = StableBytes(submission);
  return content;
}

}  // namespace

bool SameSubmission(const v1::Submission& a, const v1::Submission& b) {
  // The order of what is in it does not change its size.
  return a.ByteSizeLong() == b.ByteSizeLong() && ContentOf(a) == ContentOf(b);
}

std::string StableBytes(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return bytes;
}

}  // namespace ladder::records
