#include "libs/redis/protocol.h"

#include <hiredis/hiredis.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace ladder::redis {
namespace {

// The reader fills our own replies, through its table of functions: its default one would believe a server that
// announces an array of two thousand million elements, and set memory aside for all of them.

// Where the element that `task` reads belongs: in its array, or into a reply of its own. Null is an error to the
// reader.
Reply* Place(const redisReadTask* task) {
  if (task->parent == nullptr) return new Reply;
  auto* array = static_cast<Reply*>(task->parent->obj);
  return &array->elements[static_cast<std::size_t>(task->idx)];
}

void* MakeText(const redisReadTask* task, char* text, std::size_t size) {
  Reply* reply = Place(task);
  reply->kind = task->type == REDIS_REPLY_ERROR    ? Reply::Kind::kError
                : task->type == REDIS_REPLY_STATUS ? Reply::Kind::kStatus
                                                   : Reply::Kind::kString;
  reply->text.assign(text, size);
  return reply;
}

void* MakeInteger(const redisReadTask* task, long long number) {  // NOLINT(google-runtime-int): hiredis's type.
  Reply* reply = Place(task);
  reply->kind = Reply::Kind::kInteger;
  reply->integer = number;
  return reply;
}

void* MakeNil(const redisReadTask* task) { return Place(task); }

redisReplyObjectFunctions* Functions() {
  static redisReplyObjectFunctions functions = [] {
    redisReplyObjectFunctions table{};
    table.createString = MakeText;
    // The count is an int or a size_t, depending on the version of hiredis.
    table.createArray = [](const redisReadTask* task, auto count) -> void* {
      if (count > ReplyReader::kMaxElements) return nullptr;
      Reply* reply = Place(task);
      reply->kind = Reply::Kind::kArray;
      reply->elements.resize(static_cast<std::size_t>(count));
      return reply;
    };
    table.createInteger = MakeInteger;
    table.createNil = MakeNil;
    table.freeObject = [](void* reply) { delete static_cast<Reply*>(reply); };
    return table;
  }();
  return &functions;
}

}  // namespace

std::string EncodeCommand(const std::vector<absl::string_view>& arguments) {
  std::string bytes = absl::StrCat("*", arguments.size(), "\r\n");
  for (absl::string_view argument : arguments) absl::StrAppend(&bytes, "$", argument.size(), "\r\n", argument, "\r\n");
  return bytes;
}

void ReplyReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

ReplyReader::ReplyReader(std::size_t max_reply_bytes)
    : max_reply_bytes_(max_reply_bytes), reader_(redisReaderCreateWithFunctions(Functions())) {}

absl::Status ReplyReader::Feed(absl::string_view bytes) {
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) {
    return absl::DataLossError(absl::StrCat("not Redis's protocol: ", reader_->errstr));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Reply>> ReplyReader::Next() {
  void* object = nullptr;
  if (redisReaderGetReply(reader_.get(), &object) != REDIS_OK) {
    return absl::DataLossError(absl::StrCat("not Redis's protocol: ", reader_->errstr));
  }
  if (object == nullptr) {
    // What is left is the beginning of one reply.
    if (reader_->len - reader_->pos > max_reply_bytes_) {
      return absl::ResourceExhaustedError(absl::StrCat("a reply is longer than ", max_reply_bytes_, " bytes"));
    }
    return std::nullopt;
  }
  const std::unique_ptr<Reply> reply(static_cast<Reply*>(object));
  return std::move(*reply);
}

}  // namespace ladder::redis
