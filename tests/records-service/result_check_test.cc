// Goal: no result is stored that libs/quiz does not give for its submission.
// Method: results of a quiz that has one of everything, in which each field is forged in turn, whatever its type.

#include "records-service/result_check.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/compile.h"
#include "libs/quiz/render.h"
#include "libs/quiz/score.h"
#include "tests/quiz/sound_quiz.h"
#include "tests/testing/proto_matchers.h"

namespace ladder::records {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::ladder::testing::EqualsProto;
using ::ladder::testing::ParseExpected;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kVersion[] = "quizzes/sample/versions/1";
constexpr char kDigest[] = "0123456789abcdef";

// Texts, and what is there only on request: what is handed in of it is neither compared nor kept.
const std::set<std::string>& NotCompared() {
  static const auto& fields = *new std::set<std::string>{
      "AlertResult.professional_text",
      "BandResult.range_title",
      "BandResult.title",
      "DecisionResult.decided",
      "DecisionResult.outcome_text",
      "DecisionResult.title",
      "GuidanceResult.client_text",
      "GuidanceResult.modality_title",
      "GuidanceResult.notice",
      "GuidanceResult.professional_text",
      "QuizResult.explanations",
      "ScaleResult.possible",
      "ScaleResult.title",
      "Stage.range_title",
      "Stage.title",
  };
  return fields;
}

bool IsCompared(const FieldDescriptor& field) {
  return !NotCompared().contains(absl::StrCat(field.containing_type()->name(), ".", field.name()));
}

class ResultCheckTest : public ::testing::Test {
 protected:
  ResultCheckTest() { Use(quiz::ParseQuiz(quiz::SoundQuiz())); }

  void Use(const quiz::v1::QuizDefinition& definition) {
    const quiz::CompileResult compiled = quiz::CompileDefinition(definition);
    ASSERT_NE(compiled.program, nullptr) << compiled.faults.front().message;
    program_ = compiled.program;
  }

  // The fields of the faults; none where the result is taken, which is then `taken_`.
  std::vector<std::string> Check(const v1::Submission& submission, const quiz::v1::QuizResult& handed) {
    RequestCheck check;
    taken_ = ScoreAgain(*program_, kVersion, kDigest, submission, handed, check);
    EXPECT_EQ(taken_.has_value(), check.status().ok());
    std::vector<std::string> fields;
    for (const FieldViolation& violation : ViolationsOf(check.status())) fields.push_back(violation.field);
    return fields;
  }

  // What scoring gives: what every fault of an empty result asks for.
  quiz::v1::QuizResult Made(const v1::Submission& submission, const std::string& locale = "en") {
    std::vector<quiz::InputViolation> violations;
    const std::optional<quiz::Input> input =
        quiz::CheckInput(*program_, submission.answers(), submission.context(), violations);
    EXPECT_TRUE(input.has_value());
    quiz::Result result;
    quiz::Score(*program_, *input, result);
    quiz::v1::QuizResult made;
    quiz::RenderResult(*program_, *input, result, locale, made);
    made.set_quiz_version(kVersion);
    made.set_digest(kDigest);
    return made;
  }

