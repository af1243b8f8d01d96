// File: sum_row.h
//
// How a row of release_sum is read.
//
//   connection.Use("SELECT " LADDER_SUM_COLUMNS " FROM release_sum WHERE clinic = ?")

#ifndef LADDER_RECORDS_SERVICE_STORE_SQL_SUM_ROW_H_
#define LADDER_RECORDS_SERVICE_STORE_SQL_SUM_ROW_H_

#include "records-service/store/release_rows.h"
#include "records-service/store/sql/connection.h"

// In the order in which SumRowOf reads them.
#define LADDER_SUM_COLUMNS                                                                                       \
  "clinic, campaign, series, grain, span_begin, shape, entries, clients, assessments, window_begin, close_time," \
  " budgets, tables"

namespace ladder::records::sql {

inline SumRow SumRowOf(const Query& row) {
  return {.partition = {row.TextAt(0), row.TextAt(1), row.TextAt(2)},
          .grain = static_cast<Grain>(row.IntegerAt(3)),
          .begin = row.TimeAt(4),
          .shape = row.TextAt(5),
          .entries = row.IntegerAt(6),
          .clients = row.IntegerAt(7),
          .assessments = row.IntegerAt(8),
          .window_begin = row.TimeAt(9),
          .close_time = row.TimeAt(10),
          .budgets = row.TextAt(11),
          .tables = row.BytesAt(12)};
}

}  // namespace ladder::records::sql

#endif  // LADDER_RECORDS_SERVICE_STORE_SQL_SUM_ROW_H_
