// StageAnalyticsService through gRPC: from assessments to figures, and the streams whatever becomes of their callers.

#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "libs/chassis/grpc_status.h"
#include "libs/chassis/timestamp.h"
#include "records-service/analytics/release_csv.h"
#include "records-service/analytics_handlers.h"
#include "tests/records-service/running_records.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/waiting.h"

namespace ladder::records {
namespace {

using ::ladder::testing::EqualsProto;
using ::ladder::testing::Eventually;
using ::ladder::testing::IsOk;
using ::ladder::testing::kPatience;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kStream[] = "ladder.records.v1.StageAnalyticsService/StreamReleases";
constexpr char kExport[] = "ladder.records.v1.StageAnalyticsService/ExportReleases";

class AnalyticsServiceTest : public ::testing::Test {
 protected:
  AnalyticsServiceTest() { EXPECT_THAT(records_.Publish(MoodQuiz()), IsOk()); }

  // Records ten clients and lets them wait until they are released: one more entry in the clinic's log.
  void ReleaseIn(const std::string& clinic) {
    v1::BatchCreateAssessmentsRequest batch;
    for (int i = 0; i < 10; ++i) {
      v1::CreateAssessmentRequest request = MoodRequest(absl::StrCat("r-", ++recorded_), 1, 4);
      request.mutable_submission()->set_parent(absl::StrCat("clinics/", clinic, "/clients/c-", i));
      *batch.add_requests() = std::move(request);
    }
    const auto created = records_.Call(batch);
    ASSERT_THAT(created, IsOk());
    for (const v1::BatchCreateOutcome& outcome : created->outcomes()) {
      ASSERT_TRUE(outcome.has_response()) << outcome.error().message();
    }
    const absl::Duration wait = release::ReleaseOptions().longest_wait + absl::Hours(1);
    records_.clock().Advance(wait);
    const absl::Duration since_epoch = records_.clock().Now() - absl::UnixEpoch();
    ASSERT_THAT(records_.ReleaseAt(absl::UnixEpoch() + absl::Floor(since_epoch, absl::Minutes(15))), IsOk());
  }

  struct Stream {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::StreamReleasesResponse>> reader;

    // The next message; fails the test where the stream has ended.
    v1::StreamReleasesResponse Next() {
      v1::StreamReleasesResponse message;
      EXPECT_TRUE(reader->Read(&message)) << "the stream has ended";
      return message;
    }
    absl::Status Finish() {
      v1::StreamReleasesResponse message;
      EXPECT_FALSE(reader->Read(&message)) << message.DebugString();
      return FromGrpcStatus(reader->Finish());
    }
  };

  // Lets time pass as long as it lives. A follower's next look is counted from when its last one ended, which the test
  // cannot know: a clock moved once might be moved too early.
  class PassingTime {
   public:
    explicit PassingTime(testing::FakeClock& clock) {
      thread_ = std::thread([this, &clock] {
        while (!over_.WaitForNotificationWithTimeout(absl::Milliseconds(1))) clock.Advance(kFollowInterval);
      });
    }
    ~PassingTime() {
      over_.Notify();
      thread_.join();
    }

   private:
    absl::Notification over_;
    std::thread thread_;
  };

  v1::StreamReleasesResponse NextInTime(Stream& follower) {
    PassingTime passing(records_.clock());
    return follower.Next();
  }

  std::unique_ptr<Stream> Open(const std::string& parent, const std::string& token = "", bool follow = false) {
    // Without a deadline: by the server's clock, which tests move by days, it would be over at once.
    auto stream = std::make_unique<Stream>();
    v1::StreamReleasesRequest request;
    request.set_parent(parent);
    request.set_token(token);
    request.set_follow(follow);
    stream->reader = records_.analytics().StreamReleases(&stream->context, request);
    return stream;
  }

  absl::StatusOr<std::string> Export(const std::string& parent) {
    grpc::ClientContext context;
    SetTimeout(context, kPatience);
    v1::ExportReleasesRequest request;
    request.set_parent(parent);
    const auto reader = records_.analytics().ExportReleases(&context, request);
    std::string csv;
    v1::ExportReleasesResponse piece;
    while (reader->Read(&piece)) csv += piece.csv();
    const grpc::Status status = reader->Finish();
    if (!status.ok()) return FromGrpcStatus(status);
    return csv;
  }

