// A rolling restart under load with the published service config: no call fails, and what was acknowledged is there.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <set>

#include "ladder/records/v1/assessment_service.grpc.pb.h"
#include "tests/end_to_end/deployment.h"
#include "tests/end_to_end/load.h"

namespace ladder::testing {
namespace {

using ::testing::IsEmpty;

constexpr int kCallsBetweenRestarts = 300;

// The request_ids of all that is recorded for the client of the sample.
std::multiset<std::string> RecordedRequestIds(const Deployment& ladder) {
  const auto stub = records::v1::AssessmentService::NewStub(ladder.RecordsChannel());
  records::v1::ListAssessmentsRequest request;
  request.set_parent("clinics/demo/clients/sample");
  request.set_page_size(1000);
  std::multiset<std::string> ids;
  do {
    grpc::ClientContext context;
    records::v1::ListAssessmentsResponse response;
    const grpc::Status status = stub->ListAssessments(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const auto& assessment : response.assessments()) ids.insert(assessment.request_id());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return ids;
}

TEST(RollingRestartTest, NoCallFailsWhileEveryProcessIsRestartedInTurn) {
  Deployment ladder({.scoring_processes = 2});
  ladder.PublishShipped("ladder-of-healing");
  Load load(ladder.ScoringChannel(), {.callers = 8, .record = true});
  ASSERT_TRUE(load.WaitForMore(kCallsBetweenRestarts));

  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ladder.scoring(i).Stop(), 0);
    EXPECT_TRUE(load.WaitForMore(kCallsBetweenRestarts));
    ladder.scoring(i).Start();
    EXPECT_TRUE(load.WaitForMore(kCallsBetweenRestarts));
  }
  EXPECT_EQ(ladder.records().Stop(), 0);
  ladder.records().Start();
  EXPECT_TRUE(load.WaitForMore(kCallsBetweenRestarts));

  const LoadReport report = load.Stop();
  EXPECT_THAT(report.failures, IsEmpty());
  EXPECT_EQ(RecordedRequestIds(ladder),
            std::multiset<std::string>(report.recorded_requests.begin(), report.recorded_requests.end()));
}

}  // namespace
}  // namespace ladder::testing
