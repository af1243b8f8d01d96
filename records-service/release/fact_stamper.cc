#include "records-service/release/fact_stamper.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "records-service/release/outcome.h"

namespace ladder::records::release {

absl::StatusOr<std::vector<WriteOutcome>> FactStamper::CreateAssessments(absl::Span<const AssessmentRow> rows) {
  std::vector<WriteOutcome> outcomes(rows.size());
  std::vector<AssessmentRow> stamped;
  std::vector<std::size_t> places;  // Of those in `rows`.
  for (std::size_t i = 0; i < rows.size(); ++i) {
    AssessmentRow row = rows[i];
    const absl::Status status = Stamp(row);
    if (status.ok()) {
      stamped.push_back(std::move(row));
      places.push_back(i);
      continue;
    }
    // A request_id that was used tells what it holds, whatever comes with it now.
    absl::StatusOr<std::optional<AssessmentRow>> earlier = store_.FindRequest(row.clinic, row.request_id);
    if (!earlier.ok()) return earlier.status();
    outcomes[i].earlier = *std::move(earlier);
    if (outcomes[i].earlier.has_value()) continue;
    const absl::StatusOr<bool> erased = store_.WasErased(row.clinic, row.request_id, row.create_time);
    if (!erased.ok()) return erased.status();
    if (!*erased) return status;
    outcomes[i].erased = true;
  }
  absl::StatusOr<std::vector<WriteOutcome>> written = store_.CreateAssessments(stamped);
  if (!written.ok()) return written.status();
  for (std::size_t i = 0; i < places.size(); ++i) outcomes[places[i]] = std::move((*written)[i]);
  return outcomes;
}

absl::Status FactStamper::Stamp(AssessmentRow& row) {
  const auto program = programs_.Get(row.quiz, row.version);
  if (absl::IsNotFound(program.status())) {
    return InvalidArgument({{"result.quiz_version", absl::StrCat("version ", row.version, " was never published")}});
  }
  if (!program.ok()) return program.status();
  if (!(*program)->ladder.has_value()) return absl::OkStatus();

  v1::Submission submission;
  quiz::v1::QuizResult result;
  if (!submission.ParseFromString(row.submission) || !result.ParseFromString(row.result)) {
    return Internal("an assessment to be written cannot be read");
  }
  const absl::StatusOr<CountedFacts> facts = FactsOf(**program, submission, result);
  if (!facts.ok()) return facts.status();
  const absl::StatusOr<std::int64_t> first = series_.FirstOf(row.quiz, row.version);
  if (!first.ok()) return first.status();
  row.series = SeriesText(row.quiz, *first);
  row.slices = facts->slices;
  row.outcome = facts->outcome.SerializeAsString();
  row.late = row.create_time - row.assess_time > longest_wait_;
  return absl::OkStatus();
}

}  // namespace ladder::records::release