  v1::ReleaseSelection Selection(const std::string& parent) {
    v1::ReleaseSelection selection;
    selection.set_parent(parent);
    selection.set_series("quizzes/mood/series/1");
    return selection;
  }

  static std::vector<std::string> NamesOf(const v1::StreamReleasesResponse& message) {
    std::vector<std::string> names;
    for (const v1::ReleaseEntry& entry : message.entries()) names.push_back(entry.name());
    return names;
  }

  RunningRecords records_;
  int recorded_ = 0;
};

TEST_F(AnalyticsServiceTest, AssessmentsBecomeFigures) {
  ReleaseIn("north");
  v1::QueryStageDistributionRequest distribution;
  *distribution.mutable_selection() = Selection("clinics/north");
  const auto stages = records_.Call(distribution);
  ASSERT_THAT(stages, IsOk());
  EXPECT_EQ(stages->coverage().clients(), 10);
  EXPECT_THAT(stages->coverage().positions(), ElementsAre("clinics/north/releases/1"));
  ASSERT_THAT(stages->cells(), SizeIs(3));
  EXPECT_EQ(stages->cells(0).stage(), "light");
  EXPECT_EQ(stages->cells(0).title(), "Light");

  v1::QueryChangeRequest change;
  *change.mutable_selection() = Selection("clinics/-");
  const auto changes = records_.Call(change);
  ASSERT_THAT(changes, IsOk());
  EXPECT_THAT(changes->cells(), SizeIs(5));
  v1::QueryFlowRequest flow;
  *flow.mutable_selection() = Selection("clinics/-");
  const auto flows = records_.Call(flow);
  ASSERT_THAT(flows, IsOk());
  EXPECT_THAT(flows->cells(), SizeIs(9));

  v1::QueryTrendRequest trend;
  *trend.mutable_selection() = Selection("clinics/north");
  const absl::TimeZone utc = absl::UTCTimeZone();
  *trend.mutable_selection()->mutable_from() = ToTimestamp(absl::FromCivil(absl::CivilYear(2023), utc));
  *trend.mutable_selection()->mutable_before() = ToTimestamp(absl::FromCivil(absl::CivilYear(2024), utc));
  trend.set_bucket(v1::QueryTrendRequest::BUCKET_QUARTER);
  const auto quarters = records_.Call(trend);
  ASSERT_THAT(quarters, IsOk());
  ASSERT_THAT(quarters->buckets(), SizeIs(4));
  // The fake clock begins in November 2023.
  EXPECT_EQ(quarters->buckets(3).clients(), 10);
  EXPECT_THAT(quarters->buckets(3).cells(0), EqualsProto(stages->cells(0)));

  const auto policy = records_.Call(v1::GetReleasePolicyRequest());
  ASSERT_THAT(policy, IsOk());
  EXPECT_EQ(policy->total(), "2");
}

TEST_F(AnalyticsServiceTest, FaultsTravelWithTheirPaths) {
  v1::QueryTrendRequest request;
  *request.mutable_selection() = Selection("clinics/north");
  request.set_time_zone("Mars/Olympus");
  const auto answer = records_.Call(request);
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(FieldsOf(answer.status()), ElementsAre("bucket", "time_zone", "selection.from", "selection.before"));
}

TEST_F(AnalyticsServiceTest, AStreamGoesOnFromAToken) {
  ReleaseIn("north");
  ReleaseIn("south");
  const auto first = Open("clinics/-");
  const v1::StreamReleasesResponse loaded = first->Next();
  EXPECT_THAT(NamesOf(loaded), ElementsAre("clinics/north/releases/1", "clinics/south/releases/1"));
  EXPECT_THAT(first->Finish(), IsOk());

  const auto nothing = Open("clinics/-", loaded.token());
  EXPECT_THAT(nothing->Finish(), IsOk());
  ReleaseIn("north");
  const auto rest = Open("clinics/-", loaded.token());
  EXPECT_THAT(NamesOf(rest->Next()), ElementsAre("clinics/north/releases/2"));
  EXPECT_THAT(rest->Finish(), IsOk());
}

TEST_F(AnalyticsServiceTest, AFollowerHearsWhatJoinsTheLog) {
  const auto follower = Open("clinics/-", "", /*follow=*/true);
  for (const std::string name : {"clinics/north/releases/1", "clinics/north/releases/2"}) {
    ReleaseIn("north");
    EXPECT_THAT(NamesOf(NextInTime(*follower)), ElementsAre(name));
  }
  follower->context.TryCancel();
  EXPECT_THAT(follower->Finish(), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_TRUE(Eventually([&] { return records_.server().calls().Ended(kStream, absl::StatusCode::kCancelled) == 1; }))
      << "the server's side has to end, too";
  EXPECT_EQ(records_.server().calls().OpenStreams(), 0u);
}

TEST_F(AnalyticsServiceTest, ADrainEndsAFollowerAtOnceWhoThenGoesOnElsewhere) {
  const auto follower = Open("clinics/-", "", /*follow=*/true);
  ReleaseIn("north");
  EXPECT_THAT(NamesOf(NextInTime(*follower)), ElementsAre("clinics/north/releases/1"));
  // Its grace is as long as this test's patience: whoever waited for the follower would be too late.
  std::thread drain([this] { records_.server().Drain(); });
  const absl::Status status = follower->Finish();
  drain.join();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(ReasonOf(status), "DRAINING");
}

TEST_F(AnalyticsServiceTest, AFollowerEndsWithItsOwnDeadline) {
  const auto follower = std::make_unique<Stream>();
  SetTimeout(follower->context, absl::Milliseconds(50));
  v1::StreamReleasesRequest request;
  request.set_parent("clinics/-");
  request.set_follow(true);
  follower->reader = records_.analytics().StreamReleases(&follower->context, request);
  EXPECT_THAT(follower->Finish(), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_TRUE(Eventually([&] { return records_.server().calls().OpenStreams() == 0; }));
}

TEST_F(AnalyticsServiceTest, BadTokensAndParentsAreRefused) {
  ReleaseIn("north");
  const std::string token = Open("clinics/north")->Next().token();
  const absl::Status other = Open("clinics/south", token)->Finish();
  EXPECT_THAT(other, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(FieldsOf(other), ElementsAre("token"));
  const absl::Status parent = Open("north")->Finish();
  EXPECT_THAT(parent, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(FieldsOf(parent), ElementsAre("parent"));
  EXPECT_THAT(Export("clinics/"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Open("\xff")->Finish(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("UTF-8")));
}

TEST_F(AnalyticsServiceTest, AFollowerIsToldThatTheLogWasBegunAnew) {
  ReleaseIn("north");
  const auto follower = Open("clinics/-", "", /*follow=*/true);
  const v1::StreamReleasesResponse loaded = follower->Next();
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(absl::StrCat(records_.data_dir(), "/records.db").c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, "UPDATE log_epoch SET epoch = 'another'", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
  PassingTime passing(records_.clock());
  for (const absl::Status& status : {follower->Finish(), Open("clinics/-", loaded.token())->Finish()}) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(ReasonOf(status), "EPOCH_CHANGED");
  }
}

TEST_F(AnalyticsServiceTest, AnExportIsTheHeaderAndALineForEachCell) {
  const auto empty = Export("clinics/-");
  ASSERT_THAT(empty, IsOk());
  EXPECT_EQ(*empty, analytics::kCsvHeader);
  ReleaseIn("north");
  ReleaseIn("south");
  const v1::StreamReleasesResponse log = Open("clinics/-")->Next();
  std::size_t cells = 0;
  for (const v1::ReleaseEntry& entry : log.entries()) {
    for (const v1::StageGroup& group : entry.tables().stage()) cells += group.counts().size();
    cells += entry.tables().detail_size() + entry.tables().change_size() + entry.tables().flow_size();
  }
  const auto csv = Export("clinics/-");
  ASSERT_THAT(csv, IsOk());
  const std::vector<std::string> lines = absl::StrSplit(*csv, "\r\n", absl::SkipEmpty());
  EXPECT_EQ(lines.size(), cells + 1);
  EXPECT_EQ(records_.server().calls().Ended(kExport, absl::StatusCode::kOk), 2);
}

TEST_F(AnalyticsServiceTest, ACallerWhoReadsNothingCanStillLeave) {
  ReleaseIn("north");
  const auto stream = Open("clinics/-", "", /*follow=*/true);
  EXPECT_TRUE(Eventually([&] { return records_.server().calls().OpenStreams() == 1; }));
  stream->context.TryCancel();
  EXPECT_TRUE(Eventually([&] { return records_.server().calls().OpenStreams() == 0; }));
  EXPECT_EQ(records_.server().calls().Ended(kStream, absl::StatusCode::kCancelled), 1);
}

}  // namespace
}  // namespace ladder::records
