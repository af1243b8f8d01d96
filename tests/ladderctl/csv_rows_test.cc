#include "tools/ladderctl/csv_rows.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <fstream>

#include "libs/quiz/published.h"

namespace ladder::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

scoring::v1::Form TestForm() {
  scoring::v1::Form form;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(quiz_version: "quizzes/q/versions/1"
           items {
             item: "mood"
             single_choice {}
           }
           items {
             item: "aids"
             multiple_choice {}
           }
           items {
             item: "pain"
             number {}
           }
           items {
             item: "words"
             free_text {}
           }
           context { context: "sex" codes: "female" })pb",
      &form));
  return form;
}

std::string WriteFile(const std::string& name, const std::string& content) {
  const std::string path = ::testing::TempDir() + name;
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

TEST(ReadCsvTest, ReadsQuotedCellsWithCommasQuotesAndLines) {
  const auto rows = ReadCsv(WriteFile("quoted.csv", "a,b\r\n\"x, \"\"y\"\"\",\"1\n2\"\n,\n"));
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_THAT(*rows, ElementsAre(CsvRow{"a", "b"}, CsvRow{"x, \"y\"", "1\n2"}, CsvRow{"", ""}));
}

TEST(ReadCsvTest, RefusesAQuoteThatNeverEnds) {
  const auto rows = ReadCsv(WriteFile("open.csv", "a,b\n\"x,y\n"));
  EXPECT_EQ(rows.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(ReadCsvTest, RefusesAFileWithoutAHeader) {
  EXPECT_EQ(ReadCsv(WriteFile("empty.csv", "")).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(RowReaderTest, MakesARequestOfEveryKindOfColumn) {
  const auto reader = RowReader::Create(
      {"id", "clinic", "client", "campaign", "assessed_at", "context.sex", "mood", "aids", "pain", "words"}, TestForm(),
      "quizzes/q", "");
  ASSERT_TRUE(reader.ok()) << reader.status();
  const auto request = reader->Read(
      {"r1", "north", "c1", "spring", "2026-05-01T09:30:00Z", "female", "often", "cane|rail", "7.5", "so so"}, 1);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->quiz(), "quizzes/q");
  EXPECT_EQ(request->record().parent(), "clinics/north/clients/c1");
  EXPECT_EQ(request->record().request_id(), "r1");
  EXPECT_EQ(request->record().campaign(), "spring");
  EXPECT_EQ(request->record().assessed_at().seconds(), 1777627800);
  EXPECT_EQ(request->context().at("sex"), "female");
  ASSERT_EQ(request->answers_size(), 4);
  EXPECT_EQ(request->answers(0).option(), "often");
  EXPECT_THAT(request->answers(1).options().option(), ElementsAre("cane", "rail"));
  EXPECT_EQ(request->answers(2).number(), "7.5");
  EXPECT_EQ(request->answers(3).text(), "so so");
}

TEST(RowReaderTest, TakesAnEmptyCellAsNoAnswerAndADashAsAnEmptyChoice) {
  const auto reader = RowReader::Create({"client", "mood", "aids"}, TestForm(), "quizzes/q", "north");
  ASSERT_TRUE(reader.ok()) << reader.status();
  const auto request = reader->Read({"c1", "", "-"}, 1);
  ASSERT_TRUE(request.ok()) << request.status();
  ASSERT_EQ(request->answers_size(), 1);
  EXPECT_TRUE(request->answers(0).has_options());
  EXPECT_TRUE(request->answers(0).options().option().empty());
}

TEST(RowReaderTest, GivesARowWithoutIdTheSameRequestIdEveryTimeAndEqualRowsTwo) {
  const auto reader = RowReader::Create({"client", "mood"}, TestForm(), "quizzes/q", "north");
  ASSERT_TRUE(reader.ok()) << reader.status();
  const CsvRow row = {"c1", "often"};
  const std::string first = reader->Read(row, 1)->record().request_id();
  EXPECT_EQ(first, quiz::DigestOf("c1\x1foften\n1"));
  EXPECT_EQ(reader->Read(row, 1)->record().request_id(), first);
  EXPECT_NE(reader->Read(row, 2)->record().request_id(), first);
}

TEST(RowReaderTest, NamesTheColumnThatIsUnknownMissingOrTwice) {
  const auto message = [](const CsvRow& header, const std::string& clinic) {
    return std::string(RowReader::Create(header, TestForm(), "quizzes/q", clinic).status().message());
  };
  EXPECT_THAT(message({"client", "mod"}, "north"), HasSubstr("column 'mod'"));
  EXPECT_THAT(message({"client", "context.age"}, "north"), HasSubstr("column 'context.age'"));
  EXPECT_THAT(message({"mood"}, "north"), HasSubstr("column 'client' is missing"));
  EXPECT_THAT(message({"client", "mood"}, ""), HasSubstr("column 'clinic' is missing"));
  EXPECT_THAT(message({"client", "mood", "mood"}, "north"), HasSubstr("column 'mood' is twice"));
}

TEST(RowReaderTest, RefusesARowOfAnotherLengthAndATimeThatIsNone) {
  const auto reader = RowReader::Create({"client", "assessed_at"}, TestForm(), "quizzes/q", "north");
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(reader->Read({"c1"}, 1).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(reader->Read({"c1", "yesterday"}, 1).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace ladder::ctl
