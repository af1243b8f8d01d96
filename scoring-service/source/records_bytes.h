// File: records_bytes.h
//
// The last layer: bytes from the records service, which has them all.

#ifndef LADDER_SCORING_SERVICE_SOURCE_RECORDS_BYTES_H_
#define LADDER_SCORING_SERVICE_SOURCE_RECORDS_BYTES_H_

#include "libs/chassis/measure.h"
#include "scoring-service/records_quizzes.h"
#include "scoring-service/source/version_sources.h"

namespace ladder::scoring {

class RecordsBytes final : public BytesSource {
 public:
  // `records` is borrowed.
  explicit RecordsBytes(RecordsQuizzes* records) : records_(records) {}

  void Fetch(const VersionId& id, Callback done) override;

  // What records gave, and how often it did not.
  const Counter& hits() const { return hits_; }
  const Counter& failures() const { return failures_; }

 private:
  RecordsQuizzes* const records_;
  Counter hits_;
  Counter failures_;
};

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_SOURCE_RECORDS_BYTES_H_
