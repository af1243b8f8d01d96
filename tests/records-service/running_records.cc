#include "tests/records-service/running_records.h"

#include <google/protobuf/text_format.h>
#include <grpcpp/create_channel.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/grpc_status.h"
#include "libs/quiz/resource_names.h"
#include "records-service/store/sqlite/migrations.h"
#include "records-service/submission.h"
#include "tests/records-service/score_request.h"
#include "tests/testing/waiting.h"

namespace ladder::records {
namespace {

ServerOptions QuickOptions() {
  ServerOptions options;
  options.drain_delay = absl::ZeroDuration();
  options.drain_grace = testing::kPatience;
  // Tests let days pass between two messages.
  options.stream_idle_timeout = absl::InfiniteDuration();
  return options;
}

std::unique_ptr<sqlite::SqliteStore> OpenStore(const std::string& directory, const Clock& clock) {
  const absl::StatusOr<sql::Migrated> migrated = sqlite::Migrate(directory);
  EXPECT_TRUE(migrated.ok()) << migrated.status();
  absl::StatusOr<std::unique_ptr<sqlite::SqliteStore>> store =
      sqlite::SqliteStore::Open({.directory = directory}, clock);
  EXPECT_TRUE(store.ok()) << store.status();
  return *std::move(store);
}

template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> CallStub(Stub& stub,
                                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                  const Request& request) {
  grpc::ClientContext context;
  SetTimeout(context, testing::kPatience);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

}  // namespace

void SetTimeout(grpc::ClientContext& context, absl::Duration timeout) {
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout));
}

std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const FieldViolation& violation : ViolationsOf(status)) fields.push_back(violation.field);
  return fields;
}

quiz::v1::QuizDefinition MoodQuiz(const std::string& note, const std::vector<std::string>& comparable_with) {
  quiz::v1::QuizDefinition definition;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        id: "mood"
        title {
          by_locale { key: "en" value: "Mood" }
          by_locale { key: "de" value: "Stimmung" }
        }
        provenance { source: "Made for tests" licence: "None needed" who_may_use: "Tests" }
        items {
          id: "burden"
          text {
            by_locale { key: "en" value: "How heavy?" }
            by_locale { key: "de" value: "Wie schwer?" }
          }
          number { min: "0" max: "20" }
        }
        option_sets {
          id: "signs"
          options {
            id: "a"
            text {
              by_locale { key: "en" value: "Tired" }
              by_locale { key: "de" value: "Müde" }
            }
          }
          options {
            id: "b"
            text {
              by_locale { key: "en" value: "Tense" }
              by_locale { key: "de" value: "Angespannt" }
            }
          }
        }
        items {
          id: "signs_seen"
          text {
            by_locale { key: "en" value: "Which signs?" }
            by_locale { key: "de" value: "Welche Zeichen?" }
          }
          multiple_choice { option_set: "signs" }
          optional: true
        }
        context {
          id: "sex"
          codes { code: "female" code: "male" }
        }
        scales {
          id: "position"
          title {
            by_locale { key: "en" value: "Position" }
            by_locale { key: "de" value: "Lage" }
          }
          formula: "burden"
          direction: DIRECTION_LOWER_IS_BETTER
          band_sets {
            id: "rungs"
            bands {
              id: "light"
              title {
                by_locale { key: "en" value: "Light" }
                by_locale { key: "de" value: "Leicht" }
              }
              ranges {
                id: "lower"
                title {
                  by_locale { key: "en" value: "Lower" }
                  by_locale { key: "de" value: "Unten" }
                }
              }
              ranges {
                id: "upper"
                title {
                  by_locale { key: "en" value: "Upper" }
                  by_locale { key: "de" value: "Oben" }
                }
                from: "5"
              }
            }
            bands {
              id: "heavy"
              title {
                by_locale { key: "en" value: "Heavy" }
                by_locale { key: "de" value: "Schwer" }
              }
              from: "10"
            }
          }
        }
        ladder { scale: "position" band_set: "rungs" }
        norms { scale: "position" when: "sex == 'female'" sd: "5" reliability: "0.9" source: "A made-up study" }
        examples {
          id: "heavy"
          answers { item: "burden" number: "12" }
          scores { key: "position" value: "12" }
          bands { key: "position/rungs" value: "heavy" }
          complete: true
          source: "worked by hand"
        })pb",
      &definition));
  definition.mutable_provenance()->set_deviations(note);
  for (const std::string& version : comparable_with) definition.add_comparable_with(version);
  return definition;
}

v1::CreateAssessmentRequest MoodRequest(const std::string& request_id, std::int64_t version, int score) {
  v1::CreateAssessmentRequest request;
  request.set_request_id(request_id);
  v1::Submission& submission = *request.mutable_submission();
  submission.set_quiz("quizzes/mood");
  submission.set_parent("clinics/north/clients/c-1");
  quiz::v1::Answer& answer = *submission.add_answers();
  answer.set_item("burden");
  answer.set_number(absl::StrCat(score));
  (*submission.mutable_context())["sex"] = "female";
  ScoreRequest(MoodQuiz(), version, request);
  request.mutable_result()->clear_digest();
  return request;
}

