// A server with the echo service, for tests that send it signals.

#include <iostream>

#include "absl/time/clock.h"
#include "libs/chassis/options.h"
#include "libs/chassis/process.h"
#include "libs/chassis/server.h"
#include "tests/chassis/echo_service.h"

int main(int argc, char** argv) {
  ladder::PrepareProcess();
  ladder::ServerOptions server_options;
  bool hang = false;
  ladder::OptionSet options("echo", "Says back what it is told.", "LADDER_ECHO");
  server_options.AddTo(&options);
  options.Add("hang", &hang, "Hang in the clean-up.");
  options.AddCheck([&] { return server_options.Verify(); });
  const auto outcome = options.Parse(argc, argv);
  if (!outcome.ok()) {
    std::cerr << outcome.status().message() << "\n";
    return 2;
  }
  if (*outcome == ladder::OptionSet::Outcome::kHelpPrinted) return 0;

  server_options.stop_limit = absl::Seconds(2);
  const ladder::SystemClock clock;
  ladder::Server server(server_options, &clock);
  server.AddCleanup("hang", [hang] {
    if (hang) absl::SleepFor(absl::Hours(1));
  });
  ladder::testing::EchoService echo(&server.calls());
  const absl::Status started = server.Start({{ladder::test::v1::EchoService::service_full_name(), &echo}});
  if (!started.ok()) {
    std::cerr << started.message() << "\n";
    return 1;
  }
  server.RunUntilSignal();
  return 0;
}
