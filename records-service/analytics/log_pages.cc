#include "records-service/analytics/log_pages.h"

#include <vector>

#include "records-service/analytics/release_csv.h"

namespace ladder::records::analytics {
namespace {

// Far below the 4 MiB that clients of gRPC take.
constexpr std::size_t kMaxPieceBytes = 1 << 20;

}  // namespace

absl::StatusOr<std::optional<v1::StreamReleasesResponse>> EntryPages::Next() {
  absl::StatusOr<std::vector<v1::ReleaseEntry>> entries = log_.Read(place_);
  if (!entries.ok()) return entries.status();
  if (entries->empty()) return std::nullopt;
  v1::StreamReleasesResponse page;
  for (v1::ReleaseEntry& entry : *entries) page.add_entries()->Swap(&entry);
  page.set_token(TokenOf(place_));
  return page;
}

CsvPages::CsvPages(ReleaseLog& log, LogPlace place) : log_(log), place_(std::move(place)), lines_(kCsvHeader) {}

absl::StatusOr<std::optional<v1::ExportReleasesResponse>> CsvPages::Next() {
  if (sent_ == lines_.size()) {
    lines_.clear();
    sent_ = 0;
    const absl::StatusOr<std::vector<v1::ReleaseEntry>> entries = log_.Read(place_);
    if (!entries.ok()) return entries.status();
    for (const v1::ReleaseEntry& entry : *entries) {
      if (absl::Status appended = AppendCsv(entry, lines_); !appended.ok()) return appended;
    }
  }
  if (lines_.empty()) return std::nullopt;
  std::size_t end = lines_.size();
  // No field holds a line feed, and no line is longer than a piece.
  if (end - sent_ > kMaxPieceBytes) end = lines_.rfind('\n', sent_ + kMaxPieceBytes - 1) + 1;
  v1::ExportReleasesResponse page;
  page.set_csv(lines_.substr(sent_, end - sent_));
  sent_ = end;
  return page;
}

}  // namespace ladder::records::analytics
