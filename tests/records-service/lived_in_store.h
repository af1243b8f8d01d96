// File: lived_in_store.h
//
// A store of either engine in which real writes, seals, releases, erasures and retentions happen, and what a
// verification says of it.
//
//   LivedInStore lived("postgres");
//   lived.Write({lived.Row("north", "c-1", 12)});
//   lived.Tick();
//   lived.Findings();  // {"north: head 1: is not the last entry's position"}

#ifndef LADDER_TESTS_RECORDS_SERVICE_LIVED_IN_STORE_H_
#define LADDER_TESTS_RECORDS_SERVICE_LIVED_IN_STORE_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/chassis/random.h"
#include "libs/quiz/program.h"
#include "records-service/program_cache.h"
#include "records-service/release/release_job.h"
#include "records-service/release/series_programs.h"
#include "records-service/store/sql/sql_store.h"
#include "records-service/verify/verify.h"
#include "tests/records-service/release/release_fixture.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/postgres_server.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records {

class LivedInStore {
 public:
  // "sqlite" or "postgres"; with the quiz "mood" of running_records.h published.
  explicit LivedInStore(const std::string& engine);

  sql::SqlStore& store() { return *store_; }
  testing::FakeClock& clock() { return clock_; }
  // Cohorts of four clients close at once, of two after a month.
  release::ReleaseOptions& options() { return options_; }
  release::SeriesPrograms& series() { return *series_; }
  // What commands name: --data-dir or --postgres, and its value.
  std::vector<std::string> Flags() const;

  // The next row, "id-1" and so on, about and recorded now, scored by the quiz.
  AssessmentRow Row(const std::string& clinic, const std::string& client, int score, const std::string& campaign = "");
  // The same, about a time so long ago.
  AssessmentRow LateRow(const std::string& clinic, const std::string& client, int score, absl::Duration ago);
  // The next row has the number after this one, and ids are unlike those of another that counts from elsewhere.
  // REQUIRES: it is closed.
  void CountFrom(int number) {
    rows_ = number;
    random_ = std::make_unique<SeededRandom>(static_cast<std::uint64_t>(number));
  }
  void Write(const std::vector<AssessmentRow>& rows);
  // Closes what is due now and releases what is closed.
  void Tick();
  // Closes the open cohorts of these campaigns of a clinic: one as it is, several into one under -other, "merged".
  void Seal(const std::string& clinic, const std::vector<std::string>& campaigns);
  void Erase(const std::string& clinic, const std::string& client);

  // A bit of everything: clinics north (nothing was ever removed), south (an erasure) and west (a retention). In north,
  // id-1 to id-4 are released and nobody's newest, "alone" of campaign winter is sealed, campaigns spring and summer
  // are merged, and id-open waits in an open cohort.
  void LiveALittle();

  // From now on this is another copy: in another directory, or on another server.
  void MoveToDirectory(const std::string& directory);
  void MoveToServer(const testing::PostgresServer& server);
  // The one that "postgres" stores lie in.
  static testing::PostgresServer& Postgres();
  std::string directory() const { return directory_; }

  // From each cohort of a clinic that was merged to the one that it is released with.
  void ReadMerged(const std::string& clinic, std::map<std::string, std::string>& merged);

  // Behind the store's back.
  void Execute(const std::string& sql);

  absl::StatusOr<Verified> Verify(std::vector<std::string>& findings, std::size_t sample = 1'000'000,
                                  std::uint64_t seed = 1);
  // As a person reads them.
  std::vector<std::string> Findings();

  // Lets go of it and opens it again, as a new process does.
  void Close();
  void Open();
  // Closes it, waits until no process uses it any more, and opens it. Those that use it have to be at their end.
  void OpenAlone();

 private:
  void Publish();
  absl::Status Read(absl::FunctionRef<absl::Status(sql::Connection&)> body);

  const std::string engine_;
  testing::LogCapture quiet_;
  testing::TempDir folder_;
  std::string directory_;  // Of SQLite.
  std::string database_;   // Of PostgreSQL.
  std::string conninfo_;   // Empty: SQLite.
  testing::FakeClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  std::unique_ptr<SeededRandom> random_ = std::make_unique<SeededRandom>(20261126);
  release::NoNoise noise_;
  release::ReleaseOptions options_;
  std::unique_ptr<sql::SqlStore> store_;
  std::unique_ptr<ProgramCache> programs_;
  std::unique_ptr<release::SeriesPrograms> series_;
  std::shared_ptr<const quiz::Program> program_;
  std::atomic<int> rows_ = 0;
};

}  // namespace ladder::records

#endif  // LADDER_TESTS_RECORDS_SERVICE_LIVED_IN_STORE_H_
