// File: demo.h
//
// A population to try Ladder on: made-up clients (demo_population.h) whose assessments go through the public API, into
// clinics of their own.

#ifndef LADDER_TOOLS_LADDERCTL_DEMO_H_
#define LADDER_TOOLS_LADDERCTL_DEMO_H_

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "tools/ladderctl/app.h"
#include "tools/ladderctl/demo_population.h"

namespace ladder::ctl {

inline constexpr int kMostMadeUpClients = 1'000'000;
inline constexpr int kMostMadeUpClinics = 1000;
inline constexpr int kMostMadeUpMonths = 60;

struct DemoCommand {
  int clients = 5000;
  std::optional<int> clinics = std::nullopt;  // Absent: one for each 1,000 clients, at most 5.
  int months = 6;
  std::uint64_t seed = 1;
};

// What the command plays when it is given at `now`. The last assessments are at least 31 days old and before the begin
// of a month, so that a second run in the same month records nothing new, and so that everything is history: then
// cohorts are counted oldest first, whenever the ticks come, and change and flow are what happened.
PopulationOptions OptionsOf(const DemoCommand& command, absl::Time now);

// Prints how many were recorded, and what to look at next.
int PlayPopulation(const DemoCommand& command, const Settings& settings, const Terminal& terminal);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_DEMO_H_
