// File: assessment_row.h
//
// How a row of assessment, or of assessment_set_aside, is read.
//
//   connection.Use("SELECT " LADDER_ASSESSMENT_COLUMNS " FROM assessment WHERE clinic = ? AND id = ?")

#ifndef LADDER_RECORDS_SERVICE_STORE_SQL_ASSESSMENT_ROW_H_
#define LADDER_RECORDS_SERVICE_STORE_SQL_ASSESSMENT_ROW_H_

#include "records-service/store/rows.h"
#include "records-service/store/sql/connection.h"

// In the order in which AssessmentRowOf reads them.
#define LADDER_ASSESSMENT_KEYS "clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time"
#define LADDER_ASSESSMENT_FACTS "series, slices, outcome, late, cohort"
#define LADDER_ASSESSMENT_COLUMNS LADDER_ASSESSMENT_KEYS ", submission, result, " LADDER_ASSESSMENT_FACTS

namespace ladder::records::sql {

inline AssessmentRow AssessmentRowOf(const Query& query) {
  AssessmentRow row;
  row.clinic = query.TextAt(0);
  row.client = query.TextAt(1);
  row.id = query.TextAt(2);
  row.request_id = query.TextAt(3);
  row.quiz = query.TextAt(4);
  row.version = query.IntegerAt(5);
  row.campaign = query.TextAt(6);
  row.assess_time = query.TimeAt(7);
  row.create_time = query.TimeAt(8);
  row.submission = query.BytesAt(9);
  row.result = query.BytesAt(10);
  row.series = query.TextAt(11);
  row.slices = query.TextAt(12);
  row.outcome = query.BytesAt(13);
  row.late = query.IntegerAt(14) != 0;
  row.cohort = query.TextAt(15);
  return row;
}

}  // namespace ladder::records::sql

#endif  // LADDER_RECORDS_SERVICE_STORE_SQL_ASSESSMENT_ROW_H_
