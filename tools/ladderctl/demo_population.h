// File: demo_population.h
//
// People who do not exist, with answers that nobody gave: clients who get better, stay as they are or get worse over
// months, by a simple seeded model in whole numbers. It is the one place in C++ that names questions: answers have to
// be made for some quiz. No study stands behind it.
//
//   const std::vector<ScoreRequest> requests = MakeUpPopulation({.clients = 5000, .until = until});
//
// Pure, and the same on every machine.

#ifndef LADDER_TOOLS_LADDERCTL_DEMO_POPULATION_H_
#define LADDER_TOOLS_LADDERCTL_DEMO_POPULATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "ladder/scoring/v1/scoring_service.pb.h"

namespace ladder::ctl {

struct PopulationOptions {
  int clients = 5000;
  int clinics = 1;
  int months = 6;  // Of 30 days.
  std::uint64_t seed = 1;
  absl::Time until;  // All assessments are before it, and after `months` before it.
};

// "made-up-000123" and "demo-2". `client` counts from 1; clients go round over the clinics.
std::string MadeUpClientId(int client);
std::string MadeUpClinicId(int client, int clinics);

// The assessments of one client, oldest first: one to seven of the Ladder of Healing, and for a third of the clients
// the PHQ-9 the same day. It depends on the seed, the client, `until` and `months` alone.
std::vector<scoring::v1::ScoreRequest> MakeUpClient(const PopulationOptions& options, int client);

// Those of all clients, oldest first, as time brought them.
std::vector<scoring::v1::ScoreRequest> MakeUpPopulation(const PopulationOptions& options);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_DEMO_POPULATION_H_
