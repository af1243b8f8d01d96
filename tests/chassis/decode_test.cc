// Goal: bytes that are no message are told by the path of what is wrong. Method: sound messages, serialised and then
// spoilt, or written with texts that are not UTF-8, which Protobuf sends without complaint.

#include "libs/chassis/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "google/rpc/error_details.pb.h"
#include "libs/chassis/errors.h"
#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"

namespace ladder {
namespace {

using ::ladder::testing::EqualsProto;

grpc::ByteBuffer Buffer(const std::string& bytes) {
  // In two parts, as bytes may come over the wire.
  const grpc::Slice parts[] = {grpc::Slice(bytes.substr(0, bytes.size() / 2)),
                               grpc::Slice(bytes.substr(bytes.size() / 2))};
  return grpc::ByteBuffer(parts, 2);
}

// The one violation; its path and what is said of it.
FieldViolation Fault(const google::protobuf::Message& message, google::protobuf::Message& decoded) {
  const std::vector<FieldViolation> violations = ViolationsOf(Decode(Buffer(message.SerializeAsString()), decoded));
  EXPECT_EQ(violations.size(), 1u);
  return violations.empty() ? FieldViolation{"none", ""} : violations[0];
}

google::rpc::BadRequest TwoViolations() {
  google::rpc::BadRequest message;
  message.add_field_violations()->set_field("first");
  message.add_field_violations()->set_description("second");
  return message;
}

TEST(DecodeTest, WhatIsEncodedComesBack) {
  google::rpc::BadRequest large;
  for (int i = 0; i < 10'000; ++i) large.add_field_violations()->set_description(std::string(20, 'x'));
  for (const google::rpc::BadRequest& message : {google::rpc::BadRequest(), TwoViolations(), large}) {
    grpc::ByteBuffer bytes;
    Encode(message, bytes);
    google::rpc::BadRequest decoded;
    ASSERT_TRUE(Decode(bytes, decoded).ok());
    EXPECT_THAT(decoded, EqualsProto(message));
  }
}

TEST(DecodeTest, EncodingReplacesWhatTheBufferHolds) {
  grpc::ByteBuffer bytes = Buffer("something else");
  Encode(TwoViolations(), bytes);
  EXPECT_EQ(bytes.Length(), TwoViolations().ByteSizeLong());
}

TEST(DecodeTest, DecodingLeavesTheBytesAsTheyAre) {
  const grpc::ByteBuffer bytes = Buffer(TwoViolations().SerializeAsString());
  for (int i = 0; i < 2; ++i) {
    google::rpc::BadRequest decoded;
    ASSERT_TRUE(Decode(bytes, decoded).ok());
    EXPECT_THAT(decoded, EqualsProto(TwoViolations()));
  }
}

TEST(DecodeTest, ATextThatIsNotUtf8IsNamedByItsPath) {
  google::rpc::BadRequest message = TwoViolations();
  message.mutable_field_violations(1)->set_description("of\xff\xfe");
  google::rpc::BadRequest decoded;
  const FieldViolation fault = Fault(message, decoded);
  EXPECT_EQ(fault.field, "field_violations[1].description");
  EXPECT_EQ(fault.description, "not UTF-8");
}

TEST(DecodeTest, AKeyOrValueOfAMapIsNamedByTheMap) {
  google::rpc::ErrorInfo message;
  (*message.mutable_metadata())["key"] = "\xff";
  google::rpc::ErrorInfo decoded;
  EXPECT_EQ(Fault(message, decoded).field, "metadata");
  message.clear_metadata();
  (*message.mutable_metadata())["\xff"] = "value";
  EXPECT_EQ(Fault(message, decoded).field, "metadata");
}

TEST(DecodeTest, BytesThatAreNoMessageAreToldAsAWhole) {
  for (const std::string& bytes :
       {std::string("\x0a\x7fshort"), std::string("\xff\xff\xff"), std::string(1000, '\x0b')}) {
    google::rpc::BadRequest decoded;
    const absl::Status status = Decode(Buffer(bytes), decoded);
    EXPECT_TRUE(absl::IsInvalidArgument(status));
    EXPECT_EQ(ViolationsOf(status)[0].field, "");
    EXPECT_THAT(std::string(status.message()), ::testing::StartsWith("these bytes are no google.rpc.BadRequest"));
  }
}

}  // namespace
}  // namespace ladder