RunningRecords::RunningRecords()
    : sqlite_(OpenStore(directory_.Join("data"), clock_)),
      store_(*sqlite_),
      server_(QuickOptions(), &clock_),
      service_({}, server_.calls(), {store_, *sqlite_}, {}, {}, notifier_, clock_, random_) {
  Start();
}

RunningRecords::RunningRecords(sql::SqlStore& store, const release::ReleaseOptions& release, absl::Time now)
    : clock_(now),
      store_(store),
      server_(QuickOptions(), &clock_),
      service_({}, server_.calls(), {store_, store}, release, {}, notifier_, clock_, random_) {
  Start();
}

void RunningRecords::Start() {
  server_.AddCleanup("service", [this] { service_.Stop(); });
  const absl::Status started = server_.Start(service_.services());
  EXPECT_TRUE(started.ok()) << started;
  const auto channel = grpc::CreateChannel(address(), grpc::InsecureChannelCredentials());
  quizzes_ = v1::QuizService::NewStub(channel);
  assessments_ = v1::AssessmentService::NewStub(channel);
  analytics_ = v1::StageAnalyticsService::NewStub(channel);
}

absl::StatusOr<v1::Draft> RunningRecords::Call(const v1::UpdateDraftRequest& request) {
  return CallStub(*quizzes_, &v1::QuizService::Stub::UpdateDraft, request);
}

absl::StatusOr<v1::Draft> RunningRecords::Call(const v1::GetDraftRequest& request) {
  return CallStub(*quizzes_, &v1::QuizService::Stub::GetDraft, request);
}

absl::StatusOr<v1::ValidateDefinitionResponse> RunningRecords::Call(const v1::ValidateDefinitionRequest& request) {
  return CallStub(*quizzes_, &v1::QuizService::Stub::ValidateDefinition, request);
}

absl::StatusOr<v1::QuizVersion> RunningRecords::Call(const v1::PublishVersionRequest& request) {
  return CallStub(*quizzes_, &v1::QuizService::Stub::PublishVersion, request);
}

absl::StatusOr<v1::Quiz> RunningRecords::Call(const v1::ActivateVersionRequest& request) {
  return CallStub(*quizzes_, &v1::QuizService::Stub::ActivateVersion, request);
}

absl::StatusOr<v1::Quiz> RunningRecords::Call(const v1::RollBackQuizRequest& request) {
  return CallStub(*quizzes_, &v1::QuizService::Stub::RollBackQuiz, request);
}

absl::StatusOr<v1::QuizVersion> RunningRecords::Call(const v1::RetireVersionRequest& request) {
  return CallStub(*quizzes_, &v1::QuizService::Stub::RetireVersion, request);
}

absl::StatusOr<v1::Quiz> RunningRecords::Call(const v1::GetQuizRequest& request) {
  return CallStub(*quizzes_, &v1::QuizService::Stub::GetQuiz, request);
}

absl::StatusOr<v1::ListQuizzesResponse> RunningRecords::Call(const v1::ListQuizzesRequest& request) {
  return CallStub(*quizzes_, &v1::QuizService::Stub::ListQuizzes, request);
}

absl::StatusOr<v1::QuizVersion> RunningRecords::Call(const v1::GetVersionRequest& request) {
  return CallStub(*quizzes_, &v1::QuizService::Stub::GetVersion, request);
}

absl::StatusOr<v1::ListVersionsResponse> RunningRecords::Call(const v1::ListVersionsRequest& request) {
  return CallStub(*quizzes_, &v1::QuizService::Stub::ListVersions, request);
}

absl::StatusOr<v1::VersionComparison> RunningRecords::Call(const v1::CompareVersionsRequest& request) {
  return CallStub(*quizzes_, &v1::QuizService::Stub::CompareVersions, request);
}

void RunningRecords::FillDigest(v1::CreateAssessmentRequest& request) {
  if (!request.has_result() || !request.result().digest().empty()) return;
  v1::GetVersionRequest get;
  get.set_name(request.result().quiz_version());
  get.set_omit_definition(true);
  const absl::StatusOr<v1::QuizVersion> version = Call(get);
  if (version.ok()) request.mutable_result()->set_digest(version->digest());
}

absl::Status RunningRecords::Store(const v1::CreateAssessmentRequest& request) {
  const absl::StatusOr<quiz::ClientName> client = quiz::ParseClientName(request.submission().parent());
  const absl::StatusOr<quiz::QuizName> version = quiz::ParseQuizName(request.result().quiz_version());
  if (!client.ok() || !version.ok()) return absl::InvalidArgumentError("no such names");
  AssessmentRow row;
  row.clinic = client->clinic;
  row.client = client->client;
  row.id = IdMaker(clock_, random_).Next();
  row.request_id = request.request_id();
  row.quiz = version->quiz;
  row.version = version->version;
  row.campaign = request.submission().campaign();
  row.create_time = clock_.Now();
  row.assess_time = clock_.Now();
  row.submission = StableBytes(request.submission());
  row.result = StableBytes(request.result());
  return store_.CreateAssessments({row}).status();
}

