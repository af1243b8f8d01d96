#include "libs/redis/commands.h"

#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ladder::redis {
namespace {

// Errors that say that this server is not the one to ask, and may never be again: only another connection helps.
constexpr std::array<absl::string_view, 7> kWrongServer = {"READONLY",   "MOVED",       "ASK",   "LOADING",
                                                           "MASTERDOWN", "CLUSTERDOWN", "NOAUTH"};

absl::Status Expired() { return absl::DeadlineExceededError("redis did not reply in time"); }

}  // namespace

Commands::Commands(EventLoop* loop, const Options& options, Breaker* breaker)
    : timer_(loop, [this] { OnTimer(); }),
      session_(loop, options, "commands",
               {EncodeCommand({"PING"}), [](const Reply& reply) { return reply.IsStatus("PONG"); }}, breaker, this) {}

Commands::~Commands() {
  for (Command& command : std::exchange(under_way_, {})) command.done(absl::CancelledError("the client was stopped"));
}

void Commands::Send(Command command) {
  if (!session_.IsUp()) {
    command.done(absl::UnavailableError("redis is not connected"));
    return;
  }
  const absl::Duration left = command.deadline - MonotonicNow();
  if (left <= absl::ZeroDuration()) {
    command.done(Expired());
    return;
  }
  std::string bytes = std::move(command.bytes);
  under_way_.push_back(std::move(command));
  if (!timer_.IsActive()) timer_.Start(left);
  session_.Send(std::move(bytes));  // May fail the session, which finishes the command.
}

absl::Status Commands::OnReply(Reply reply) {
  if (under_way_.empty()) return absl::DataLossError("a reply to no command");
  Command command = std::move(under_way_.front());
  under_way_.pop_front();
  if (reply.kind == Reply::Kind::kError) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(reply.text, absl::MaxSplits(' ', 1));
    for (absl::string_view code : kWrongServer) {
      if (parts.first != code) continue;
      command.done(absl::UnavailableError(absl::StrCat("redis cannot serve: ", code)));
      return absl::UnavailableError(absl::StrCat("the server answered ", code));
    }
    // The code only: what follows may quote data.
    command.done(absl::FailedPreconditionError(absl::StrCat("redis refused the command: ", parts.first)));
    return absl::OkStatus();
  }
  if (!command.is_right(reply)) {
    command.done(absl::UnavailableError("redis replied with something else"));
    return absl::DataLossError("a reply of the wrong kind");
  }
  command.done(std::move(reply));
  return absl::OkStatus();
}

void Commands::OnDown(const absl::Status& /*error*/) {
  timer_.Stop();
  const absl::Duration now = MonotonicNow();
  for (Command& command : std::exchange(under_way_, {})) {
    command.done(command.deadline <= now ? Expired() : absl::UnavailableError("the connection to redis broke"));
  }
}

void Commands::OnTimer() {
  if (under_way_.empty()) return;
  const absl::Duration left = under_way_.front().deadline - MonotonicNow();
  if (left > absl::ZeroDuration()) {
    timer_.Start(left);
  } else {
    session_.Fail(Expired());
  }
}

}  // namespace ladder::redis
