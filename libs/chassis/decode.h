// File: decode.h
//
// Messages from and to the bytes that gRPC carries. gRPC itself answers a request that does not decode with
// UNIMPLEMENTED and without a word, and takes such an item of a stream for the end of the stream; so our handlers
// register for the bytes as they came, and this says what is wrong with them.
//
//   v1::ScoreRequest request;
//   if (absl::Status status = Decode(bytes, request); !status.ok()) return status;

#ifndef LADDER_LIBS_CHASSIS_DECODE_H_
#define LADDER_LIBS_CHASSIS_DECODE_H_

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include "absl/status/status.h"

namespace ladder {

// INVALID_ARGUMENT names the first text that is not UTF-8 by its path, for example `answers[3].option`, or says that
// the bytes are no such message. `message` is then unspecified.
absl::Status Decode(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);

// Replaces what `bytes` holds.
void Encode(const google::protobuf::Message& message, grpc::ByteBuffer& bytes);

// A service with every one of `Methods` registered for the bytes as they came:
//
//   using Service = v1::EchoService;
//   class EchoHandlers : public RawService<Service::Service, Service::WithRawCallbackMethod_Echo> { ... };
template <typename Service, template <typename> typename... Methods>
struct RawServiceOf {
  using Type = Service;
};
template <typename Service, template <typename> typename First, template <typename> typename... Rest>
struct RawServiceOf<Service, First, Rest...> {
  using Type = First<typename RawServiceOf<Service, Rest...>::Type>;
};
template <typename Service, template <typename> typename... Methods>
using RawService = typename RawServiceOf<Service, Methods...>::Type;

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_DECODE_H_
