#include "libs/chassis/stop_signal.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace ladder {

StopSignal::StopSignal() : request_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

StopSignal::~StopSignal() { close(request_fd_); }

void StopSignal::Request() {
  const std::uint64_t one = 1;
  // Can only fail where 2^64 - 2 requests wait already.
  [[maybe_unused]] const ssize_t written = write(request_fd_, &one, sizeof(one));
}

std::string StopSignal::Wait() {
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  const int signal_fd = signalfd(-1, &stop_signals, SFD_CLOEXEC);
  pollfd waiting[] = {{request_fd_, POLLIN, 0}, {signal_fd, POLLIN, 0}};
  while (poll(waiting, 2, /*timeout=*/-1) < 0 && errno == EINTR) {
  }
  std::string what = "request";
  if ((waiting[1].revents & POLLIN) != 0) {
    signalfd_siginfo info{};
    if (read(signal_fd, &info, sizeof(info)) == sizeof(info)) what = info.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM";
  }
  close(signal_fd);
  return what;
}

}  // namespace ladder