absl::StatusOr<v1::CreateAssessmentResponse> RunningRecords::Call(v1::CreateAssessmentRequest request) {
  FillDigest(request);
  return CallStub(*assessments_, &v1::AssessmentService::Stub::CreateAssessment, request);
}

absl::StatusOr<v1::BatchCreateAssessmentsResponse> RunningRecords::Call(v1::BatchCreateAssessmentsRequest request) {
  for (v1::CreateAssessmentRequest& one : *request.mutable_requests()) FillDigest(one);
  return CallStub(*assessments_, &v1::AssessmentService::Stub::BatchCreateAssessments, request);
}

absl::StatusOr<v1::Assessment> RunningRecords::Call(const v1::FindRecordedRequest& request) {
  return CallStub(*assessments_, &v1::AssessmentService::Stub::FindRecorded, request);
}

absl::StatusOr<v1::Assessment> RunningRecords::Call(const v1::GetAssessmentRequest& request) {
  return CallStub(*assessments_, &v1::AssessmentService::Stub::GetAssessment, request);
}

absl::StatusOr<v1::ListAssessmentsResponse> RunningRecords::Call(const v1::ListAssessmentsRequest& request) {
  return CallStub(*assessments_, &v1::AssessmentService::Stub::ListAssessments, request);
}

absl::StatusOr<v1::Progress> RunningRecords::Call(const v1::GetProgressRequest& request) {
  return CallStub(*assessments_, &v1::AssessmentService::Stub::GetProgress, request);
}

absl::StatusOr<v1::StageDistribution> RunningRecords::Call(const v1::QueryStageDistributionRequest& request) {
  return CallStub(*analytics_, &v1::StageAnalyticsService::Stub::QueryStageDistribution, request);
}

absl::StatusOr<v1::ChangeDistribution> RunningRecords::Call(const v1::QueryChangeRequest& request) {
  return CallStub(*analytics_, &v1::StageAnalyticsService::Stub::QueryChange, request);
}

absl::StatusOr<v1::StageFlow> RunningRecords::Call(const v1::QueryFlowRequest& request) {
  return CallStub(*analytics_, &v1::StageAnalyticsService::Stub::QueryFlow, request);
}

absl::StatusOr<v1::StageTrend> RunningRecords::Call(const v1::QueryTrendRequest& request) {
  return CallStub(*analytics_, &v1::StageAnalyticsService::Stub::QueryTrend, request);
}

absl::StatusOr<v1::ReleasePolicy> RunningRecords::Call(const v1::GetReleasePolicyRequest& request) {
  return CallStub(*analytics_, &v1::StageAnalyticsService::Stub::GetReleasePolicy, request);
}

absl::StatusOr<v1::EraseClientResponse> RunningRecords::Call(const v1::EraseClientRequest& request) {
  return CallStub(*assessments_, &v1::AssessmentService::Stub::EraseClient, request);
}

absl::StatusOr<v1::ExportClientResponse> RunningRecords::Call(const v1::ExportClientRequest& request) {
  return CallStub(*assessments_, &v1::AssessmentService::Stub::ExportClient, request);
}

absl::StatusOr<v1::Draft> RunningRecords::PutDraft(const quiz::v1::QuizDefinition& definition) {
  v1::UpdateDraftRequest request;
  request.mutable_draft()->set_name(absl::StrCat("quizzes/", definition.id(), "/draft"));
  *request.mutable_draft()->mutable_definition() = definition;
  request.set_allow_missing(true);
  return Call(request);
}

absl::StatusOr<v1::QuizVersion> RunningRecords::Publish(const quiz::v1::QuizDefinition& definition) {
  if (const absl::StatusOr<v1::Draft> draft = PutDraft(definition); !draft.ok()) return draft.status();
  v1::PublishVersionRequest request;
  request.set_parent(absl::StrCat("quizzes/", definition.id()));
  return Call(request);
}

absl::StatusOr<v1::Quiz> RunningRecords::Activate(std::int64_t version) {
  v1::ActivateVersionRequest request;
  request.set_name(absl::StrCat("quizzes/mood/versions/", version));
  return Call(request);
}

absl::StatusOr<v1::Quiz> RunningRecords::RollBack(std::int64_t generation) {
  v1::RollBackQuizRequest request;
  request.set_name("quizzes/mood");
  request.set_generation(generation);
  return Call(request);
}

absl::StatusOr<v1::Quiz> RunningRecords::Quiz() {
  v1::GetQuizRequest request;
  request.set_name("quizzes/mood");
  return Call(request);
}

}  // namespace ladder::records
