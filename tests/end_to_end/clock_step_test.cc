// The time of day of one process is set back while it runs, as after a start with a wrong clock.

#include <glob.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "libs/chassis/channel.h"
#include "tests/end_to_end/deployment.h"
#include "tests/testing/temp_dir.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {
namespace {

// libfaketime, of which the Debian package faketime has one for programs with threads; empty where it is missing.
std::string FakeTimeLibrary() {
  glob_t found{};
  std::string library;
  if (glob("/usr/lib/*/faketime/libfaketimeMT.so.1", 0, nullptr, &found) == 0) library = found.gl_pathv[0];
  globfree(&found);
  return library;
}

// How far a process's time of day is off. The steady clock goes on as it does.
class Offset {
 public:
  explicit Offset(const std::string& seconds) { Set(seconds); }

  void Set(const std::string& seconds) {
    const std::string next = folder_.Join("next");
    std::ofstream(next) << seconds << "\n";
    ASSERT_EQ(std::rename(next.c_str(), path().c_str()), 0);
  }
  std::vector<std::string> Environment() const {
    return {absl::StrCat("LD_PRELOAD=", FakeTimeLibrary()), absl::StrCat("FAKETIME_TIMESTAMP_FILE=", path()),
            "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1"};
  }

 private:
  std::string path() const { return folder_.Join("offset"); }
  TempDir folder_;
};

grpc::Status Record(scoring::v1::ScoringService::Stub& stub, const std::string& request_id) {
  scoring::v1::ScoreRequest request = SampleRequest();
  request.mutable_record()->set_request_id(request_id);
  grpc::ClientContext context;
  SetTimeout(context, absl::Seconds(5));
  scoring::v1::ScoreResponse response;
  return stub.Score(&context, request, &response);
}

// With a timeout in the service config each call to records failed from the step on.
TEST(ClockStepTest, AScoringServiceWhoseClockWasAheadGoesOnRecordingOnceItIsSetBack) {
  if (FakeTimeLibrary().empty()) GTEST_SKIP() << "needs libfaketime: tools/install.sh test";
  Offset offset("+60");
  Deployment ladder({.scoring_environment = offset.Environment()});
  ladder.PublishShipped("ladder-of-healing");
  const auto stub = scoring::v1::ScoringService::NewStub(ladder.ScoringChannel());
  const grpc::Status ahead = Record(*stub, "ahead");
  ASSERT_TRUE(ahead.ok()) << ahead.error_message();
  int steps = 0;
  for (const char* const step : {"+0", "-7200", "+7200"}) {
    SCOPED_TRACE(step);
    offset.Set(step);
    ++steps;
    for (int i = 0; i < 3; ++i) {
      const grpc::Status stepped = Record(*stub, absl::StrCat("step-", steps, "-", i));
      EXPECT_TRUE(stepped.ok()) << stepped.error_code() << " " << stepped.error_message();
    }
  }
}

}  // namespace
}  // namespace ladder::testing
