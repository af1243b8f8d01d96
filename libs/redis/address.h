// File: address.h
//
// Where a Redis listens: "host:port", "[::1]:port" or "unix:/path".

#ifndef LADDER_LIBS_REDIS_ADDRESS_H_
#define LADDER_LIBS_REDIS_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace ladder::redis {

struct Address {
  std::string unix_path;  // Empty for TCP.
  std::string host;
  std::string port;
};

absl::StatusOr<Address> ParseAddress(absl::string_view text);

}  // namespace ladder::redis

#endif  // LADDER_LIBS_REDIS_ADDRESS_H_