  std::shared_ptr<const quiz::Program> program_;
  std::optional<ScoredAgain> taken_;
};

v1::Submission Submission(const std::string& text) {
  v1::Submission submission;
  EXPECT_TRUE(ParseExpected(text, &submission));
  return submission;
}

// With alerts, a stage between two boundaries, guidance, a member that is missing and filled, an answer that is not
// used, a required item without an answer, a decision and a standard error.
v1::Submission Rich() {
  return Submission(R"pb(
    answers { item: "sleep" option: "often" }
    answers { item: "calm" option: "refused" }
    answers { item: "smokes" option: "never" }
    answers { item: "packs" number: "2" }
  )pb");
}

// Makes every change of one field of `message`, which is part of a result at `path`, and undoes it again.
void ForgeEach(Message& message, const std::string& path,
               const std::function<void(const FieldDescriptor& field, const std::string& at)>& check) {
  const std::unique_ptr<Message> saved(message.New());
  saved->CopyFrom(message);
  const auto& reflection = *message.GetReflection();
  const bool is_ratio = message.GetDescriptor()->name() == "Ratio";
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const std::string at = is_ratio ? path : absl::StrCat(path, ".", field->name());
    const auto told = [&] {
      check(*field, at);
      message.CopyFrom(*saved);
    };
    if (field->is_repeated()) {
      const int size = reflection.FieldSize(message, field);
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        reflection.AddMessage(&message, field);
        told();
        for (int k = 0; IsCompared(*field) && k < size; ++k) {
          ForgeEach(*reflection.MutableRepeatedMessage(&message, field, k), absl::StrCat(at, "[", k, "]"), check);
        }
      } else {
        reflection.AddString(&message, field, "x");
        told();
        for (int k = 0; k < size; ++k) {
          reflection.SetRepeatedString(&message, field, k, "x");
          check(*field, absl::StrCat(at, "[", k, "]"));
          message.CopyFrom(*saved);
        }
      }
      if (size > 0) {
        reflection.RemoveLast(&message, field);
        told();
      }
      continue;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (!reflection.HasField(message, field)) {
          reflection.MutableMessage(&message, field);
          told();
          break;
        }
        if (IsCompared(*field)) ForgeEach(*reflection.MutableMessage(&message, field), at, check);
        reflection.ClearField(&message, field);
        told();
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        reflection.SetString(&message, field, reflection.GetString(message, field) + "x");
        told();
        reflection.ClearField(&message, field);
        if (!reflection.GetString(*saved, field).empty()) told();
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection.SetBool(&message, field, !reflection.GetBool(message, field));
        told();
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        reflection.SetUInt32(&message, field, reflection.GetUInt32(message, field) + 1);
        told();
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        for (const int value : {0, 1, 2, 99}) {
          if (value == reflection.GetEnumValue(*saved, field)) continue;
          reflection.SetEnumValue(&message, field, value);
          told();
        }
        break;
      default:
        ADD_FAILURE() << "result_check.cc knows no type like that of " << field->full_name();
    }
  }
}

TEST_F(ResultCheckTest, WhatScoringGivesIsTaken) {
  for (const v1::Submission& submission : {Rich(), Submission("")}) {
    const quiz::v1::QuizResult made = Made(submission);
    EXPECT_THAT(Check(submission, made), IsEmpty());
    ASSERT_TRUE(taken_.has_value());
    EXPECT_THAT(taken_->result, EqualsProto(made));
    EXPECT_EQ(taken_->bytes, made.SerializeAsString());
  }
}

TEST_F(ResultCheckTest, EveryForgeryIsRefusedWithItsPathAndNothingElseOfItIsKept) {
  int refused = 0;
  int ignored = 0;
  for (const v1::Submission& submission : {Rich(), Submission("")}) {
    const quiz::v1::QuizResult made = Made(submission);
    quiz::v1::QuizResult forged = made;
    ForgeEach(forged, "result", [&](const FieldDescriptor& field, const std::string& at) {
      if (IsCompared(field)) {
        EXPECT_THAT(Check(submission, forged), Contains(at));
        ++refused;
      } else {
        EXPECT_THAT(Check(submission, forged), IsEmpty()) << at;
        ASSERT_TRUE(taken_.has_value());
        EXPECT_THAT(taken_->result, EqualsProto(made)) << at;
        ++ignored;
      }
    });
  }
  EXPECT_GT(refused, 250);
  EXPECT_GT(ignored, 40);
}

TEST_F(ResultCheckTest, AFaultSaysWhatWasHandedInAndWhatScoringGives) {
  quiz::v1::QuizResult forged = Made(Rich());
  forged.mutable_scales(0)->mutable_value()->mutable_exact()->set_numerator("700");
  RequestCheck check;
  EXPECT_FALSE(ScoreAgain(*program_, kVersion, kDigest, Rich(), forged, check).has_value());
  const std::vector<FieldViolation> violations = ViolationsOf(check.status());
  ASSERT_THAT(violations, SizeIs(1));
  EXPECT_EQ(violations[0].field, "result.scales[0].value.exact");
  EXPECT_EQ(violations[0].description, "is '700/1', and scoring the submission gives '7/1'");
}

