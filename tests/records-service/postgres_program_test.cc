// The real ladder-records over a real PostgreSQL: it refuses a database without tables with the command to run, serves
// one that was migrated, several at once, and goes on after a restart of the database.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/chassis/grpc_status.h"
#include "records-service/store/postgres/migrations.h"
#include "tests/records-service/records_program.h"
#include "tests/records-service/score_request.h"
#include "tests/testing/postgres_server.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace ladder::records {
namespace {

using ::ladder::testing::ChildProcess;
using ::ladder::testing::IsOk;
using ::ladder::testing::PostgresServer;
using ::ladder::testing::ReadFileOrEmpty;
using ::ladder::testing::TempDir;
using ::testing::HasSubstr;

absl::StatusOr<v1::CreateAssessmentResponse> Create(RecordsProgram& program, const std::string& request_id) {
  v1::CreateAssessmentRequest request;
  request.set_request_id(request_id);
  request.mutable_submission()->set_quiz("quizzes/mood");
  request.mutable_submission()->set_parent("clinics/north/clients/c-1");
  ScoreRequest(RecordsProgram::MoodQuiz(), 1, request);
  grpc::ClientContext context;
  SetDeadline(context);
  v1::CreateAssessmentResponse response;
  const grpc::Status status = program.NewStub()->CreateAssessment(&context, request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

TEST(PostgresProgramTest, ADatabaseWithoutTablesIsRefusedWithTheCommandToRun) {
  PostgresServer server;
  const TempDir folder;
  const std::string log = folder.Join("log");
  ChildProcess program(
      {LADDER_RECORDS_BINARY, "--listen", "127.0.0.1:0", "--store", "postgres", "--postgres", server.conninfo()}, log);
  EXPECT_EQ(program.Wait(), 1);
  EXPECT_THAT(ReadFileOrEmpty(log), HasSubstr("run `ladderctl store migrate --postgres '" + server.conninfo() + "'`"));
}

TEST(PostgresProgramTest, SeveralProgramsShareOneDatabaseAndOutlastItsRestart) {
  PostgresServer server;
  ASSERT_THAT(postgres::Migrate({.conninfo = server.conninfo()}), IsOk());
  const TempDir first_folder;
  const TempDir second_folder;
  const std::vector<std::string> store = {"--store", "postgres", "--postgres", server.conninfo()};
  RecordsProgram first(first_folder, store, {});
  RecordsProgram second(second_folder, store, {});
  first.PublishMood();

  const auto written = Create(first, "request-1");
  ASSERT_THAT(written, IsOk());
  EXPECT_FALSE(written->replayed());
  const auto replayed = Create(second, "request-1");
  ASSERT_THAT(replayed, IsOk());
  EXPECT_TRUE(replayed->replayed());
  EXPECT_EQ(replayed->assessment().name(), written->assessment().name());

  server.Kill();
  server.Start();
  const auto afterwards = Create(first, "request-2");
  ASSERT_THAT(afterwards, IsOk());
  EXPECT_FALSE(afterwards->replayed());
  EXPECT_EQ(server.Run("SELECT count(*) FROM assessment"), "2");
  for (RecordsProgram* program : {&first, &second}) EXPECT_EQ(program->Stop(), 0);
  EXPECT_EQ(server.Run("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ladder-records'"), "0");
}

}  // namespace
}  // namespace ladder::records
