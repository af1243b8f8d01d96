// File: log_pages.h
//
// What StreamReleases and ExportReleases send, message by message.
//
// Thread-compatible: a page is asked for only after the one before was given. Next waits for the store.

#ifndef LADDER_RECORDS_SERVICE_ANALYTICS_LOG_PAGES_H_
#define LADDER_RECORDS_SERVICE_ANALYTICS_LOG_PAGES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "ladder/records/v1/analytics_service.pb.h"
#include "records-service/analytics/release_log.h"

namespace ladder::records::analytics {

class EntryPages {
 public:
  // `log` has to outlive it.
  EntryPages(ReleaseLog& log, LogPlace place) : log_(log), place_(std::move(place)) {}

  // Nothing where there is no more at the moment.
  absl::StatusOr<std::optional<v1::StreamReleasesResponse>> Next();

 private:
  ReleaseLog& log_;
  LogPlace place_;
};

class CsvPages {
 public:
  // `log` has to outlive it.
  CsvPages(ReleaseLog& log, LogPlace place);

  // Whole lines, the header first. Nothing at the end of the log.
  absl::StatusOr<std::optional<v1::ExportReleasesResponse>> Next();

 private:
  ReleaseLog& log_;
  LogPlace place_;
  std::string lines_;  // Not sent yet from `sent_` on.
  std::size_t sent_ = 0;
};

}  // namespace ladder::records::analytics

#endif  // LADDER_RECORDS_SERVICE_ANALYTICS_LOG_PAGES_H_