TEST_F(ResultCheckTest, AnEqualNumberThatIsNotInLowestTermsIsAnotherOne) {
  quiz::v1::QuizResult forged = Made(Rich());
  forged.mutable_scales(0)->mutable_value()->mutable_exact()->set_numerator("14");
  forged.mutable_scales(0)->mutable_value()->mutable_exact()->set_denominator("2");
  EXPECT_THAT(Check(Rich(), forged), ElementsAre("result.scales[0].value.exact"));
}

TEST_F(ResultCheckTest, AResultThatIsAllWrongHasAShortAnswer) {
  quiz::v1::QuizResult forged;
  for (int i = 0; i < 100'000; ++i) forged.add_scales()->set_scale(std::string(20, 'x'));
  forged.set_digest(std::string(1'000'000, 'x'));
  EXPECT_THAT(Check(Rich(), forged), Contains("result.scales"));
  quiz::v1::QuizResult each = Made(Rich());
  for (auto& scale : *each.mutable_scales()) {
    scale.set_scale("x");
    for (auto& band : *scale.mutable_bands()) band.set_band_set("x");
  }
  EXPECT_THAT(Check(Rich(), each), SizeIs(::testing::Le(20u)));
}

TEST_F(ResultCheckTest, ASubmissionThatDoesNotFitTheVersionIsRefusedByItsFields) {
  v1::Submission submission = Rich();
  submission.mutable_answers(1)->set_option("nowhere");
  (*submission.mutable_context())["shoe"] = "42";
  EXPECT_THAT(Check(submission, Made(Rich())),
              ElementsAre("submission.answers[1].option", "submission.context[\"shoe\"]"));
}

TEST_F(ResultCheckTest, AQuizWithoutALadderIsCheckedAsWell) {
  quiz::v1::QuizDefinition definition = quiz::ParseQuiz(quiz::SoundQuiz());
  definition.clear_ladder();
  Use(definition);
  quiz::v1::QuizResult forged = Made(Rich());
  EXPECT_THAT(Check(Rich(), forged), IsEmpty());
  forged.mutable_stage()->set_stage("high");
  EXPECT_THAT(Check(Rich(), forged), ElementsAre("result.stage"));
}

TEST_F(ResultCheckTest, TextsAreThoseOfTheVersionInTheLocaleThatWasShown) {
  quiz::v1::QuizDefinition definition = quiz::ParseQuiz(quiz::SoundQuiz());
  std::function<void(Message&)> translate = [&](Message& message) {
    if (message.GetDescriptor() == quiz::v1::Text::descriptor()) {
      auto& text = static_cast<quiz::v1::Text&>(message);
      (*text.mutable_by_locale())["de"] = "Deutsch: " + text.by_locale().at("en");
      return;
    }
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
      if (!field->is_repeated()) {
        translate(*message.GetReflection()->MutableMessage(&message, field));
        continue;
      }
      for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
        translate(*message.GetReflection()->MutableRepeatedMessage(&message, field, i));
      }
    }
  };
  translate(definition);
  Use(definition);

  quiz::v1::QuizResult german = Made(Rich(), "de");
  german.mutable_scales(0)->set_title("Eine andere Überschrift");
  EXPECT_THAT(Check(Rich(), german), IsEmpty());
  EXPECT_EQ(taken_->result.scales(0).title(), "Deutsch: Burden");
  german.set_locale("fr");
  EXPECT_THAT(Check(Rich(), german), ElementsAre("result.locale"));
  german.clear_locale();
  EXPECT_THAT(Check(Rich(), german), ElementsAre("result.locale"));
}

TEST_F(ResultCheckTest, WhatANewerScoringAddsToTheContractIsLeftOut) {
  quiz::v1::QuizResult newer = Made(Rich());
  const quiz::v1::QuizResult made = newer;
  newer.GetReflection()->MutableUnknownFields(&newer)->AddLengthDelimited(900, "something new");
  newer.GetReflection()->MutableUnknownFields(newer.mutable_scales(0))->AddVarint(901, 7);
  EXPECT_THAT(Check(Rich(), newer), IsEmpty());
  EXPECT_EQ(taken_->bytes, made.SerializeAsString());
}

}  // namespace
}  // namespace ladder::records
