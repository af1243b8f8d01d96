// File: csv_rows.h
//
// Rows of a CSV file (RFC 4180) as score requests: a header names the columns, one row is one assessment.
//
//   id          the row's own id, which becomes the request_id; without it SHA-256 of the row and its ordinal
//   clinic      unless one was given for the whole file
//   client      required
//   campaign, assessed_at (RFC 3339)
//   context.X   the context value X
//   any other   the item of that id; several options of a multiple choice as "a|b", "-" for an empty choice
//
// An empty cell is no answer.

#ifndef LADDER_TOOLS_LADDERCTL_CSV_ROWS_H_
#define LADDER_TOOLS_LADDERCTL_CSV_ROWS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ladder/scoring/v1/scoring_service.pb.h"

namespace ladder::ctl {

using CsvRow = std::vector<std::string>;

// All rows of a file, the header first. INVALID_ARGUMENT where quotes do not match.
absl::StatusOr<std::vector<CsvRow>> ReadCsv(const std::string& path);

// Turns rows into requests. Thread-compatible.
class RowReader {
 public:
  // INVALID_ARGUMENT names a column that the form does not have, and one that is missing or named twice. `clinic` may
  // be empty where the file has a column for it.
  static absl::StatusOr<RowReader> Create(const CsvRow& header, const scoring::v1::Form& form, std::string quiz,
                                          std::string clinic);

  // `ordinal` counts the rows from 1, so that two equal rows are two assessments.
  absl::StatusOr<scoring::v1::ScoreRequest> Read(const CsvRow& row, std::size_t ordinal) const;

 private:
  enum class Role { kId, kClinic, kClient, kCampaign, kAssessedAt, kContext, kItem };
  struct Column {
    Role role = Role::kItem;
    std::string name;  // Of the context value or the item.
    scoring::v1::FormItem::KindCase kind = scoring::v1::FormItem::KIND_NOT_SET;
  };

  RowReader(std::vector<Column> columns, std::string quiz, std::string clinic)
      : columns_(std::move(columns)), quiz_(std::move(quiz)), clinic_(std::move(clinic)) {}

  static std::optional<Column> ColumnFor(const std::string& title, const scoring::v1::Form& form);
  static absl::Status AddCell(const Column& column, const std::string& cell, scoring::v1::ScoreRequest& request);

  std::vector<Column> columns_;
  std::string quiz_;
  std::string clinic_;
};

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_CSV_ROWS_H_
