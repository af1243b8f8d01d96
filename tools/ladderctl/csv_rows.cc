#include "tools/ladderctl/csv_rows.h"

#include <csv.h>

#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "libs/chassis/timestamp.h"
#include "libs/quiz/published.h"
#include "libs/quiz/resource_names.h"

namespace ladder::ctl {
namespace {

using quiz::v1::Answer;
using scoring::v1::Form;
using scoring::v1::FormItem;
using scoring::v1::ScoreRequest;

constexpr char kContextPrefix[] = "context.";
constexpr char kEmptyChoice[] = "-";
// What separates cells and rows in the text that a row's id is made from: no cell can hold it without quotes.
constexpr char kCellSeparator = '\x1f';

// libcsv calls back for each cell and at the end of each row.
struct Parsed {
  std::vector<CsvRow> rows;
  CsvRow row;
};

void OnCell(void* cell, std::size_t size, void* parsed) {
  static_cast<Parsed*>(parsed)->row.emplace_back(static_cast<const char*>(cell), size);
}

void OnRow(int /*terminator*/, void* parsed) {
  auto* all = static_cast<Parsed*>(parsed);
  all->rows.push_back(std::exchange(all->row, {}));
}

Answer MakeAnswer(const std::string& item, FormItem::KindCase kind, const std::string& cell) {
  Answer answer;
  answer.set_item(item);
  switch (kind) {
    case FormItem::kSingleChoice:
      answer.set_option(cell);
      break;
    case FormItem::kMultipleChoice:
      answer.mutable_options();
      if (cell == kEmptyChoice) break;
      for (absl::string_view option : absl::StrSplit(cell, '|', absl::SkipEmpty())) {
        answer.mutable_options()->add_option(std::string(option));
      }
      break;
    case FormItem::kNumber:
      answer.set_number(cell);
      break;
    default:
      answer.set_text(cell);
  }
  return answer;
}

}  // namespace

absl::StatusOr<std::vector<CsvRow>> ReadCsv(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": cannot be opened for reading"));
  const std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) return absl::InternalError("libcsv cannot start");
  Parsed parsed;
  const bool whole = csv_parse(&parser, content.data(), content.size(), OnCell, OnRow, &parsed) == content.size() &&
                     csv_fini(&parser, OnCell, OnRow, &parsed) == 0;
  const std::string error = whole ? "" : csv_strerror(csv_error(&parser));
  csv_free(&parser);
  if (!whole) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": after row ", parsed.rows.size(), ": ", error));
  }
  if (parsed.rows.empty()) return absl::InvalidArgumentError(absl::StrCat(path, ": has no header"));
  return std::move(parsed.rows);
}

std::optional<RowReader::Column> RowReader::ColumnFor(const std::string& title, const Form& form) {
  if (title == "id") return Column{Role::kId, "", FormItem::KIND_NOT_SET};
  if (title == "clinic") return Column{Role::kClinic, "", FormItem::KIND_NOT_SET};
  if (title == "client") return Column{Role::kClient, "", FormItem::KIND_NOT_SET};
  if (title == "campaign") return Column{Role::kCampaign, "", FormItem::KIND_NOT_SET};
  if (title == "assessed_at") return Column{Role::kAssessedAt, "", FormItem::KIND_NOT_SET};
  if (absl::StartsWith(title, kContextPrefix)) {
    const std::string name(absl::StripPrefix(title, kContextPrefix));
    for (const auto& context : form.context()) {
      if (context.context() == name) return Column{Role::kContext, name, FormItem::KIND_NOT_SET};
    }
    return std::nullopt;
  }
  for (const FormItem& item : form.items()) {
    if (item.item() == title) return Column{Role::kItem, title, item.kind_case()};
  }
  return std::nullopt;
}

absl::StatusOr<RowReader> RowReader::Create(const CsvRow& header, const Form& form, std::string quiz,
                                            std::string clinic) {
  std::vector<Column> columns;
  std::set<std::string> titles;
  for (const std::string& title : header) {
    std::optional<Column> column = ColumnFor(title, form);
    if (!column.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat("column '", title, "': ", form.quiz_version(),
                                                     " has no item or context value of that name (a context ",
                                                     "value's column is called context.NAME)"));
    }
    if (!titles.insert(title).second) return absl::InvalidArgumentError(absl::StrCat("column '", title, "' is twice"));
    columns.push_back(*std::move(column));
  }
  if (!titles.contains("client")) return absl::InvalidArgumentError("column 'client' is missing");
  if (!titles.contains("clinic") && clinic.empty()) {
    return absl::InvalidArgumentError("column 'clinic' is missing: add it, or name the clinic with --clinic");
  }
  return RowReader(std::move(columns), std::move(quiz), std::move(clinic));
}

absl::Status RowReader::AddCell(const Column& column, const std::string& cell, ScoreRequest& request) {
  switch (column.role) {
    case Role::kId:
      request.mutable_record()->set_request_id(cell);
      break;
    case Role::kCampaign:
      request.mutable_record()->set_campaign(cell);
      break;
    case Role::kContext:
      (*request.mutable_context())[column.name] = cell;
      break;
    case Role::kItem:
      *request.add_answers() = MakeAnswer(column.name, column.kind, cell);
      break;
    case Role::kAssessedAt: {
      absl::Time time;
      std::string error;
      if (!absl::ParseTime(absl::RFC3339_full, cell, &time, &error)) {
        return absl::InvalidArgumentError(
            absl::StrCat("assessed_at: '", cell, "' is not a time as in 2026-05-01T09:30:00Z"));
      }
      *request.mutable_record()->mutable_assessed_at() = ToTimestamp(time);
      break;
    }
    case Role::kClinic:
    case Role::kClient:
      break;  // Together they make the parent.
  }
  return absl::OkStatus();
}

absl::StatusOr<ScoreRequest> RowReader::Read(const CsvRow& row, std::size_t ordinal) const {
  if (row.size() != columns_.size()) {
    return absl::InvalidArgumentError(absl::StrCat("has ", row.size(), " cells, and the header has ", columns_.size()));
  }
  ScoreRequest request;
  request.set_quiz(quiz_);
  quiz::ClientName parent{clinic_, ""};
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (row[i].empty()) continue;
    if (columns_[i].role == Role::kClinic) parent.clinic = row[i];
    if (columns_[i].role == Role::kClient) parent.client = row[i];
    if (absl::Status status = AddCell(columns_[i], row[i], request); !status.ok()) return status;
  }
  request.mutable_record()->set_parent(parent.ToString());
  if (request.record().request_id().empty()) {
    const std::string text = absl::StrCat(absl::StrJoin(row, std::string(1, kCellSeparator)), "\n", ordinal);
    request.mutable_record()->set_request_id(quiz::DigestOf(text));
  }
  return request;
}

}  // namespace ladder::ctl
