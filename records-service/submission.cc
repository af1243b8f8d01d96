#include "records-service/submission.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/message_differencer.h>

namespace ladder::records {

bool SameSubmission(const v1::Submission& a, const v1::Submission& b) {
  using google::protobuf::util::MessageDifferencer;
  MessageDifferencer differencer;
  // Presence counts: a field that was not sent is not one that was sent with its default.
  differencer.set_message_field_comparison(MessageDifferencer::EQUAL);
  differencer.TreatAsSet(v1::Submission::descriptor()->FindFieldByNumber(v1::Submission::kAnswersFieldNumber));
  differencer.TreatAsSet(quiz::v1::Selection::descriptor()->FindFieldByNumber(quiz::v1::Selection::kOptionFieldNumber));
  return differencer.Compare(a, b);
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
