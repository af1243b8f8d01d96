// File: result.h
//
// libpq's results: who frees them, and their fields.

#ifndef LADDER_RECORDS_SERVICE_STORE_POSTGRES_RESULT_H_
#define LADDER_RECORDS_SERVICE_STORE_POSTGRES_RESULT_H_

#include <libpq-fe.h>

#include <memory>

#include "absl/strings/string_view.h"

namespace ladder::records::postgres {

struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ResultDeleter>;

// A field of an error or a notice, such as PG_DIAG_SQLSTATE; empty where the server sent none.
inline absl::string_view FieldOf(const PGresult* result, int field) {
  const char* text = PQresultErrorField(result, field);
  return text == nullptr ? "" : text;
}

}  // namespace ladder::records::postgres

#endif  // LADDER_RECORDS_SERVICE_STORE_POSTGRES_RESULT_H_
