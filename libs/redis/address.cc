#include "libs/redis/address.h"

#include <sys/un.h>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace ladder::redis {

absl::StatusOr<Address> ParseAddress(absl::string_view text) {
  const auto fault = [text] {
    return absl::InvalidArgumentError(absl::StrCat("'", text, "' is neither host:port nor unix:/path"));
  };
  Address address;
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "unix:")) {
    address.unix_path.assign(rest.data(), rest.size());
    if (rest.empty() || rest.size() >= sizeof(sockaddr_un::sun_path)) return fault();
    return address;
  }
  const std::size_t colon = rest.rfind(':');
  if (colon == absl::string_view::npos) return fault();
  absl::string_view host = rest.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[") != absl::ConsumeSuffix(&host, "]")) return fault();
  int port = 0;
  if (host.empty() || !absl::SimpleAtoi(rest.substr(colon + 1), &port) || port < 1 || port > 65'535) return fault();
  address.host.assign(host.data(), host.size());
  address.port = absl::StrCat(port);
  return address;
}

}  // namespace ladder::redis
