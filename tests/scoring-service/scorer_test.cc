// Goal: what the service answers, without gRPC: results, records, replays, and every kind of bad input with its path.
// Method: the real source, recorder and scoring core over records in memory.

#include "scoring-service/scorer.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/timestamp.h"
#include "tests/scoring-service/fakes/quizzes.h"
#include "tests/scoring-service/fakes/service_fixture.h"

namespace ladder::scoring {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using ScorerTest = ServiceFixture;

// The paths of all violations.
std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const FieldViolation& violation : ViolationsOf(status)) fields.push_back(violation.field);
  return fields;
}

TEST_F(ScorerTest, ScoresTheActiveVersion) {
  const auto response = Score(MoodRequest());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->result().quiz_version(), "quizzes/mood/versions/1");
  EXPECT_EQ(response->result().digest().size(), 64u);
  EXPECT_EQ(response->result().scales(0).value().decimal(), "6");
  EXPECT_EQ(response->result().stage().stage(), "high");
  EXPECT_EQ(response->assessment(), "");
  EXPECT_EQ(records_.recorded_count(), 0);
}

TEST_F(ScorerTest, ScoresAPinnedVersionAlsoWhenNoneIsActive) {
  records_.Activate("mood", 0);
  EXPECT_EQ(Score(MoodRequest("quizzes/mood/versions/1"))->result().quiz_version(), "quizzes/mood/versions/1");
  EXPECT_EQ(ReasonOf(Score(MoodRequest()).status()), "NO_ACTIVE_VERSION");
}

// "mood" with a multiple choice of long ids that each of many scales adds up.
quiz::v1::QuizDefinition WordyQuiz() {
  quiz::v1::QuizDefinition definition = MoodQuiz();
  definition.set_id("wordy");
  quiz::v1::OptionSet& set = *definition.add_option_sets();
  set.set_id("wordy");
  for (int i = 0; i < 200; ++i) {
    quiz::v1::Option& option = *set.add_options();
    option.set_id(absl::StrCat(std::string(60, 'x'), i));
    option.set_value("1");
  }
  quiz::v1::Item& item = *definition.add_items();
  item.set_id("devices");
  item.mutable_multiple_choice()->set_option_set("wordy");
  item.mutable_multiple_choice()->set_sum_values(true);
  for (int i = 0; i < 100; ++i) {
    quiz::v1::Scale& scale = *definition.add_scales();
    scale.set_id(absl::StrCat("s", i));
    scale.set_formula("devices");
  }
  return definition;
}

TEST_F(ScorerTest, ExplanationsThatWouldBeTooLargeAreRefusedAndNothingIsRecorded) {
  records_.Publish(WordyQuiz());
  records_.Activate("wordy", 1);
  v1::ScoreRequest request = MoodRecordRequest("r1", "quizzes/wordy");
  quiz::v1::Answer& answer = *request.add_answers();
  answer.set_item("devices");
  for (int i = 0; i < 200; ++i) answer.mutable_options()->add_option(absl::StrCat(std::string(60, 'x'), i));
  request.set_explain(true);
  const absl::Status status = Score(request).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_EQ(ReasonOf(status), "EXPLANATION_TOO_LARGE");
  EXPECT_EQ(records_.recorded_count(), 0);
  request.set_explain(false);
  EXPECT_TRUE(Score(request).ok());
  EXPECT_EQ(records_.recorded_count(), 1);
}

TEST_F(ScorerTest, AnswersInTheLocaleThatIsAskedFor) {
  v1::ScoreRequest request = MoodRequest();
  request.set_locale("de");
  EXPECT_EQ(Score(request)->result().stage().title(), "Hoch");
  request.set_locale("xx");
  EXPECT_EQ(Score(request)->result().stage().title(), "High");
}

TEST_F(ScorerTest, ExplainsAndShowsWhatIsPossibleOnlyOnRequest) {
  v1::ScoreRequest request = MoodRequest();
  EXPECT_EQ(Score(request)->result().explanations_size(), 0);
  EXPECT_FALSE(Score(request)->result().scales(0).has_possible());
  request.set_explain(true);
  request.set_partial(true);
  EXPECT_EQ(Score(request)->result().explanations_size(), 1);
  EXPECT_TRUE(Score(request)->result().scales(0).has_possible());
}

