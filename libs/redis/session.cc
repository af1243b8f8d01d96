#include "libs/redis/session.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/chassis/log.h"

namespace ladder::redis {
namespace {

std::vector<Session::Step> Greeting(const Options& options, Session::Step last_step) {
  std::vector<Session::Step> steps;
  if (!options.password.empty()) {
    std::vector<absl::string_view> arguments = {"AUTH"};
    if (!options.username.empty()) arguments.push_back(options.username);
    arguments.push_back(options.password.Reveal());
    steps.push_back({EncodeCommand(arguments), [](const Reply& reply) { return reply.IsStatus("OK"); }});
  }
  steps.push_back(std::move(last_step));
  return steps;
}

// An error's first word, such as LOADING. What follows may quote data.
std::string CodeOf(const Reply& reply) {
  if (reply.kind != Reply::Kind::kError) return "no error";
  const std::pair<std::string, std::string> parts = absl::StrSplit(reply.text, absl::MaxSplits(' ', 1));
  return parts.first;
}

}  // namespace

Session::Session(EventLoop* loop, const Options& options, absl::string_view role, Step last_step, Breaker* breaker,
                 Session::Handler* handler)
    : loop_(loop),
      options_(options),
      role_(role),
      address_(*ParseAddress(options.address)),  // Verified before.
      greeting_(Greeting(options, std::move(last_step))),
      breaker_(breaker),
      handler_(handler),
      timer_(loop, [this] { OnTimer(); }) {
  Connect();
}

void Session::Connect() {
  state_ = State::kConnecting;
  steps_done_ = 0;
  reader_ = std::make_unique<ReplyReader>(options_.max_value_bytes);
  timer_.Start(options_.connect_timeout);
  socket_ = std::make_unique<Socket>(loop_, address_, /*turn=*/generation_, static_cast<Socket::Handler*>(this));
}

void Session::OnConnected() {
  state_ = State::kGreeting;
  timer_.Start(options_.command_timeout);
  std::string bytes;
  for (const Step& step : greeting_) bytes += step.command;
  socket_->Send(std::move(bytes));
}

void Session::OnBytes(absl::string_view bytes) {
  const std::uint64_t generation = generation_;
  if (absl::Status status = reader_->Feed(bytes); !status.ok()) {
    Fail(status);
    return;
  }
  // As many turns as there are whole replies in what was fed, which is bounded.
  while (generation == generation_) {
    absl::StatusOr<std::optional<Reply>> reply = reader_->Next();
    if (reply.ok() && !reply->has_value()) return;
    const absl::Status status = reply.ok() ? Take(**std::move(reply)) : reply.status();
    if (!status.ok() && generation == generation_) Fail(status);
  }
}

absl::Status Session::Take(Reply reply) {
  if (state_ == State::kUp) return handler_->OnReply(std::move(reply));
  if (steps_done_ >= greeting_.size() || !greeting_[steps_done_].is_right(reply)) {
    return absl::UnavailableError(absl::StrCat("the greeting was answered with ", CodeOf(reply)));
  }
  if (++steps_done_ < greeting_.size()) return absl::OkStatus();
  state_ = State::kUp;
  timer_.Stop();
  breaker_->OnConnected();
  loss_is_logged_ = false;
  Log(LogLevel::kInfo, "redis_connected", {{"role", role_}, {"address", options_.address}});
  handler_->OnUp();
  return absl::OkStatus();
}

void Session::OnTimer() {
  switch (state_) {
    case State::kPausing:
      Connect();
      return;
    case State::kConnecting:
      Fail(absl::DeadlineExceededError("no connection in time"));
      return;
    case State::kGreeting:
      Fail(absl::DeadlineExceededError("no answer to the greeting in time"));
      return;
    case State::kUp:
      return;
  }
}

void Session::Send(std::string bytes) { socket_->Send(std::move(bytes)); }

void Session::Fail(const absl::Status& error) {
  if (state_ == State::kPausing) return;
  const bool was_up = state_ == State::kUp;
  ++generation_;
  state_ = State::kPausing;
  socket_.reset();
  reader_.reset();
  timer_.Start(breaker_->OnFailure());
  // Once for each loss: the attempts that follow would say the same again and again.
  if (!loss_is_logged_) {
    Log(LogLevel::kWarning, "redis_lost", {{"role", role_}, {"address", options_.address}, {"error", error.message()}});
    loss_is_logged_ = true;
  }
  if (was_up) handler_->OnDown(error);
}

}  // namespace ladder::redis
