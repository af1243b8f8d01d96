// Goal: a verification finds every kind of fault and names it, and finds nothing in a store that only lived.
// Method: a store in which a bit of everything happened is damaged by SQL behind its back, one fault at a time.

#include "records-service/verify/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "tests/records-service/lived_in_store.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records {
namespace {

using ::ladder::testing::IsOk;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAreArray;

struct Fault {
  std::string name;
  std::string damage;                 // SQL that both engines take.
  std::vector<std::string> findings;  // All of them.

  friend void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }
};

// The first cohort of north is named after its first assessment.
std::vector<Fault> Faults() {
  return {
      {"VersionMissing",
       "UPDATE assessment SET version = 9 WHERE id = 'id-1'",
       {"north: assessment id-1: its quiz version does not exist"}},
      {"NoCohort",
       "UPDATE assessment SET cohort = '' WHERE id = 'id-open'",
       {"north: assessment id-open: is in no cohort, though it has a series"}},
      {"CohortWithoutSeries",
       "UPDATE assessment SET series = '' WHERE id = 'id-open'",
       {"north: assessment id-open: is in a cohort, though it has no series"}},
      {"CohortMissing",
       "UPDATE assessment SET cohort = 'nowhere' WHERE id = 'id-open'",
       {"north: assessment id-open: its cohort does not exist"}},
      {"OtherCampaign",
       "UPDATE assessment SET campaign = 'autumn' WHERE id = 'id-open'",
       {"north: assessment id-open: its cohort belongs to another partition"}},
      {"NotLate",
       "UPDATE assessment SET late = 1 WHERE id = 'id-open'",
       {"north: assessment id-open: its cohort belongs to another partition"}},
      {"InSomebodyElsesClinic",
       "UPDATE assessment SET clinic = 'south' WHERE id = 'id-open'",
       {"south: assessment id-open: its cohort does not exist"}},
      {"PartitionWithoutOpenCohort",
       "UPDATE part SET open_cohort = 'nowhere' WHERE clinic = 'north' AND campaign = 'winter'",
       {"north: partition mood/1 of winter: has no open cohort",
        "north: cohort after-alone: is open, but its partition gathers elsewhere"}},
      {"PartitionThatGathersInAClosedCohort",
       "UPDATE part SET open_cohort = 'id-1' WHERE clinic = 'north' AND campaign = 'winter'",
       {"north: partition mood/1 of winter: has no open cohort",
        "north: cohort after-alone: is open, but its partition gathers elsewhere"}},
      {"PartitionWithoutHistory",
       "UPDATE part SET history_cohort = open_cohort WHERE clinic = 'north' AND campaign = 'winter'",
       {"north: partition mood/1 of winter: has no open cohort for history",
        "north: cohort alone-history: is open, but its partition gathers elsewhere"}},
      {"MergedIntoNothing",
       "UPDATE cohort SET merged_into = 'nowhere' WHERE clinic = 'north' AND campaign = 'spring' AND state = 2",
       {"north: cohort id-29: is merged into nothing"}},
      {"MergedIntoAnother",
       "UPDATE cohort SET merged_into = 'alone' WHERE clinic = 'north' AND campaign = 'spring' AND state = 2",
       {"north: cohort id-29: is merged into nothing"}},
      {"MemberInAnotherState",
       "UPDATE cohort SET state = 3 WHERE clinic = 'north' AND campaign = 'spring' AND state = 2",
       {"north: cohort id-29: is not in the state of the one that it is merged into"}},
      {"NothingMerged",
       "INSERT INTO cohort (clinic, id, campaign, series, kind, state, merged_into, close_time)"
       " VALUES ('north', 'empty', '-other', 'mood/1', 0, 1, '', 0)",
       {"north: cohort empty: has nothing merged into it"}},
      {"ReleasedButNotInTheLog",
       "UPDATE cohort SET state = 3 WHERE id = 'alone'",
       {"north: cohort alone: is released, but not in the log"}},
      {"InTheLogButUnknown",
       "UPDATE release_log SET cohort = 'nowhere' WHERE clinic = 'north' AND position = 1",
       {"north: entry 1: its cohort does not exist", "north: cohort id-1: is released, but not in the log"}},
      {"InTheLogButNotReleased",
       "UPDATE cohort SET state = 4 WHERE id = 'id-1'",
       {"north: entry 1: its cohort is not released"}},
      {"ReleasedOnItsOwnAsWell",
       "UPDATE cohort SET merged_into = 'merged', state = 2 WHERE id = 'id-1';"
       "UPDATE assessment SET campaign = campaign WHERE id = 'id-1'",
       {"north: entry 1: its cohort is not released", "north: entry 1: its cohort is released with another one"}},
      {"EntryOfAnotherPartition",
       "UPDATE cohort SET campaign = 'autumn' WHERE id = 'id-1'",
       {"north: assessment id-1: its cohort belongs to another partition",
        "north: assessment id-2: its cohort belongs to another partition",
        "north: assessment id-3: its cohort belongs to another partition",
        "north: assessment id-4: its cohort belongs to another partition",
        "north: entry 1: its cohort belongs to another partition"}},
      {"RunMissing",
       "UPDATE release_log SET run = 7 WHERE clinic = 'north' AND run = 1",
       {"north: entry 4: the run before it is not in the log"}},
      {"Gap",
       "UPDATE release_log SET position = 40 WHERE clinic = 'north' AND position = 4;"
       "UPDATE head SET position = 40 WHERE clinic = 'north'",
       {"north: entry 40: there is a gap before it"}},
      {"LogBeginsLate",
       "UPDATE release_log SET position = 0 WHERE clinic = 'north' AND position = 1",
       {"north: entry 0: there is a gap before it", "north: entry 2: there is a gap before it"}},
      {"HeadAhead",
       "UPDATE head SET position = 9 WHERE clinic = 'north'",
       {"north: head 9: is not the last entry's position"}},
      {"HeadMissing", "DELETE FROM head WHERE clinic = 'north'", {"north: head 0: is not the last entry's position"}},
      {"OneMoreThanReleased",
       "UPDATE assessment SET cohort = 'id-1', campaign = '' WHERE id = 'id-open'",
       {"north: cohort id-1: has another size than the log says"}},
      {"OneFewerThoughNothingWasRemoved",
       "DELETE FROM assessment WHERE id = 'id-1'",
       {"north: cohort id-1: has another size than the log says"}},
      {"AnotherClientThanReleased",
       "UPDATE assessment SET client = 'c-2' WHERE id = 'id-1'",
       {"north: cohort id-1: has another size than the log says"}},
      {"OneFewerWhereSomethingWasRemoved",
       "DELETE FROM assessment WHERE clinic = 'west' AND id = 'id-15';"
       "DELETE FROM standing WHERE clinic = 'west' AND id = 'id-15'",
       {}},
      {"OneMoreWhereSomethingWasRemoved",
       "UPDATE assessment SET cohort = (SELECT cohort FROM release_log WHERE clinic = 'west'), clinic = 'west',"
       " campaign = '', client = 'c-3' WHERE id IN ('id-open', 'id-1', 'id-2', 'id-3')",
       {"north: cohort id-1: has another size than the log says",
        "west: cohort id-13: has another size than the log says"}},
      {"StandingOfNobody",
       "UPDATE standing SET id = 'nowhere' WHERE clinic = 'north' AND client = 'c-1'",
       {"north: standing nowhere: its assessment does not exist"}},
      {"StandingOfWhatIsNotReleased",
       "UPDATE standing SET id = 'id-open' WHERE clinic = 'north' AND client = 'c-4'",
       {"north: standing id-open: its assessment is not released"}},
      {"SumOfOtherClients",
       "UPDATE release_sum SET clients = clients + 1 WHERE clinic = 'west' AND grain = 1",
       {"west: sum mood/1 in the day 2023-11-15T00:00Z: is not the log added up"}},
      {"SumOfOtherTables",
       "UPDATE release_sum SET tables = (SELECT submission FROM assessment WHERE id = 'id-1')"
       " WHERE clinic = 'west' AND grain = 2",
       {"west: sum mood/1 in the month 2023-11-01T00:00Z: is not the log added up"}},
      {"SumMissing",
       "DELETE FROM release_sum WHERE clinic = 'west' AND grain = 0",
       {"west: sum mood/1 in the tick 2023-11-15T22:00Z: does not exist, though the log has entries for it"}},
      {"SumOfNothing",
       "UPDATE release_sum SET campaign = 'autumn' WHERE clinic = 'west' AND grain = 2",
       {"west: sum mood/1 of autumn in the month 2023-11-01T00:00Z: has no entry of the log in it",
        "west: sum mood/1 in the month 2023-11-01T00:00Z: does not exist, though the log has entries for it"}},
      {"ResultOfOtherAnswers",
       "UPDATE assessment SET result = (SELECT result FROM assessment WHERE id = 'id-2') WHERE id = 'id-1'",
       {"north: assessment id-1: what a release counts of it is not what its result says"}},
      {"OutcomeOfOtherAnswers",
       "UPDATE assessment SET outcome = (SELECT outcome FROM assessment WHERE id = 'id-2') WHERE id = 'id-1'",
       {"north: assessment id-1: what a release counts of it is not what its result says"}},
      {"OutcomeDamaged",
       "UPDATE assessment SET outcome = substr(outcome, 1, 1) WHERE id = 'id-1'",
       {"north: assessment id-1: what a release counts of it is damaged"}},
      {"SubmissionOfOtherAnswers",
       "UPDATE assessment SET submission = (SELECT submission FROM assessment WHERE id = 'id-2') WHERE id = 'id-1'",
       {"north: assessment id-1: its result is not what its quiz version gives"}},
      {"SlicesOfAnotherVersion",
       "UPDATE assessment SET slices = 'sex=female' WHERE id = 'id-1'",
       {"north: assessment id-1: what a release counts of it is not what its quiz version gives"}},
      {"VersionDamaged",
       "UPDATE version SET definition = substr(definition, 1, 1)",
       {"version quizzes/mood/versions/1: is damaged"}},
      {"SetAsideAndInUse",
       "INSERT INTO assessment_set_aside SELECT clinic, client, id, request_id, quiz, version, campaign, assess_time,"
       " create_time, submission, result, series, slices, outcome, late, '', 0, 'why' FROM assessment"
       " WHERE id = 'id-open'",
       {"north: set-aside id-open: is in use as well"}},
      {"SetAsideInACohortThatIsNotReleased",
       "INSERT INTO assessment_set_aside SELECT clinic, client, 'id-x', 'r-x', quiz, version, campaign, assess_time,"
       " create_time, submission, result, series, slices, outcome, late, cohort, 0, 'why' FROM assessment"
       " WHERE id = 'id-open'",
       {"north: set-aside id-x: its cohort is not released"}},
      {"ResultDamaged",
       "UPDATE assessment SET result = (SELECT secret FROM store_secret) WHERE id = 'id-1'",
       {"north: assessment id-1: is damaged"}},
  };
}

