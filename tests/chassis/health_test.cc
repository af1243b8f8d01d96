#include "libs/chassis/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/chassis/running_server.h"

namespace ladder::testing {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr char kEchoService[] = "ladder.test.v1.EchoService";

// Reads the next state that a Watch tells.
std::string Next(grpc::ClientReader<HealthCheckResponse>& reader) {
  HealthCheckResponse response;
  return reader.Read(&response) ? HealthCheckResponse::ServingStatus_Name(response.status()) : "end";
}

HealthCheckRequest Of(const std::string& service) {
  HealthCheckRequest request;
  request.set_service(service);
  return request;
}

TEST(HealthTest, ReadinessIsTheAndOfItsPartsAndGoesDownAgain) {
  RunningServer running;
  Readiness::Part* store = running.server().readiness().AddPart("store");
  for (const std::string& service : {std::string(), std::string("ready"), std::string(kEchoService)}) {
    EXPECT_EQ(running.Health(service), "NOT_SERVING");
    store->Set(true);
    EXPECT_EQ(running.Health(service), "SERVING");
    store->Set(false);
    EXPECT_EQ(running.Health(service), "NOT_SERVING");
  }
}

TEST(HealthTest, LivenessDependsOnNothing) {
  RunningServer running;
  running.server().readiness().AddPart("never up");
  EXPECT_EQ(running.Health("live"), "SERVING");
}

TEST(HealthTest, AnUnknownServiceIsNotFoundByCheckAndUnknownToWatch) {
  RunningServer running;
  EXPECT_EQ(running.Health("no.such.Service"), absl::StrCat("error ", grpc::StatusCode::NOT_FOUND));
  auto context = RunningServer::FarContext();
  const auto reader = running.health().Watch(context.get(), Of("no.such.Service"));
  EXPECT_EQ(Next(*reader), "SERVICE_UNKNOWN");
  context->TryCancel();
  EXPECT_EQ(Next(*reader), "end");
  reader->Finish();
}

TEST(HealthTest, AWatchTellsEachChangeAndIsLetGoByTheDrain) {
  RunningServer running;
  Readiness::Part* store = running.server().readiness().AddPart("store");
  auto context = RunningServer::FarContext();
  const auto reader = running.health().Watch(context.get(), Of(kEchoService));
  EXPECT_EQ(Next(*reader), "NOT_SERVING");
  store->Set(true);
  EXPECT_EQ(Next(*reader), "SERVING");
  store->Set(false);
  EXPECT_EQ(Next(*reader), "NOT_SERVING");
  store->Set(true);
  EXPECT_EQ(Next(*reader), "SERVING");
  std::thread drain([&] { running.server().Drain(); });
  EXPECT_EQ(Next(*reader), "NOT_SERVING");
  EXPECT_EQ(Next(*reader), "end");
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  drain.join();
}

}  // namespace
}  // namespace ladder::testing
