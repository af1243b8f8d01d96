// File: protocol.h
//
// Redis's wire format: hiredis's reader, with a bound on everything that the other side could make large. Hiredis's
// asynchronous API is not used: docs/decisions/redis-parser-only.md says why.

#ifndef LADDER_LIBS_REDIS_PROTOCOL_H_
#define LADDER_LIBS_REDIS_PROTOCOL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct redisReader;

namespace ladder::redis {

struct Reply {
  enum class Kind { kNil, kString, kStatus, kError, kInteger, kArray };

  Kind kind = Kind::kNil;
  std::string text;  // Of a string, status or error.
  std::int64_t integer = 0;
  std::vector<Reply> elements;

  bool IsString() const { return kind == Kind::kString; }
  bool IsStatus(absl::string_view expected) const { return kind == Kind::kStatus && text == expected; }
};

// The bytes of a command; arguments may hold any bytes.
std::string EncodeCommand(const std::vector<absl::string_view>& arguments);

// Takes bytes as they come, gives replies as they are complete. Not thread-safe. After an error it is of no more use.
class ReplyReader {
 public:
  // Published messages have three elements; nothing else that we ask for answers with an array.
  static constexpr int kMaxElements = 8;

  explicit ReplyReader(std::size_t max_reply_bytes);

  // DATA_LOSS where the bytes are no replies, RESOURCE_EXHAUSTED where one grows above the limit.
  absl::Status Feed(absl::string_view bytes);
  // The next complete reply, if there is one.
  absl::StatusOr<std::optional<Reply>> Next();

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };

  const std::size_t max_reply_bytes_;
  const std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace ladder::redis

#endif  // LADDER_LIBS_REDIS_PROTOCOL_H_
