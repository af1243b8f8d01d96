#include "records-service/analytics/release_log.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/timestamp.h"
#include "libs/quiz/resource_names.h"
#include "records-service/page_token.h"
#include "records-service/release/release_options.h"
#include "records-service/release/series_programs.h"
#include "records-service/request_check.h"

namespace ladder::records::analytics {
namespace {

// A page ends with the entry that passes one of these.
constexpr std::size_t kMaxEntries = 100;
constexpr std::size_t kMaxTableBytes = 256 << 10;
constexpr std::size_t kHeadsAtATime = 1000;
// Above what a server takes as a whole request.
constexpr std::size_t kMaxTokenLength = 16 << 20;

std::string QuestionAbout(const std::string& parent) { return QuestionOf({"releases", parent}); }

absl::Status DamagedToken() { return InvalidArgument({{"token", "is damaged: send it as it came"}}); }

absl::StatusOr<v1::ReleaseEntry> EntryOf(const LogRow& row) {
  const auto series = release::ParseSeriesText(row.partition.series);
  if (!series.ok()) return series.status();
  const absl::StatusOr<release::Budgets> budgets = release::ParseBudgets(row.figures.budgets);
  if (!budgets.ok()) return budgets.status();
  v1::ReleaseEntry entry;
  entry.set_name(absl::StrCat("clinics/", row.partition.clinic, "/releases/", row.position));
  entry.set_campaign(row.partition.campaign);
  entry.set_series(quiz::SeriesName{series->first, series->second}.ToString());
  *entry.mutable_window_begin() = ToTimestamp(row.figures.window_begin);
  *entry.mutable_window_end() = ToTimestamp(row.figures.window_end);
  *entry.mutable_close_time() = ToTimestamp(row.close_time);
  entry.set_clients(row.figures.clients);
  entry.set_assessments(row.figures.assessments);
  *entry.mutable_budgets() = release::ToMessage(*budgets);
  if (!entry.mutable_tables()->ParseFromString(row.figures.tables)) {
    return Internal("tables of the release log are damaged");
  }
  return entry;
}

}  // namespace

// What gathers until it is full.
class ReleaseLog::Page {
 public:
  bool IsFull() const { return entries_.size() >= kMaxEntries || bytes_ >= kMaxTableBytes; }
  std::size_t space() const { return kMaxEntries - entries_.size(); }

  absl::Status Add(const LogRow& row) {
    absl::StatusOr<v1::ReleaseEntry> entry = EntryOf(row);
    if (!entry.ok()) return entry.status();
    bytes_ += row.figures.tables.size();
    entries_.push_back(*std::move(entry));
    return absl::OkStatus();
  }

  std::vector<v1::ReleaseEntry>& entries() { return entries_; }

 private:
  std::vector<v1::ReleaseEntry> entries_;
  std::size_t bytes_ = 0;
};

absl::StatusOr<LogPlace> StartOrToken(const std::string& parent, absl::string_view token) {
  RequestCheck check;
  LogPlace place;
  place.parent = parent;
  place.clinic = check.ClinicOrAll("parent", parent);
  if (!check.status().ok()) return check.status();
  if (token.empty()) return place;
  absl::StatusOr<std::vector<std::string>> parts =
      ReadPageToken(QuestionAbout(parent), 2, token, {.name = "token", .max_length = kMaxTokenLength});
  if (!parts.ok()) return parts.status();
  place.epoch = parts->at(0);
  if (place.epoch.empty()) return DamagedToken();
  for (const absl::string_view text : absl::StrSplit(parts->at(1), ',', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> position = absl::StrSplit(text, absl::MaxSplits('=', 1));
    std::int64_t number = 0;
    if (!quiz::IsPlatformId(position.first) || !absl::SimpleAtoi(position.second, &number) || number < 1) {
      return DamagedToken();
    }
    place.positions[position.first] = number;
  }
  return place;
}

std::string TokenOf(const LogPlace& place) {
  return MakePageToken(QuestionAbout(place.parent),
                       {place.epoch, absl::StrJoin(place.positions, ",", absl::PairFormatter("="))});
}

absl::StatusOr<std::vector<v1::ReleaseEntry>> ReleaseLog::Read(LogPlace& place) {
  Page page;
  absl::Status status = place.clinic.empty() ? ReadClinics(place, page) : ReadClinic(place.clinic, place, page);
  if (!status.ok()) return status;
  // Asked after reading: a log that is still the same was so before.
  const absl::StatusOr<std::string> epoch = store_.LogEpoch();
  if (!epoch.ok()) return epoch.status();
  if (place.epoch.empty()) place.epoch = *epoch;
  if (place.epoch == *epoch) return std::move(page.entries());
  return FailedPrecondition(kEpochChanged, "the log was begun anew after a restore: load it again, without a token");
}

absl::Status ReleaseLog::ReadClinic(const std::string& clinic, LogPlace& place, Page& page) {
  const auto read = place.positions.find(clinic);
  const absl::StatusOr<std::vector<LogRow>> rows =
      store_.ReadLog(clinic, read == place.positions.end() ? 0 : read->second, page.space());
  if (!rows.ok()) return rows.status();
  for (const LogRow& row : *rows) {
    if (page.IsFull()) break;
    if (absl::Status added = page.Add(row); !added.ok()) return added;
    place.positions[clinic] = row.position;
  }
  return absl::OkStatus();
}

// A round goes over all clinics. The page is empty only where a whole round has found nothing.
absl::Status ReleaseLog::ReadClinics(LogPlace& place, Page& page) {
  int rounds = place.walked.empty() ? 1 : 2;
  while (true) {
    const absl::StatusOr<std::vector<LogHead>> heads = store_.ListHeads(place.walked, kHeadsAtATime);
    if (!heads.ok()) return heads.status();
    for (const LogHead& head : *heads) {
      const auto read = place.positions.find(head.clinic);
      if (head.position > (read == place.positions.end() ? 0 : read->second)) {
        if (absl::Status status = ReadClinic(head.clinic, place, page); !status.ok()) return status;
        if (page.IsFull()) return absl::OkStatus();
      }
      place.walked = head.clinic;
    }
    if (heads->size() == kHeadsAtATime) continue;
    place.walked.clear();
    if (--rounds == 0 || !page.entries().empty()) return absl::OkStatus();
  }
}

}  // namespace ladder::records::analytics