TEST_F(ScorerTest, ARecordedResultIsDurableBeforeTheReplyAndHoldsWhatWasSent) {
  v1::ScoreRequest request = MoodRecordRequest("r-1");
  request.set_explain(true);
  request.set_partial(true);
  request.mutable_record()->set_campaign("spring");
  *request.mutable_record()->mutable_assessed_at() = ToTimestamp(clock_.Now());
  const auto response = Score(request);
  ASSERT_TRUE(response.ok()) << response.status();
  const records::v1::Assessment recorded = records_.recorded("r-1");
  EXPECT_EQ(response->assessment(), recorded.name());
  EXPECT_FALSE(response->replayed());
  EXPECT_EQ(response->result().explanations_size(), 1);
  EXPECT_EQ(recorded.result().explanations_size(), 0);
  EXPECT_FALSE(recorded.result().scales(0).has_possible());
  EXPECT_EQ(recorded.submission().quiz(), "quizzes/mood") << "as asked, not as resolved";
  EXPECT_EQ(recorded.submission().parent(), "clinics/north/clients/c-17");
  EXPECT_EQ(recorded.submission().campaign(), "spring");
  EXPECT_EQ(recorded.submission().answers_size(), 2);
  EXPECT_TRUE(MessageDifferencer::Equals(recorded.submission().assessed_at(), request.record().assessed_at()));
}

TEST_F(ScorerTest, AbsentAssessedAtStaysAbsent) {
  ASSERT_TRUE(Score(MoodRecordRequest("r-1")).ok());
  EXPECT_FALSE(records_.recorded("r-1").submission().has_assessed_at());
}

TEST_F(ScorerTest, ARetryGetsTheFirstResultAlsoAfterAnotherVersionWasActivated) {
  const auto first = Score(MoodRecordRequest("r-1"));
  records_.Publish(MoodQuiz("Another"));
  records_.Activate("mood", 2);
  stack_->Hint("mood");
  v1::ScoreRequest retry = MoodRecordRequest("r-1");
  retry.set_explain(true);
  retry.set_locale("de");
  const auto second = Score(retry);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_TRUE(second->replayed());
  EXPECT_EQ(second->assessment(), first->assessment());
  EXPECT_TRUE(MessageDifferencer::Equals(second->result(), first->result()));
}

TEST_F(ScorerTest, TheSameRequestIdWithOtherContentIsRefused) {
  ASSERT_TRUE(Score(MoodRecordRequest("r-1")).ok());
  v1::ScoreRequest other = MoodRecordRequest("r-1");
  other.mutable_answers(0)->set_option("never");
  const absl::Status status = Score(other).status();
  EXPECT_TRUE(absl::IsAlreadyExists(status));
  EXPECT_EQ(ReasonOf(status), "REQUEST_ID_REUSED");
}

TEST_F(ScorerTest, ARetryThatCanNoLongerBeResolvedGetsTheFirstResult) {
  ASSERT_TRUE(Score(MoodRecordRequest("r-1")).ok());
  records_.Activate("mood", 0);
  stack_->Hint("mood");
  EXPECT_TRUE(Score(MoodRecordRequest("r-1"))->replayed());
  EXPECT_EQ(ReasonOf(Score(MoodRecordRequest("r-2")).status()), "NO_ACTIVE_VERSION");
}

TEST_F(ScorerTest, ARetryThatNoLongerFitsTheActiveVersionGetsTheFirstResult) {
  ASSERT_TRUE(Score(MoodRecordRequest("r-1")).ok());
  quiz::v1::QuizDefinition next = MoodQuiz();
  next.mutable_option_sets(0)->mutable_options(1)->set_id("always");
  next.mutable_examples(0)->mutable_answers(0)->set_option("always");
  records_.Publish(next);
  records_.Activate("mood", 2);
  stack_->Hint("mood");
  EXPECT_TRUE(Score(MoodRecordRequest("r-1"))->replayed());
  EXPECT_THAT(FieldsOf(Score(MoodRecordRequest("r-2")).status()), ElementsAre("answers[0].option"));
  v1::ScoreRequest other = MoodRecordRequest("r-1");
  other.mutable_record()->set_campaign("another");
  EXPECT_TRUE(absl::IsAlreadyExists(Score(other).status()));
}

