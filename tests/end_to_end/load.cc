#include "tests/end_to_end/load.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "tests/end_to_end/deployment.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {

Load::Load(std::shared_ptr<grpc::Channel> channel, LoadOptions options)
    : channel_(std::move(channel)), options_(options) {
  for (int caller = 0; caller < options_.callers; ++caller) {
    callers_.emplace_back([this, caller] { Call(caller); });
  }
}

Load::~Load() { Stop(); }

bool Load::WaitForMore(int calls) const {
  const int wanted = succeeded_ + calls;
  return Eventually([this, wanted] { return succeeded_ >= wanted; });
}

LoadReport Load::Stop() {
  stopping_ = true;
  for (std::thread& caller : callers_) caller.join();
  callers_.clear();
  MutexLock lock(&mutex_);
  report_.succeeded = succeeded_;
  return report_;
}

void Load::Call(int caller) {
  const auto stub = scoring::v1::ScoringService::NewStub(channel_);
  scoring::v1::ScoreRequest request = SampleRequest();
  for (int call = 0; !stopping_; ++call) {
    const std::string request_id = absl::StrCat("load-", caller, "-", call);
    if (options_.record) {
      request.mutable_record()->set_request_id(request_id);
    } else {
      request.clear_record();
    }
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    scoring::v1::ScoreResponse response;
    const grpc::Status status = stub->Score(&context, request, &response);
    if (status.ok()) {
      ++succeeded_;
    }
    MutexLock lock(&mutex_);
    if (!status.ok()) {
      report_.failures.push_back(absl::StrCat(status.error_code(), ": ", status.error_message()));
    } else if (options_.record) {
      report_.recorded_requests.push_back(request_id);
    }
  }
}

}  // namespace ladder::testing
