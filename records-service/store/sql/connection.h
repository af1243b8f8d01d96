// File: connection.h
//
// A connection to a database that speaks SQL, whichever engine it is: what the statements of this folder are written
// against. They keep to what SQLite and PostgreSQL both understand, so each exists once.
//
//   Query query = connection.Use("SELECT etag FROM draft WHERE quiz = ?");
//   query.Text("ladder-of-healing");
//   absl::StatusOr<bool> row = query.Step();
//   if (row.ok() && *row) Print(query.TextAt(0));
//
// Parameters are `?` in their order, or `?1`, `?2` where one is used twice. A connection and its queries belong to one
// thread at a time. Errors are the engine's own, for the log; the engine turns them into what callers see.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQL_CONNECTION_H_
#define LADDER_RECORDS_SERVICE_STORE_SQL_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace ladder::records::sql {

// What an engine does for a Query. The first error of preparing or binding is told by Step().
class Statement {
 public:
  virtual ~Statement() = default;
  virtual void BindInteger(std::int64_t value) = 0;
  virtual void BindText(absl::string_view value) = 0;
  virtual void BindBytes(absl::string_view value) = 0;
  virtual void BindNullInteger() = 0;
  virtual absl::StatusOr<bool> Step() = 0;
  virtual bool IsNullAt(int column) const = 0;
  virtual std::int64_t IntegerAt(int column) const = 0;
  virtual std::string BytesAt(int column) const = 0;
};

// A prepared statement in use. Goes back to its connection, reset and without parameters, when it ends.
class Query {
 public:
  explicit Query(std::unique_ptr<Statement> statement) : statement_(std::move(statement)) {}

  // Bind the parameters in their order. Text and bytes must stay alive until the query ends.
  Query& Integer(std::int64_t value) {
    statement_->BindInteger(value);
    return *this;
  }
  Query& Text(absl::string_view value) {
    statement_->BindText(value);
    return *this;
  }
  Query& Bytes(absl::string_view value) {
    statement_->BindBytes(value);
    return *this;
  }
  // Nanoseconds since 1970-01-01 UTC. REQUIRES: between EarliestTime() and LatestTime(), or infinite.
  Query& Time(absl::Time value) { return Integer(absl::ToUnixNanos(value)); }
  Query& OptionalTime(std::optional<absl::Time> value) {
    if (value.has_value()) return Time(*value);
    statement_->BindNullInteger();
    return *this;
  }

  // True: there is a row, which the columns below read. False: there are no more.
  absl::StatusOr<bool> Step() { return statement_->Step(); }
  // For a statement without rows.
  absl::Status Run() { return Step().status(); }
  // Steps through all rows.
  absl::Status ForEach(absl::FunctionRef<void(const Query&)> take) {
    while (true) {
      const absl::StatusOr<bool> found = Step();
      if (!found.ok()) return found.status();
      if (!*found) return absl::OkStatus();
      take(*this);
    }
  }

  std::int64_t IntegerAt(int column) const { return statement_->IntegerAt(column); }
  std::string TextAt(int column) const { return statement_->BytesAt(column); }
  std::string BytesAt(int column) const { return statement_->BytesAt(column); }
  absl::Time TimeAt(int column) const { return absl::FromUnixNanos(IntegerAt(column)); }
  std::optional<absl::Time> OptionalTimeAt(int column) const {
    if (statement_->IsNullAt(column)) return std::nullopt;
    return TimeAt(column);
  }

 private:
  std::unique_ptr<Statement> statement_;
};

// A connection, inside of a transaction or of a reader's turn.
class Connection {
 public:
  virtual ~Connection() = default;
  // A statement with parameters, prepared once in the life of the connection. REQUIRES: `sql` lives as long, and no
  // other query of the connection is in use.
  virtual Query Use(absl::string_view sql) = 0;
  // The same for a SELECT inside of a transaction; what it reads stays as it is until the transaction ends.
  virtual Query UseForShare(absl::string_view sql) = 0;
  // How many rows the last INSERT, UPDATE or DELETE changed.
  virtual std::int64_t Changes() const = 0;
  // The next statement is the last one that writes: an engine may send the commit along with it. From then on the
  // transaction cannot be undone, and what follows in its body only reads what is committed.
  virtual void CommitWithNext() = 0;
};

}  // namespace ladder::records::sql

#endif  // LADDER_RECORDS_SERVICE_STORE_SQL_CONNECTION_H_
