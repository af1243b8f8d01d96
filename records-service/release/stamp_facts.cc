#include "records-service/release/stamp_facts.h"

#include "records-service/release/outcome.h"
#include "records-service/release/series.h"

namespace ladder::records::release {

void StampFacts(const quiz::Program& program, std::int64_t first_of_series, const quiz::Input& input,
                const quiz::v1::QuizResult& result, absl::Duration longest_wait, AssessmentRow& row) {
  if (!program.ladder.has_value()) return;
  const CountedFacts facts = FactsOf(program, input, result);
  row.series = SeriesText(row.quiz, first_of_series);
  row.slices = facts.slices;
  row.outcome = facts.outcome.SerializeAsString();
  row.late = row.create_time - row.assess_time > longest_wait;
}

}  // namespace ladder::records::release
