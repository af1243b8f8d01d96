// File: proto_matchers.h
//
// EqualsProto compares messages field by field and tells each difference; it takes a message or its text format.
//
//   EXPECT_THAT(response, EqualsProto(R"pb(stage: "conker")pb"));

#ifndef LADDER_TESTS_TESTING_PROTO_MATCHERS_H_
#define LADDER_TESTS_TESTING_PROTO_MATCHERS_H_

#include <gmock/gmock.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

#include <memory>
#include <string>
#include <type_traits>

namespace ladder::testing {

inline bool ParseExpected(const google::protobuf::Message& expected, google::protobuf::Message* message) {
  message->CopyFrom(expected);
  return true;
}

inline bool ParseExpected(const std::string& text, google::protobuf::Message* message) {
  return google::protobuf::TextFormat::ParseFromString(text, message);
}

MATCHER_P(EqualsProto, expected, "is the expected message") {
  const google::protobuf::Message& message = arg;
  const std::unique_ptr<google::protobuf::Message> wanted(message.New());
  if (!ParseExpected(expected, wanted.get())) {
    *result_listener << "but the expected text does not parse as " << message.GetTypeName();
    return false;
  }
  std::string differences;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&differences);
  const bool same = differencer.Compare(*wanted, message);
  *result_listener << "differences:\n" << differences;
  return same;
}

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_PROTO_MATCHERS_H_
