#include "tests/end_to_end/earlier_store.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "absl/strings/strip.h"
#include "libs/quiz/published.h"
#include "records-service/store/sqlite/sqlite_store.h"

namespace ladder::testing {

EarlierStore::EarlierStore(const std::string& data_dir) {
  auto opened = records::sqlite::SqliteStore::Open({.directory = data_dir}, clock_);
  EXPECT_TRUE(opened.ok()) << opened.status();
  store_ = *std::move(opened);
}

EarlierStore::~EarlierStore() { store_->Close(); }

void EarlierStore::Publish(const quiz::v1::QuizDefinition& definition) {
  const std::string bytes = quiz::SerializeDefinition(definition);
  const absl::Time now = clock_.Now();
  ASSERT_TRUE(store_->PutDraft({definition.id(), bytes, "etag", now}, "").ok());
  records::QuizUpdate update;
  update.quiz = definition.id();
  update.publish = records::VersionRow{definition.id(), 1, bytes, quiz::DigestOf(bytes), now, std::nullopt};
  update.time = now;
  ASSERT_TRUE(store_->UpdateQuiz(update).ok());
}

void EarlierStore::Record(const std::string& clinic, const std::string& client,
                          const records::v1::CreateAssessmentRequest& request) {
  records::AssessmentRow row;
  row.clinic = clinic;
  row.client = client;
  row.id = request.request_id();
  row.request_id = request.request_id();
  row.quiz = std::string(absl::StripPrefix(request.submission().quiz(), "quizzes/"));
  row.version = 1;
  row.assess_time = clock_.Now();
  row.create_time = row.assess_time;
  row.submission = request.submission().SerializeAsString();
  row.result = request.result().SerializeAsString();
  ASSERT_TRUE(store_->CreateAssessments({row}).ok());
}

}  // namespace ladder::testing
