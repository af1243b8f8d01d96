// Every bad question is refused before the log is read, with the path of each fault and what would be allowed.

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "records-service/analytics/analytics.h"
#include "tests/records-service/analytics/released_log.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::analytics {
namespace {

using ::ladder::testing::StatusIs;
using ::testing::HasSubstr;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

std::string ShowFaults(const absl::Status& status) {
  std::string shown;
  for (const FieldViolation& fault : ViolationsOf(status)) {
    absl::StrAppend(&shown, fault.field, ": ", fault.description, "\n");
  }
  return shown;
}

class BadQuestionsTest : public ::testing::Test {
 protected:
  BadQuestionsTest() {
    log_.Publish(LogQuiz());
    quiz::v1::QuizDefinition plain = LogQuiz();
    plain.set_id("plain");
    plain.clear_ladder();
    plain.clear_guidance();
    plain.clear_modalities();
    log_.Publish(plain);
    quiz::v1::QuizDefinition unsliced = LogQuiz();
    unsliced.set_id("unsliced");
    unsliced.mutable_ladder()->clear_public_slices();
    log_.Publish(unsliced);
  }

  absl::Status AskDistribution(const std::string& request) {
    return analytics_.QueryStageDistribution(Parse<v1::QueryStageDistributionRequest>(request)).status();
  }
  absl::Status AskTrend(const std::string& request) {
    return analytics_.QueryTrend(Parse<v1::QueryTrendRequest>(request)).status();
  }

  ReleasedLog log_;
  Analytics analytics_{log_.store(), log_.series(), {}};
};

constexpr char kGood[] = R"(parent: "clinics/north" series: "quizzes/mood/series/1" )";
// 2026-01-01 and 2026-02-01 in UTC.
constexpr char kMonth[] = "from { seconds: 1767225600 } before { seconds: 1769904000 } ";

TEST_F(BadQuestionsTest, SelectionsAreChecked) {
  const std::pair<std::string, std::string> cases[] = {
      {R"(series: "quizzes/mood/series/1")", "selection.parent: '' is not of the form clinics/{clinic}, or clinics/-"},
      {R"(parent: "clinics/-other" series: "quizzes/mood/series/1")", "selection.parent: 'clinics/-other'"},
      {R"(parent: "clinics/north/clients/c" series: "quizzes/mood/series/1")", "selection.parent: "},
      {R"(parent: "clinics/north")", "selection.series: '' is not of the form quizzes/{quiz}/series/{number}"},
      {R"(parent: "clinics/north" series: "quizzes/mood/versions/1")", "selection.series: "},
      {absl::StrCat(kGood, R"(campaign: "-others")"), "selection.campaign: has to be empty, -other or of the form"},
      {absl::StrCat(kGood, R"(campaign: "a b")"), "selection.campaign: "},
      {absl::StrCat(kGood, "from { seconds: 1767225601 }"),
       "selection.from: 2026-01-01T00:00:01+00:00 begins no tick of 15m: the nearest are 2026-01-01T00:00:00+00:00 and "
       "2026-01-01T00:15:00+00:00"},
      {absl::StrCat(kGood, "before { seconds: 1767225600 nanos: 1 }"), "selection.before: "},
      {absl::StrCat(kGood, "from { nanos: -1 }"), "selection.from: is outside of the years 0001 to 9999"},
      {absl::StrCat(kGood, "from { seconds: 1769904000 } before { seconds: 1767225600 }"),
       "selection.before: 2026-01-01T00:00:00+00:00 has to lie after selection.from, which is "
       "2026-02-01T00:00:00+00:00"},
      {absl::StrCat(kGood, "from { seconds: 1769904000 } before { seconds: 1769904000 }"), "selection.before: "},
  };
  for (const auto& [selection, fault] : cases) {
    const std::string request = absl::StrCat("selection { ", selection, " }");
    for (const absl::Status& status :
         {AskDistribution(request), analytics_.QueryChange(Parse<v1::QueryChangeRequest>(request)).status(),
          analytics_.QueryFlow(Parse<v1::QueryFlowRequest>(request)).status(),
          AskTrend(absl::StrCat(request, " bucket: BUCKET_DAY"))}) {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << selection;
      EXPECT_THAT(ShowFaults(status), HasSubstr(fault)) << selection;
    }
  }
}

TEST_F(BadQuestionsTest, EveryFaultIsToldAtOnce) {
  const absl::Status status = AskTrend(R"(selection { campaign: "!" from { nanos: -1 } } time_zone: "Mars/Olympus")");
  for (const char* path : {"selection.parent: ", "selection.series: ", "selection.campaign: ", "selection.from: ",
                           "selection.before: is required", "bucket: has to be one of BUCKET_TICK",
                           "time_zone: 'Mars/Olympus' is no time zone of IANA"}) {
    EXPECT_THAT(ShowFaults(status), HasSubstr(path));
  }
}

TEST_F(BadQuestionsTest, ASeriesThatWasNeverPublishedIsNotFound) {
  for (const char* series : {"quizzes/mood/series/2", "quizzes/mood/series/999999999999", "quizzes/none/series/1"}) {
    const absl::Status status =
        AskDistribution(absl::StrCat(R"(selection { parent: "clinics/-" series: ")", series, "\" }"));
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound, HasSubstr(series)));
    EXPECT_EQ(ReasonOf(status), "NOT_FOUND");
  }
  log_.Publish(LogQuiz({"1"}));
  EXPECT_THAT(AskDistribution(R"(selection { parent: "clinics/-" series: "quizzes/mood/series/2" })"),
              StatusIs(absl::StatusCode::kNotFound))
      << "version 2 belongs to series 1";
}

