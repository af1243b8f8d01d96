// File: backup.h
//
// Copies an SQLite store at one moment into a file, beside a service that uses it or without one.

#ifndef LADDER_RECORDS_SERVICE_STORE_SQLITE_BACKUP_H_
#define LADDER_RECORDS_SERVICE_STORE_SQLITE_BACKUP_H_

#include <string>

#include "absl/status/status.h"

namespace ladder::records::sqlite {

// Makes `file`, for its owner alone; it is synced when this returns OK, and gone where it does not. ALREADY_EXISTS
// where there is one. While it copies, the store's log cannot be emptied.
absl::Status BackUp(const std::string& directory, const std::string& file);

}  // namespace ladder::records::sqlite

#endif  // LADDER_RECORDS_SERVICE_STORE_SQLITE_BACKUP_H_