TEST_F(ScorerTest, WithRecordsDownRecordingIsUnavailableAndScoringGoesOn) {
  ASSERT_TRUE(Score(MoodRequest()).ok());
  records_.plan().FailAll(Unavailable("RECORDS_UNAVAILABLE", "down"));
  const absl::Status status = Score(MoodRecordRequest("r-1")).status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  EXPECT_TRUE(Score(MoodRequest()).ok());
  EXPECT_EQ(records_.recorded_count(), 0);
}

TEST_F(ScorerTest, AFormHasTextsAndNoWeights) {
  v1::GetFormRequest request;
  request.set_quiz("quizzes/mood");
  request.set_locale("de");
  const auto form = GetForm(request);
  ASSERT_TRUE(form.ok()) << form.status();
  EXPECT_EQ(form->quiz_version(), "quizzes/mood/versions/1");
  EXPECT_EQ(form->title(), "Mood (deutsch)");
  EXPECT_EQ(form->locale(), "de");
  EXPECT_THAT(form->locales(), ElementsAre("de", "en"));
  ASSERT_EQ(form->items_size(), 4);
  EXPECT_EQ(form->items(0).single_choice().options(1).option(), "often");
  EXPECT_EQ(form->items(0).single_choice().options(1).text(), "Oft");
  EXPECT_TRUE(form->items(2).conditional());
  EXPECT_EQ(form->items(2).number().step(), "0.5");
  EXPECT_EQ(form->items(2).number().unit(), "h");
  EXPECT_TRUE(form->items(3).has_free_text());
  EXPECT_TRUE(form->items(3).optional());
  EXPECT_THAT(form->context(0).codes(), ElementsAre("female", "male"));
  ASSERT_EQ(form->rungs_size(), 2);
  EXPECT_EQ(form->rungs(1).title(), "Hoch");
}

TEST_F(ScorerTest, NextItemsAreThoseThatAreShownAndOpen) {
  v1::NextItemsRequest request;
  request.set_quiz("quizzes/mood");
  auto next = NextItems(request);
  ASSERT_TRUE(next.ok()) << next.status();
  ASSERT_EQ(next->items_size(), 3) << "hours is asked only when sleep is answered with often";
  EXPECT_EQ(next->progress().undecided(), 1u);
  *request.add_answers() = MoodRequest().answers(0);
  next = NextItems(request);
  ASSERT_EQ(next->items_size(), 3);
  EXPECT_EQ(next->items(1).item(), "hours");
  EXPECT_EQ(next->progress().answered(), 1u);
  EXPECT_FALSE(next->progress().complete());
  request.set_max_items(1);
  next = NextItems(request);
  EXPECT_EQ(next->items_size(), 1);
  EXPECT_EQ(next->progress().to_ask(), 3u);
}

TEST_F(ScorerTest, NextItemsOfBadAnswersAreRefusedWithTheirPaths) {
  v1::NextItemsRequest request;
  request.set_quiz("quizzes/mood");
  request.add_answers()->set_item("nothing");
  EXPECT_THAT(FieldsOf(NextItems(request).status()), ElementsAre("answers[0].item"));
}

// One mistake each: what is done to a good request, and the paths that come back.
struct BadInput {
  std::string name;
  std::function<void(v1::ScoreRequest&)> spoil;
  std::vector<std::string> fields;
};

void PrintTo(const BadInput& bad_input, std::ostream* out) { *out << bad_input.name; }

class BadInputTest : public ServiceFixture, public ::testing::WithParamInterface<BadInput> {};

TEST_P(BadInputTest, IsRefusedWithItsPathAndNothingIsRecorded) {
  v1::ScoreRequest request = MoodRecordRequest("r-1");
  GetParam().spoil(request);
  const absl::Status status = Score(request).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_EQ(FieldsOf(status), GetParam().fields) << status;
  EXPECT_EQ(records_.recorded_count(), 0);
}

quiz::v1::Answer& Add(v1::ScoreRequest& request, const std::string& item) {
  quiz::v1::Answer& answer = *request.add_answers();
  answer.set_item(item);
  return answer;
}

