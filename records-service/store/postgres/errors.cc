#include "records-service/store/postgres/errors.h"

#include <algorithm>
#include <array>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "libs/chassis/errors.h"
#include "records-service/store/store.h"

namespace ladder::records::postgres {
namespace {

constexpr char kSqlstatePayload[] = "ladder.postgres.sqlstate";

constexpr absl::string_view kSerializationFailure = "40001";
constexpr absl::string_view kCompletionUnknown = "40003";
constexpr absl::string_view kDeadlock = "40P01";
constexpr absl::string_view kDiskFull = "53100";
constexpr absl::string_view kStopped = "57014";  // By statement_timeout.

// A class of SQLSTATEs shares the first two characters.
bool IsOfClass(absl::string_view sqlstate, absl::string_view name) { return absl::StartsWith(sqlstate, name); }

// The value does not fit: text that is not UTF-8 or holds a NUL, or a key that is too long for an index.
bool IsAboutTheValue(absl::string_view sqlstate) { return IsOfClass(sqlstate, "22") || IsOfClass(sqlstate, "54"); }

// Locks that were not had, and memory or connections that were not left.
bool IsBusy(absl::string_view sqlstate) {
  return IsConflict(sqlstate) || IsOfClass(sqlstate, "55") || IsOfClass(sqlstate, "53");
}

}  // namespace

absl::Status MakeError(absl::string_view sqlstate, absl::string_view message) {
  absl::Status status = absl::InternalError(absl::StrCat(message, " (", sqlstate, ")"));
  status.SetPayload(kSqlstatePayload, absl::Cord(sqlstate));
  return status;
}

std::string SqlstateOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kSqlstatePayload);
  return payload.has_value() ? std::string(*payload) : std::string();
}

bool IsConflict(absl::string_view sqlstate) { return sqlstate == kSerializationFailure || sqlstate == kDeadlock; }

bool IsConnectionGone(absl::string_view sqlstate) {
  constexpr std::array<absl::string_view, 7> kGone = {
      "57P01", "57P02", "57P03",  // The server stops, has crashed, or is starting.
      "57P05", "25P03",           // The server ended a session that was idle, in a transaction or without one.
      "25006",                    // It takes no writes: another one has become the primary.
      "26000",                    // A pooler in between has put another session in the place of ours.
  };
  return IsOfClass(sqlstate, "08") || std::find(kGone.begin(), kGone.end(), sqlstate) != kGone.end();
}

bool LeavesCommitUnknown(absl::string_view sqlstate) {
  // With these the server says that it refused to commit. An engine that commits on other machines may answer anything
  // else (XX000, 58030, 57014 by a time limit) after they have done so.
  constexpr std::array<absl::string_view, 10> kRefusals = {
      "22", "23",        // A value, or a constraint that is checked at the commit.
      "25", "2D",        // The transaction was in no state to be committed.
      "40",              // It was rolled back: conflicts.
      "42", "44",        // Something is missing or not allowed.
      "53", "54", "55",  // Space, memory or locks were not to be had.
  };
  if (sqlstate == kCompletionUnknown) return true;
  return std::none_of(kRefusals.begin(), kRefusals.end(),
                      [sqlstate](absl::string_view name) { return IsOfClass(sqlstate, name); });
}

absl::Status CommitUnknownError() {
  return Unavailable(kCommitUnknown, "whether this was stored is not known: try again, with the same request_id");
}

absl::Status WriteError(const absl::Status& status) {
  const std::string sqlstate = SqlstateOf(status);
  if (sqlstate == kDiskFull) {
    return Unavailable(kStorageFull, "the store has no space left: nothing was written", absl::Seconds(10));
  }
  if (IsConnectionGone(sqlstate)) {
    return Unavailable(kStorageBusy, "the store cannot be reached: nothing was written");
  }
  if (sqlstate == kStopped || IsBusy(sqlstate)) {
    return Unavailable(kStorageBusy, "the store is too busy: nothing was written");
  }
  if (IsAboutTheValue(sqlstate)) return absl::InvalidArgumentError("a value is larger than the store can hold");
  return Internal(status.message());
}

absl::Status ReadError(const absl::Status& status) {
  const std::string sqlstate = SqlstateOf(status);
  if (sqlstate == kStopped) return Unavailable(kReadTooSlow, "the store took too long: ask for less");
  if (IsConnectionGone(sqlstate)) return Unavailable(kStorageBusy, "the store cannot be reached");
  if (IsBusy(sqlstate)) return Unavailable(kStorageBusy, "the store is too busy");
  return Internal(status.message());
}

}  // namespace ladder::records::postgres