TEST_F(BadQuestionsTest, ASeriesWithoutALadderHasNoStages) {
  const absl::Status status = AskDistribution(R"(selection { parent: "clinics/-" series: "quizzes/plain/series/1" })");
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ShowFaults(status), HasSubstr("selection.series: quizzes/plain/series/1 has no ladder"));
}

TEST_F(BadQuestionsTest, ACrossingThatTheTablesDoNotHoldIsNamedWithWhatThereIs) {
  const std::pair<std::string, std::string> cases[] = {
      {R"(by: "therapist")",
       "by[0]: 'therapist' is no dimension of this series: there are 'range' and 'guidance', together or alone; or "
       "slices: the public slices are 'sex' and 'informant'"},
      {R"(by: "range" by: "sex")",
       "by: the log holds no crossing of 'range' and 'sex': there are 'range' and 'guidance'"},
      {R"(by: "sex" by: "sex")", "by[1]: 'sex' comes twice"},
      {R"(by: "guidance" by: "guidance")", "by[1]: 'guidance' comes twice"},
      {R"(by: "")", "by[0]: '' is no dimension"},
      {R"(by: "change")", "by[0]: 'change' is no dimension"},
  };
  for (const auto& [by, fault] : cases) {
    const absl::Status status = AskDistribution(absl::StrCat("selection { ", kGood, "} ", by));
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument)) << by;
    EXPECT_THAT(ShowFaults(status), HasSubstr(fault)) << by;
  }
  const absl::Status unsliced =
      AskDistribution(R"(selection { parent: "clinics/-" series: "quizzes/unsliced/series/1" } by: "sex")");
  EXPECT_THAT(ShowFaults(unsliced), HasSubstr("the definition declares no public slices"));
}

TEST_F(BadQuestionsTest, ATrendHasNoRangesAndNoGuidance) {
  for (const char* by : {"range", "guidance", "therapist"}) {
    const absl::Status status =
        AskTrend(absl::StrCat("selection { ", kGood, kMonth, "} bucket: BUCKET_DAY by: \"", by, "\""));
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(ShowFaults(status), HasSubstr(absl::StrCat("by[0]: '", by,
                                                           "' is no dimension of a trend: the public "
                                                           "slices are 'sex' and 'informant'")));
  }
}

TEST_F(BadQuestionsTest, TheRangeOfATrendHasToBeMadeOfBuckets) {
  const absl::Status status =
      AskTrend(absl::StrCat("selection { ", kGood, kMonth, R"(} bucket: BUCKET_WEEK time_zone: "Europe/Berlin")"));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ShowFaults(status),
              HasSubstr("selection.from: 2026-01-01T01:00:00+01:00 begins no week in Europe/Berlin: "
                        "the nearest are 2025-12-29T00:00:00+01:00 and 2026-01-05T00:00:00+01:00"));
  EXPECT_THAT(ShowFaults(status), HasSubstr("selection.before: "));
  EXPECT_OK(AskTrend(absl::StrCat("selection { ", kGood, kMonth, "} bucket: BUCKET_DAY")));
}

TEST_F(BadQuestionsTest, TooManyCellsAreRefusedBeforeTheLogIsRead) {
  // 31 days are 2,976 ticks of three cells, or nine by sex.
  EXPECT_OK(AskTrend(absl::StrCat("selection { ", kGood, kMonth, "} bucket: BUCKET_TICK")));
  const std::string many[] = {
      absl::StrCat(kMonth, R"(} bucket: BUCKET_TICK by: "sex")"),
      "from { seconds: -62135596800 } before { seconds: 253370764800 } } bucket: BUCKET_TICK",
  };
  // Definitions of one store, the log of another, which cannot be read any more.
  ReleasedLog unreadable;
  unreadable.store().Close();
  Analytics closed(unreadable.store(), log_.series(), {});
  for (const std::string& rest : many) {
    const absl::Status status =
        closed.QueryTrend(Parse<v1::QueryTrendRequest>(absl::StrCat("selection { ", kGood, rest))).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(ShowFaults(status), HasSubstr("bucket: the answer would have more than 10000 cells"));
  }
}

}  // namespace
}  // namespace ladder::records::analytics
