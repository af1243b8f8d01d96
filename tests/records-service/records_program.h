// File: records_program.h
//
// The real ladder-records on a port that it chooses itself, over the data of a temporary folder
// or of a PostgreSQL.

#ifndef LADDER_TESTS_RECORDS_SERVICE_RECORDS_PROGRAM_H_
#define LADDER_TESTS_RECORDS_SERVICE_RECORDS_PROGRAM_H_

#include <google/protobuf/text_format.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "ladder/records/v1/assessment_service.grpc.pb.h"
#include "ladder/records/v1/quiz_service.grpc.pb.h"
#include "records-service/store/sqlite/migrations.h"
#include "tests/testing/child_process.h"
#include "tests/testing/temp_dir.h"
#include "tests/testing/waiting.h"

namespace ladder::records {

// Killed where it still runs when this goes.
class RecordsProgram {
 public:
  // Started, and listening. `environment` ("NAME=value") is added to ours.
  explicit RecordsProgram(const testing::TempDir& directory, std::vector<std::string> environment = {}) {
    const auto migrated = sqlite::Migrate(directory.Join("data"));
    EXPECT_TRUE(migrated.ok()) << migrated.status();
    Start(directory, {"--data-dir", directory.Join("data")}, std::move(environment));
  }
  // The same over the store that these arguments name; the folder is for its log.
  RecordsProgram(const testing::TempDir& directory, std::vector<std::string> store_arguments,
                 std::vector<std::string> environment) {
    Start(directory, std::move(store_arguments), std::move(environment));
  }

  // A quiz of one text, "mood".
  static quiz::v1::QuizDefinition MoodQuiz() {
    quiz::v1::QuizDefinition mood;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        R"pb(
          id: "mood"
          title { by_locale { key: "en" value: "Mood" } }
          provenance { source: "Made for tests" licence: "None needed" who_may_use: "Tests" }
          items {
            id: "note"
            text { by_locale { key: "en" value: "How are you?" } }
            free_text {}
          }
          examples {
            id: "fine"
            answers { item: "note" text: "Fine" }
            complete: true
            source: "worked by hand"
          }
        )pb",
        &mood));
    return mood;
  }

  // Publishes it as its version 1. Once for each store.
  void PublishMood() { Publish(MoodQuiz()); }

  void Publish(const quiz::v1::QuizDefinition& definition) {
    const auto stub = v1::QuizService::NewStub(channel_);
    v1::UpdateDraftRequest draft;
    draft.set_allow_missing(true);
    draft.mutable_draft()->set_name(absl::StrCat("quizzes/", definition.id(), "/draft"));
    *draft.mutable_draft()->mutable_definition() = definition;
    grpc::ClientContext draft_context;
    v1::Draft written;
    const grpc::Status drafted = stub->UpdateDraft(&draft_context, draft, &written);
    EXPECT_TRUE(drafted.ok()) << drafted.error_message();
    v1::PublishVersionRequest publish;
    publish.set_parent(absl::StrCat("quizzes/", definition.id()));
    grpc::ClientContext publish_context;
    v1::QuizVersion version;
    const grpc::Status published = stub->PublishVersion(&publish_context, publish, &version);
    EXPECT_TRUE(published.ok()) << published.error_message();
  }

  // Asks it to end, and returns its exit code. Leaves first: gRPC looks at an idle channel every 5 s only, and a server
  // waits for those who have not heard yet that it goes. No stub may be in use any more.
  std::optional<int> Stop() {
    channel_.reset();
    process_->Signal(SIGTERM);
    return process_->Wait();
  }

  testing::ChildProcess& process() { return *process_; }
  const testing::ChildProcess& process() const { return *process_; }
  std::unique_ptr<v1::AssessmentService::Stub> NewStub() { return v1::AssessmentService::NewStub(channel_); }

 private:
  void Start(const testing::TempDir& directory, std::vector<std::string> store_arguments,
             std::vector<std::string> environment) {
    const std::string port_file = directory.Join("port");
    std::remove(port_file.c_str());
    std::vector<std::string> command = {LADDER_RECORDS_BINARY, "--listen", "127.0.0.1:0", "--port-file", port_file,
                                        "--drain-delay",       "0s"};
    command.insert(command.end(), store_arguments.begin(), store_arguments.end());
    process_ =
        std::make_unique<testing::ChildProcess>(std::move(command), directory.Join("log"), std::move(environment));
    int port = 0;
    EXPECT_TRUE(testing::Eventually([&] { return absl::SimpleAtoi(testing::ReadFileOrEmpty(port_file), &port); }))
        << testing::ReadFileOrEmpty(directory.Join("log"));
    channel_ = grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials());
  }

  std::unique_ptr<testing::ChildProcess> process_;
  std::shared_ptr<grpc::Channel> channel_;
};

inline void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoSeconds(testing::kPatience));
}

}  // namespace ladder::records

#endif  // LADDER_TESTS_RECORDS_SERVICE_RECORDS_PROGRAM_H_
