// The log page by page: each entry once and in order, wherever a token goes on; and as CSV, read back.

#include "records-service/analytics/release_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "libs/chassis/errors.h"
#include "records-service/analytics/log_pages.h"
#include "records-service/analytics/release_csv.h"
#include "tests/records-service/analytics/released_log.h"
#include "tests/records-service/release/release_fixture.h"
#include "tests/testing/proto_matchers.h"
#include "tests/testing/status_matchers.h"

namespace ladder::records::analytics {
namespace {

using ::ladder::testing::EqualsProto;
using ::ladder::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class ReleaseLogTest : public ::testing::Test {
 protected:
  ReleaseLogTest() { log_.Publish(LogQuiz()); }

  void ReleaseIn(const std::string& clinic, const std::string& campaign = "") {
    const absl::Time time = TimeOf("2025-01-01T00:00:00Z") + absl::Hours(++released_);
    LogCohort cohort{.clinic = clinic, .campaign = campaign, .rows = {}};
    cohort.rows.push_back({absl::StrCat("c-", released_ % 3), time, "female", "self", "light", "lower", "", 1});
    log_.Release(cohort, noise_);
  }

  LogPlace Start(const std::string& parent, const std::string& token = "") {
    const absl::StatusOr<LogPlace> place = StartOrToken(parent, token);
    EXPECT_OK(place);
    return place.value_or(LogPlace());
  }

  // Everything from there on, page after page.
  std::vector<std::string> NamesFrom(LogPlace place) {
    std::vector<std::string> names;
    while (true) {
      const auto page = reader_.Read(place);
      EXPECT_OK(page);
      if (!page.ok() || page->empty()) return names;
      for (const v1::ReleaseEntry& entry : *page) names.push_back(entry.name());
    }
  }

  SeededRandom random_{3};
  release::DiscreteLaplace noise_{random_};
  ReleasedLog log_;
  ReleaseLog reader_{log_.store()};
  int released_ = 0;
};

TEST_F(ReleaseLogTest, EntriesAreWhatTheLogHolds) {
  ReleaseIn("north", "spring");
  LogPlace place = Start("clinics/north");
  const auto page = reader_.Read(place);
  ASSERT_OK(page);
  ASSERT_THAT(*page, SizeIs(1));
  const auto rows = log_.store().ReadLog("north", 0, 10);
  ASSERT_OK(rows);
  v1::ReleaseEntry expected;
  ASSERT_TRUE(expected.mutable_tables()->ParseFromString(rows->at(0).figures.tables));
  expected.set_name("clinics/north/releases/1");
  expected.set_campaign("spring");
  expected.set_series("quizzes/mood/series/1");
  expected.mutable_window_begin()->set_seconds(absl::ToUnixSeconds(TimeOf("2025-01-01T01:00:00Z")));
  expected.mutable_window_end()->set_seconds(absl::ToUnixSeconds(TimeOf("2025-01-01T01:15:00Z")));
  expected.mutable_close_time()->set_seconds(absl::ToUnixSeconds(TimeOf("2025-01-01T02:15:00Z")));
  expected.set_clients(1);
  expected.set_assessments(1);
  *expected.mutable_budgets() = release::ToMessage(release::Budgets());
  EXPECT_THAT(page->at(0), EqualsProto(expected));
}

TEST_F(ReleaseLogTest, OneClinicsLogComesInOrderInPages) {
  for (int i = 0; i < 120; ++i) ReleaseIn("north");
  ReleaseIn("south");
  LogPlace place = Start("clinics/north");
  const auto page = reader_.Read(place);
  ASSERT_OK(page);
  EXPECT_LE(page->size(), 100u) << "a page has a bound";
  std::vector<std::string> expected;
  for (int i = 1; i <= 120; ++i) expected.push_back(absl::StrCat("clinics/north/releases/", i));
  EXPECT_EQ(NamesFrom(Start("clinics/north")), expected);
  EXPECT_THAT(NamesFrom(Start("clinics/nowhere")), IsEmpty());
}

TEST_F(ReleaseLogTest, WhoeverGoesOnFromAnyTokenGetsEachEntryOnceAndInOrder) {
  for (int i = 0; i < 40; ++i) ReleaseIn(i % 3 == 0 ? "north" : absl::StrCat("c-", i % 7));
  LogPlace place = Start("clinics/-");
  std::vector<std::string> seen;
  // Reads a page, releases some more, forgets all but the token.
  for (int round = 0; round < 30; ++round) {
    const auto page = reader_.Read(place);
    ASSERT_OK(page);
    for (const v1::ReleaseEntry& entry : *page) seen.push_back(entry.name());
    if (round < 20) ReleaseIn(round % 2 == 0 ? "a-first" : "z-last");
    place = Start("clinics/-", TokenOf(place));
  }
  std::map<std::string, int> last;
  for (const std::string& name : seen) {
    const std::vector<std::string> parts = absl::StrSplit(name, '/');
    EXPECT_EQ(parts[3], absl::StrCat(++last[parts[1]])) << name;
  }
  EXPECT_EQ(seen.size(), 60u);
}

TEST_F(ReleaseLogTest, AReaderWhoStaysSeesWhatJoinsInEveryClinic) {
  ReleaseIn("m");
  LogPlace place = Start("clinics/-");
  ASSERT_OK(reader_.Read(place));
  for (const std::string clinic : {"a", "z", "m", "a"}) {
    ReleaseIn(clinic);
    const auto page = reader_.Read(place);
    ASSERT_OK(page);
    ASSERT_THAT(*page, SizeIs(1));
    EXPECT_THAT(page->at(0).name(), StartsWith(absl::StrCat("clinics/", clinic, "/")));
  }
  EXPECT_THAT(NamesFrom(place), IsEmpty());
}

TEST_F(ReleaseLogTest, ATokenBelongsToItsParentAndIsCheckedWhole) {
  ReleaseIn("north");
  LogPlace place = Start("clinics/north");
  ASSERT_OK(reader_.Read(place));
  const std::string token = TokenOf(place);
  EXPECT_THAT(NamesFrom(Start("clinics/north", token)), IsEmpty());
  for (const std::string parent : {"clinics/-", "clinics/south"}) {
    const absl::Status status = StartOrToken(parent, token).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(ViolationsOf(status).at(0).field, "token");
  }
  LogPlace damaged = place;
  for (const std::pair<std::string, std::int64_t>& position :
       {std::pair<std::string, std::int64_t>("north", 0), {"-other", 1}, {"nor th", 1}}) {
    damaged.positions = {position};
    EXPECT_THAT(StartOrToken("clinics/north", TokenOf(damaged)), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  damaged = place;
  damaged.epoch.clear();
  EXPECT_THAT(StartOrToken("clinics/north", TokenOf(damaged)), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(StartOrToken("clinics/north", "nonsense"), StatusIs(absl::StatusCode::kInvalidArgument));
  const absl::Status parent = StartOrToken("north", "").status();
  ASSERT_THAT(parent, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ViolationsOf(parent).at(0).field, "parent");
}

TEST_F(ReleaseLogTest, AfterARestoreTokensOfTheFormerLogAreRefused) {
  ReleaseIn("north");
  LogPlace place = Start("clinics/-");
  ASSERT_OK(reader_.Read(place));
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(absl::StrCat(log_.directory(), "/records.db").c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, "UPDATE log_epoch SET epoch = 'another'", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
  LogPlace resumed = Start("clinics/-", TokenOf(place));
  for (LogPlace* former : {&place, &resumed}) {
    const absl::Status status = reader_.Read(*former).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(ReasonOf(status), "EPOCH_CHANGED");
  }
  EXPECT_THAT(NamesFrom(Start("clinics/-")), ElementsAre("clinics/north/releases/1"));
}

// RFC 4180, as strictly as it is written.
std::vector<std::vector<std::string>> ParseCsv(const std::string& csv) {
  std::vector<std::vector<std::string>> lines;
  std::vector<std::string> line;
  std::string field;
  bool quoted = false;
  for (std::size_t i = 0; i < csv.size(); ++i) {
    const char c = csv[i];
    if (quoted) {
      if (c != '"') {
        field += c;
      } else if (i + 1 < csv.size() && csv[i + 1] == '"') {
        field += csv[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      EXPECT_EQ(field, "");
      quoted = true;
    } else if (c == ',') {
      line.push_back(std::move(field));
      field.clear();
    } else if (c == '\r' && i + 1 < csv.size() && csv[i + 1] == '\n') {
      ++i;
      line.push_back(std::move(field));
      field.clear();
      lines.push_back(std::move(line));
      line.clear();
    } else {
      field += c;
    }
  }
  EXPECT_TRUE(line.empty() && field.empty() && !quoted) << "the last line has no end";
  return lines;
}

TEST_F(ReleaseLogTest, TheCsvReadBackIsTheLog) {
  for (int i = 0; i < 30; ++i) ReleaseIn(i % 2 == 0 ? "north" : "south", i % 3 == 0 ? "spring" : "");
  std::string csv;
  CsvPages pages(reader_, Start("clinics/-"));
  while (true) {
    const auto piece = pages.Next();
    ASSERT_OK(piece);
    if (!piece->has_value()) break;
    EXPECT_TRUE(absl::EndsWith((*piece)->csv(), "\r\n")) << "a piece holds whole lines";
    csv += (*piece)->csv();
  }
  const std::vector<std::vector<std::string>> lines = ParseCsv(csv);
  ASSERT_FALSE(lines.empty());
  const std::vector<std::string>& header = lines[0];
  // By entry: its columns, and the tables built again from its lines.
  std::map<std::string, v1::ReleasedTables> tables;
  std::map<std::string, std::map<std::string, std::string>> columns;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    ASSERT_EQ(lines[i].size(), header.size());
    std::map<std::string, std::string> cell;
    for (std::size_t column = 0; column < header.size(); ++column) cell[header[column]] = lines[i][column];
    const std::string name = absl::StrCat("clinics/", cell["clinic"], "/releases/", cell["position"]);
    columns[name] = cell;
    v1::ReleasedTables& of_entry = tables[name];
    const std::int64_t count = std::stoll(cell["count"]);
    if (cell["table"] == "stage") {
      std::vector<std::string> values;
      std::vector<std::string> ids;
      for (const absl::string_view slice : absl::StrSplit(cell["slices"], ',')) {
        const std::pair<std::string, std::string> parts = absl::StrSplit(slice, absl::MaxSplits('=', 1));
        ids.push_back(parts.first);
        values.push_back(parts.second);
      }
      of_entry.mutable_slices()->Assign(ids.begin(), ids.end());
      const bool same_group =
          !of_entry.stage().empty() &&
          std::equal(values.begin(), values.end(), of_entry.stage().rbegin()->slice_values().begin());
      v1::StageGroup* group = same_group ? &*of_entry.mutable_stage()->rbegin() : of_entry.add_stage();
      group->mutable_slice_values()->Assign(values.begin(), values.end());
      group->set_clients(std::stoll(cell["group_clients"]));
      v1::StageCount* stage = group->add_counts();
      stage->set_stage(cell["stage"]);
      stage->set_count(count);
    } else if (cell["table"] == "detail") {
      v1::DetailCount* detail = of_entry.add_detail();
      detail->set_stage(cell["stage"]);
      detail->set_range(cell["range"]);
      detail->set_guidance(cell["guidance"]);
      detail->set_count(count);
    } else if (cell["table"] == "change") {
      v1::Change change = v1::CHANGE_UNSPECIFIED;
      ASSERT_TRUE(v1::Change_Parse(absl::StrCat("CHANGE_", absl::AsciiStrToUpper(cell["change"])), &change));
      of_entry.add_change()->set_change(change);
      of_entry.mutable_change()->rbegin()->set_count(count);
    } else {
      ASSERT_EQ(cell["table"], "flow");
      v1::FlowCount* flow = of_entry.add_flow();
      flow->set_from_stage(cell["from_stage"]);
      flow->set_to_stage(cell["stage"]);
      flow->set_count(count);
    }
    const std::map<std::string, release::Budget> budgets = {
        {"stage", {3, 5}}, {"detail", {3, 10}}, {"change", {3, 10}}, {"flow", {1, 4}}};
    const release::Budget& budget = budgets.at(cell["table"]);
    EXPECT_EQ(cell["budget"], release::ToText(budget));
    EXPECT_EQ(cell["standard_deviation"], absl::StrFormat("%.4f", std::sqrt(release::Variance(budget))));
  }
  LogPlace place = Start("clinics/-");
  std::size_t entries = 0;
  for (auto page = reader_.Read(place); page.ok() && !page->empty(); page = reader_.Read(place)) {
    for (const v1::ReleaseEntry& entry : *page) {
      ++entries;
      EXPECT_THAT(tables[entry.name()], EqualsProto(entry.tables())) << entry.name();
      std::map<std::string, std::string>& of_entry = columns[entry.name()];
      EXPECT_EQ(of_entry["campaign"], entry.campaign());
      EXPECT_EQ(of_entry["series"], entry.series());
      EXPECT_EQ(TimeOf(of_entry["window_begin"]), absl::FromUnixSeconds(entry.window_begin().seconds()));
      EXPECT_EQ(TimeOf(of_entry["window_end"]), absl::FromUnixSeconds(entry.window_end().seconds()));
      EXPECT_EQ(TimeOf(of_entry["close_time"]), absl::FromUnixSeconds(entry.close_time().seconds()));
      EXPECT_EQ(of_entry["clients"], absl::StrCat(entry.clients()));
      EXPECT_EQ(of_entry["assessments"], absl::StrCat(entry.assessments()));
    }
  }
  EXPECT_EQ(entries, 30u);
  EXPECT_EQ(tables.size(), 30u);
}

TEST_F(ReleaseLogTest, TheColumnsAreAFormatThatScriptsRelyOn) {
  EXPECT_STREQ(kCsvHeader,
               "clinic,position,campaign,series,window_begin,window_end,close_time,clients,assessments,table,slices,"
               "group_clients,stage,range,guidance,change,from_stage,count,budget,standard_deviation\r\n");
  release::NoNoise no_noise;
  log_.Release({.clinic = "north",
                .campaign = "spring",
                .as_other = true,
                .rows = {{"c-1", TimeOf("2025-01-01T00:20:00Z"), "female", "self", "heavy", "", "talk", 12}}},
               no_noise);
  CsvPages pages(reader_, Start("clinics/north"));
  ASSERT_OK(pages.Next());  // The header.
  const auto piece = pages.Next();
  ASSERT_OK(piece);
  ASSERT_TRUE(piece->has_value());
  const std::string entry =
      "north,1,-other,quizzes/mood/series/1,2025-01-01T00:15:00Z,2025-01-01T00:30:00Z,2025-01-01T01:30:00Z,1,1,";
  for (const std::string line :
       {"stage,\"sex=female,informant=self\",1,heavy,,,,,1,3/5,4.6964\r\n",
        "stage,\"sex=female,informant=self\",1,,,,,,0,3/5,4.6964\r\n", "detail,,,heavy,,talk,,,1,3/10,9.4193\r\n",
        "change,,,,,,first,,1,3/10,9.4193\r\n", "flow,,,heavy,,,,light,0,1/4,11.3063\r\n"}) {
    EXPECT_THAT((*piece)->csv(), HasSubstr(entry + line));
  }
}

TEST_F(ReleaseLogTest, AnEmptyLogIsAHeaderAndALargeOneComesInPieces) {
  CsvPages empty(reader_, Start("clinics/-"));
  auto piece = empty.Next();
  ASSERT_OK(piece);
  EXPECT_EQ((*piece)->csv(), kCsvHeader);
  piece = empty.Next();
  ASSERT_OK(piece);
  EXPECT_FALSE(piece->has_value());

  for (int i = 0; i < 200; ++i) ReleaseIn("north");
  CsvPages pages(reader_, Start("clinics/-"));
  std::size_t pieces = 0;
  std::set<std::string> positions;
  for (auto next = pages.Next(); next.ok() && next->has_value(); next = pages.Next()) {
    ++pieces;
    EXPECT_LE((*next)->csv().size(), std::size_t{1} << 20);
    for (const std::vector<std::string>& line : ParseCsv((*next)->csv())) positions.insert(line.at(1));
  }
  EXPECT_GT(pieces, 2u);
  EXPECT_EQ(positions.size(), 201u) << "with the header's";
}

}  // namespace
}  // namespace ladder::records::analytics
