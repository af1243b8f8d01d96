// File: echo_service.h
//
// The service of echo.proto, written as every unary handler here is.

#ifndef LADDER_TESTS_CHASSIS_ECHO_SERVICE_H_
#define LADDER_TESTS_CHASSIS_ECHO_SERVICE_H_

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "echo.grpc.pb.h"
#include "libs/chassis/call.h"
#include "libs/chassis/mutex.h"

namespace ladder::testing {

// Thread-safe.
class EchoService final : public RawService<ladder::test::v1::EchoService::Service,
                                            ladder::test::v1::EchoService::WithRawCallbackMethod_Echo,
                                            ladder::test::v1::EchoService::WithRawCallbackMethod_Release> {
 public:
  static constexpr char kEcho[] = "ladder.test.v1.EchoService/Echo";

  explicit EchoService(CallTracker* calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                 grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* Release(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;

  // Finishes held calls, from the calling thread; returns how many there were.
  int ReleaseHeld();
  std::size_t held() const;
  int cancellations() const { return cancellations_; }
  absl::Time last_deadline() const;

 private:
  using Call = UnaryCall<ladder::test::v1::EchoResponse>;

  CallTracker* const calls_;
  std::atomic<int> cancellations_ = 0;
  mutable Mutex mutex_;
  std::vector<std::pair<std::shared_ptr<Call>, std::string>> held_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_deadline_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_CHASSIS_ECHO_SERVICE_H_