INSTANTIATE_TEST_SUITE_P(
    Answers, BadInputTest,
    ::testing::Values(
        BadInput{"UnknownItem", [](auto& r) { Add(r, "nothing").set_option("often"); }, {"answers[2].item"}},
        BadInput{"EmptyItem", [](auto& r) { Add(r, "").set_option("often"); }, {"answers[2].item"}},
        BadInput{"UnknownOption", [](auto& r) { r.mutable_answers(1)->set_option("maybe"); }, {"answers[1].option"}},
        BadInput{"AnotherKind", [](auto& r) { r.mutable_answers(0)->set_number("3"); }, {"answers[0].number"}},
        BadInput{"ItemTwice", [](auto& r) { Add(r, "sleep").set_option("often"); }, {"answers[2].item"}},
        BadInput{"NumberTooHigh", [](auto& r) { Add(r, "hours").set_number("25"); }, {"answers[2].number"}},
        BadInput{"NumberTooLow", [](auto& r) { Add(r, "hours").set_number("-1"); }, {"answers[2].number"}},
        BadInput{"TooManyDecimals", [](auto& r) { Add(r, "hours").set_number("1.25"); }, {"answers[2].number"}},
        BadInput{"NotANumber", [](auto& r) { Add(r, "hours").set_number("NaN"); }, {"answers[2].number"}},
        BadInput{"Exponent", [](auto& r) { Add(r, "hours").set_number("1e1"); }, {"answers[2].number"}},
        BadInput{
            "NulInNumber", [](auto& r) { Add(r, "hours").set_number(std::string("1\0", 2)); }, {"answers[2].number"}},
        BadInput{"UnknownContext", [](auto& r) { (*r.mutable_context())["age"] = "3"; }, {"context[\"age\"]"}},
        BadInput{"UnknownCode", [](auto& r) { (*r.mutable_context())["sex"] = "x"; }, {"context[\"sex\"]"}},
        BadInput{"AllInOneReply",
                 [](auto& r) {
                   r.mutable_answers(0)->set_option("maybe");
                   Add(r, "nothing").set_option("often");
                   (*r.mutable_context())["sex"] = "x";
                   r.mutable_record()->set_parent("clinics/north");
                   r.mutable_record()->clear_request_id();
                 },
                 {"answers[0].option", "answers[2].item", "context[\"sex\"]", "record.parent", "record.request_id"}}),
    [](const auto& bad_input) { return bad_input.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Names, BadInputTest,
    ::testing::Values(
        BadInput{"NoQuiz", [](auto& r) { r.clear_quiz(); }, {"quiz"}},
        BadInput{"QuizOfAnotherForm", [](auto& r) { r.set_quiz("mood"); }, {"quiz"}},
        BadInput{"VersionZero", [](auto& r) { r.set_quiz("quizzes/mood/versions/0"); }, {"quiz"}},
        BadInput{
            "VersionTooLarge", [](auto& r) { r.set_quiz("quizzes/mood/versions/99999999999999999999"); }, {"quiz"}},
        BadInput{"QuizWithNul", [](auto& r) { r.set_quiz(std::string("quizzes/mood\0", 13)); }, {"quiz"}},
        BadInput{"QuizOfAMegabyte", [](auto& r) { r.set_quiz("quizzes/" + std::string(900'000, 'a')); }, {"quiz"}},
        BadInput{"NoParent", [](auto& r) { r.mutable_record()->clear_parent(); }, {"record.parent"}},
        BadInput{"ParentWithSlash",
                 [](auto& r) { r.mutable_record()->set_parent("clinics/a/b/clients/c"); },
                 {"record.parent"}},
        BadInput{"ReservedClinic",
                 [](auto& r) { r.mutable_record()->set_parent("clinics/-other/clients/c"); },
                 {"record.parent"}},
        BadInput{"ClientTooLong",
                 [](auto& r) { r.mutable_record()->set_parent("clinics/a/clients/" + std::string(65, 'c')); },
                 {"record.parent"}},
        BadInput{"NoRequestId", [](auto& r) { r.mutable_record()->clear_request_id(); }, {"record.request_id"}},
        BadInput{"RequestIdTooLong",
                 [](auto& r) { r.mutable_record()->set_request_id(std::string(129, 'x')); },
                 {"record.request_id"}},
        BadInput{"RequestIdNotPrintable",
                 [](auto& r) { r.mutable_record()->set_request_id("a\nb"); },
                 {"record.request_id"}},
        BadInput{"RequestIdNotAscii",
                 [](auto& r) { r.mutable_record()->set_request_id("\xc3\xa4"); },
                 {"record.request_id"}},
        BadInput{"ReservedCampaign", [](auto& r) { r.mutable_record()->set_campaign("-other"); }, {"record.campaign"}},
        BadInput{"CampaignWithSpace", [](auto& r) { r.mutable_record()->set_campaign("a b"); }, {"record.campaign"}},
        BadInput{"TimeThatIsNone",
                 [](auto& r) { r.mutable_record()->mutable_assessed_at()->set_nanos(-1); },
                 {"record.assessed_at"}},
        BadInput{"TimeBeforeAllRecords",
                 [](auto& r) { r.mutable_record()->mutable_assessed_at()->set_seconds(-2'208'988'801); },
                 {"record.assessed_at"}},
        BadInput{"TimeBeyondAllYears",
                 [](auto& r) { r.mutable_record()->mutable_assessed_at()->set_seconds(INT64_MAX); },
                 {"record.assessed_at"}}),
    [](const auto& bad_input) { return bad_input.param.name; });

TEST_F(ScorerTest, AssessedAtMayBeFiveMinutesAheadAndNoFurther) {
  v1::ScoreRequest request = MoodRecordRequest("r-1");
  *request.mutable_record()->mutable_assessed_at() = ToTimestamp(clock_.Now() + kMaxClockSkew);
  EXPECT_TRUE(Score(request).ok());
  request = MoodRecordRequest("r-2");
  *request.mutable_record()->mutable_assessed_at() = ToTimestamp(clock_.Now() + kMaxClockSkew + absl::Nanoseconds(1));
  EXPECT_THAT(FieldsOf(Score(request).status()), ElementsAre("record.assessed_at"));
}

TEST_F(ScorerTest, MissingAnswersAreNoErrorAndTheResultSaysSo) {
  v1::ScoreRequest request = MoodRequest();
  request.clear_answers();
  const auto response = Score(request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_TRUE(response->result().scales(0).has_not_scored());
  EXPECT_FALSE(response->result().completeness().complete());
  EXPECT_THAT(response->result().completeness().missing_required(), ElementsAre("sleep", "calm"));
}

TEST_F(ScorerTest, AHiddenItemThatIsAnsweredIsIgnoredAndTheResultSaysSo) {
  v1::ScoreRequest request = MoodRequest();
  request.mutable_answers(0)->set_option("never");
  Add(request, "hours").set_number("4");
  const auto response = Score(request);
  ASSERT_TRUE(response.ok()) << response.status();
  ASSERT_EQ(response->result().ignored_size(), 1);
  EXPECT_EQ(response->result().ignored(0).item(), "hours");
}

TEST_F(ScorerTest, TenThousandAnswersAreRefusedInOneReplyOfBoundedSize) {
  v1::ScoreRequest request = MoodRequest();
  for (int i = 0; i < 10'000; ++i) Add(request, "nothing").set_option("often");
  const absl::Status status = Score(request).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_LE(FieldsOf(status).size(), 101u);
}

TEST_F(ScorerTest, AFreeTextOf900KilobytesIsRecordedAsItIs) {
  v1::ScoreRequest request = MoodRecordRequest("r-1");
  Add(request, "diary").set_text(std::string(900'000, 'x'));
  ASSERT_TRUE(Score(request).ok());
  EXPECT_EQ(records_.recorded("r-1").submission().answers(2).text().size(), 900'000u);
}

TEST_F(ScorerTest, AnUnknownQuizIsNotFoundByItsName) {
  const absl::Status status = Score(MoodRequest("quizzes/nothing")).status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("quizzes/nothing"));
}

TEST_F(ScorerTest, AnErrorNeverRepeatsAnAnswerTextAtLength) {
  v1::ScoreRequest request = MoodRequest();
  request.mutable_answers(0)->set_option(std::string(900'000, 'x'));
  const absl::Status status = Score(request).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_LT(status.message().size(), 2000u);
}

}  // namespace
}  // namespace ladder::scoring