class VerifyTest : public ::testing::TestWithParam<std::string> {};

TEST_P(VerifyTest, FindsNothingInAStoreThatOnlyLived) {
  LivedInStore lived(GetParam());
  std::vector<std::string> findings;
  const absl::StatusOr<Verified> empty = lived.Verify(findings);
  ASSERT_THAT(empty, IsOk());
  EXPECT_EQ(empty->checked.clinics, 0);
  lived.LiveALittle();
  const absl::StatusOr<Verified> verified = lived.Verify(findings);
  ASSERT_THAT(verified, IsOk());
  EXPECT_THAT(findings, IsEmpty());
  EXPECT_EQ(verified->checked.clinics, 3);
  EXPECT_EQ(verified->checked.assessments, 32 - 4) << "two were erased, two outlived their retention";
  EXPECT_EQ(verified->rescored, verified->checked.assessments);
  EXPECT_EQ(verified->checked.entries, 7);
  lived.Tick();
  EXPECT_THAT(lived.Findings(), IsEmpty()) << "also after what was sealed is released";
}

TEST_P(VerifyTest, ASampleHasSoManyOfAllAndTheSameOnesForASeed) {
  LivedInStore lived(GetParam());
  lived.LiveALittle();
  lived.Execute("UPDATE assessment SET submission = substr(submission, 1, 0)");
  EXPECT_THAT(lived.Findings(), SizeIs(28)) << "a sample larger than the store is all of it, each once";
  std::vector<std::vector<std::string>> samples(3);
  for (const std::size_t i : {0, 1, 2}) ASSERT_THAT(lived.Verify(samples[i], 5, i == 2 ? 8 : 7), IsOk());
  EXPECT_THAT(samples[0], SizeIs(5));
  EXPECT_EQ(samples[0], samples[1]);
  EXPECT_NE(samples[0], samples[2]);
}

INSTANTIATE_TEST_SUITE_P(Engines, VerifyTest, ::testing::Values("sqlite", "postgres"),
                         [](const auto& engine) { return engine.param; });

class VerifyFaultTest : public ::testing::TestWithParam<std::tuple<std::string, Fault>> {};

TEST_P(VerifyFaultTest, IsFoundAndNamed) {
  const auto& [engine, fault] = GetParam();
  LivedInStore lived(engine);
  lived.LiveALittle();
  lived.Execute(fault.damage);
  EXPECT_THAT(lived.Findings(), UnorderedElementsAreArray(fault.findings));
}

INSTANTIATE_TEST_SUITE_P(Faults, VerifyFaultTest,
                         ::testing::Combine(::testing::Values("sqlite", "postgres"), ::testing::ValuesIn(Faults())),
                         [](const auto& fault) { return std::get<0>(fault.param) + std::get<1>(fault.param).name; });

}  // namespace
}  // namespace ladder::records
