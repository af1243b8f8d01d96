#include "tools/ladderctl/demo.h"

#include <algorithm>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/ladderctl/client.h"
#include "tools/ladderctl/recording.h"
#include "tools/ladderctl/table.h"

namespace ladder::ctl {
namespace {

// With so many clients in a clinic each of its partitions has the 200 with which a cohort closes at the next tick.
constexpr int kClientsPerClinic = 1000;
constexpr int kDefaultClinics = 5;
constexpr absl::Duration kHistory = absl::Hours(24 * 31);

// A client worth looking at: of the first ones the one with the most assessments.
int ClientToShow(const PopulationOptions& options) {
  constexpr int kLookedAt = 20;
  int best = 1;
  std::size_t most = 0;
  for (int client = 1; client <= std::min(options.clients, kLookedAt); ++client) {
    const std::size_t count = MakeUpClient(options, client).size();
    if (count > most) {
      best = client;
      most = count;
    }
  }
  return best;
}

std::string ClinicsText(int clinics) {
  return clinics == 1 ? "the clinic demo-1" : absl::StrCat("the clinics demo-1 to demo-", clinics);
}

void PrintNext(const PopulationOptions& options, const Terminal& terminal) {
  const int client = ClientToShow(options);
  terminal.out << "\n"
               << Wrap(absl::StrCat("All of them are made up, in ", ClinicsText(options.clinics), ", before ",
                                    absl::FormatTime("%Y-%m-%d", options.until, absl::UTCTimeZone()),
                                    ". Their figures are released at the next tick (a minute where up.sh started "
                                    "the services, else 15), from 200 clients of a clinic and campaign on."),
                       static_cast<std::size_t>(terminal.width), 0)
               << "\nLook at next:\n"
               << "  ladderctl progress " << MadeUpClientId(client) << " --clinic "
               << MadeUpClinicId(client, options.clinics) << "\n"
               << "  ladderctl analytics distribution\n"
               << "  ladderctl analytics trend --clinic demo-1\n"
               << "  ladderctl analytics flow\n"
               << "  ladderctl analytics privacy\n";
}

}  // namespace

PopulationOptions OptionsOf(const DemoCommand& command, absl::Time now) {
  PopulationOptions options;
  options.clients = command.clients;
  options.clinics = command.clinics.value_or(std::clamp(command.clients / kClientsPerClinic, 1, kDefaultClinics));
  options.months = command.months;
  options.seed = command.seed;
  const absl::CivilMonth month(absl::ToCivilSecond(now - kHistory, absl::UTCTimeZone()));
  options.until = absl::FromCivil(absl::CivilSecond(month), absl::UTCTimeZone());
  return options;
}

int PlayPopulation(const DemoCommand& command, const Settings& settings, const Terminal& terminal) {
  const PopulationOptions options = OptionsOf(command, absl::Now());
  std::vector<scoring::v1::ScoreRequest> requests = MakeUpPopulation(options);
  Client client(settings);
  // One refusal for a quiz that is not published, not one for each assessment.
  std::set<std::string> quizzes;
  for (const auto& request : requests) quizzes.insert(request.quiz());
  for (const std::string& quiz : quizzes) {
    scoring::v1::GetFormRequest get_form;
    get_form.set_quiz(quiz);
    const absl::StatusOr<scoring::v1::Form> form = client.GetForm(get_form);
    if (!form.ok()) return ReportError(form.status(), terminal);
  }
  std::vector<RecordingRow> rows;
  rows.reserve(requests.size());
  for (auto& request : requests) {
    std::string label = request.record().request_id();
    rows.push_back({std::move(label), std::move(request)});
  }
  Recording recording(client, terminal, rows.size());
  const int exit_code = PrintTally(recording.Run(std::move(rows)), settings, terminal);
  if (exit_code == kDone && settings.output == OutputFormat::kTable) PrintNext(options, terminal);
  return exit_code;
}

}  // namespace ladder::ctl
