#include "tests/records-service/analytics/released_log.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "records-service/release/cohort_counter.h"
#include "records-service/release/table_shape.h"
#include "records-service/store/sqlite/migrations.h"
#include "tests/records-service/release/release_fixture.h"

namespace ladder::records::analytics {
namespace {

std::unique_ptr<sqlite::SqliteStore> OpenStore(const std::string& directory, const Clock& clock) {
  const absl::StatusOr<sql::Migrated> migrated = sqlite::Migrate(directory);
  EXPECT_TRUE(migrated.ok()) << migrated.status();
  absl::StatusOr<std::unique_ptr<sqlite::SqliteStore>> store =
      sqlite::SqliteStore::Open({.directory = directory}, clock);
  EXPECT_TRUE(store.ok()) << store.status();
  return *std::move(store);
}

std::string OutcomeOf(const LogAssessment& row) {
  return row.stage.empty() ? release::NotScored().SerializeAsString()
                           : release::OutcomeAt(row.stage, row.range, row.guidance, row.score).SerializeAsString();
}

}  // namespace

absl::Time TimeOf(absl::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << text << ": " << error;
  return time;
}

quiz::v1::QuizDefinition LogQuiz(const std::vector<std::string>& comparable_with) {
  quiz::v1::QuizDefinition definition;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        id: "mood"
        default_locale: "de"
        title { by_locale { key: "de" value: "Stimmung" } }
        provenance { source: "Made for tests" licence: "None needed" who_may_use: "Tests" }
        items {
          id: "burden"
          text { by_locale { key: "de" value: "Wie schwer?" } }
          number { min: "0" max: "20" }
        }
        context {
          id: "sex"
          codes { code: "female" code: "male" }
        }
        context {
          id: "informant"
          codes { code: "self" code: "parent" }
        }
        scales {
          id: "position"
          title { by_locale { key: "de" value: "Lage" } }
          formula: "burden"
          direction: DIRECTION_LOWER_IS_BETTER
          band_sets {
            id: "rungs"
            bands {
              id: "light"
              title {
                by_locale { key: "de" value: "Leicht" }
                by_locale { key: "en" value: "Light" }
              }
              ranges { id: "lower" }
              ranges { id: "upper" from: "5" }
            }
            bands {
              id: "heavy"
              title {
                by_locale { key: "de" value: "Schwer" }
                by_locale { key: "en" value: "Heavy" }
              }
              from: "10"
            }
          }
        }
        modalities { id: "talking" }
        guidance { id: "talk" when: "band(position) == 'heavy'" modality: "talking" }
        ladder { scale: "position" band_set: "rungs" public_slices: "sex" public_slices: "informant" }
      )pb",
      &definition));
  for (const std::string& version : comparable_with) definition.add_comparable_with(version);
  return definition;
}

ReleasedLog::ReleasedLog()
    : store_(OpenStore(directory_.path(), clock_)), programs_(*store_, 16), series_(*store_, programs_) {}

void ReleasedLog::Publish(const quiz::v1::QuizDefinition& definition) {
  const auto quiz = store_->FindQuiz(definition.id());
  ASSERT_TRUE(quiz.ok()) << quiz.status();
  if (!quiz->has_value()) {
    const absl::Status drafted = store_->PutDraft({definition.id(), "draft", "e", clock_.Now()}, "");
    ASSERT_TRUE(drafted.ok()) << drafted;
  }
  const QuizRow row = quiz->value_or(QuizRow());
  QuizUpdate update;
  update.quiz = definition.id();
  update.expected_revision = row.revision;
  update.time = clock_.Now();
  update.publish = VersionRow{definition.id(),
                              row.latest_version + 1,
                              definition.SerializeAsString(),
                              absl::StrCat("digest-", row.latest_version + 1),
                              clock_.Now(),
                              std::nullopt};
  const absl::Status published = store_->UpdateQuiz(update);
  ASSERT_TRUE(published.ok()) << published;
}

void ReleasedLog::Write(const LogCohort& cohort) {
  std::vector<AssessmentRow> rows;
  for (const LogAssessment& assessed : cohort.rows) {
    const std::string id = absl::StrCat("id-", ++written_);
    AssessmentRow row;
    row.clinic = cohort.clinic;
    row.client = assessed.client;
    row.id = id;
    row.request_id = id;
    row.quiz = "mood";
    row.version = 1;
    row.campaign = cohort.campaign;
    row.assess_time = assessed.time;
    row.create_time = assessed.time;
    row.series = cohort.series;
    row.slices = absl::StrCat("sex=", assessed.sex, ",informant=", assessed.informant);
    row.outcome = OutcomeOf(assessed);
    rows.push_back(std::move(row));
  }
  const auto created = store_->CreateAssessments(rows);
  ASSERT_TRUE(created.ok()) << created.status();
}

void ReleasedLog::Release(const LogCohort& cohort, release::NoiseSource& noise,
                          const release::ReleaseOptions& options) {
  Write(cohort);
  const auto gathering = store_->ListGathering("", "", 1000);
  ASSERT_TRUE(gathering.ok()) << gathering.status();
  const PartitionKey partition{cohort.clinic, cohort.campaign, cohort.series};
  const auto open = std::find_if(gathering->begin(), gathering->end(),
                                 [&](const GatheringCohort& found) { return found.partition == partition; });
  ASSERT_NE(open, gathering->end());
  Sealing sealing;
  sealing.members = {{partition, open->id, absl::StrCat("next-", ++written_)}};
  // An hour after the last of its rows.
  sealing.close_time = cohort.rows.front().time;
  for (const LogAssessment& row : cohort.rows) sealing.close_time = std::max(sealing.close_time, row.time);
  sealing.close_time = release::kTick + absl::UnixEpoch() +
                       absl::Floor(sealing.close_time + absl::Hours(1) - absl::UnixEpoch(), release::kTick);
  if (cohort.as_other) sealing.merge_into = absl::StrCat("merged-", written_);
  const absl::Status sealed_status = store_->Seal(sealing);
  ASSERT_TRUE(sealed_status.ok()) << sealed_status;
  const auto sealed = store_->ListSealed("", "", 10);
  ASSERT_TRUE(sealed.ok()) << sealed.status();
  ASSERT_EQ(sealed->size(), 1u);
  const auto name = release::ParseSeriesText(cohort.series);
  ASSERT_TRUE(name.ok()) << name.status();
  const auto versions = series_.VersionsOf(name->first, name->second);
  ASSERT_TRUE(versions.ok()) << versions.status();
  const release::TableShape shape = release::ShapeOf(*versions);
  release::CohortCounter counter(shape, options, noise);
  const auto released = store_->Release(sealed->front(), counter);
  ASSERT_TRUE(released.ok()) << released.status();
  ASSERT_TRUE(*released);
  cohorts_.push_back(cohort);
}

}  // namespace ladder::records::analytics
