#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "tools/ladderctl/app.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_DFL);
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  constexpr int kNarrowest = 40;
  const int width = known ? std::max<int>(size.ws_col, kNarrowest) : 100;
  const ladder::ctl::Terminal terminal{std::cin, std::cout, std::cerr, width, isatty(STDERR_FILENO) == 1};
  return ladder::ctl::RunLadderctl(std::vector<std::string>(argv + 1, argv + argc), terminal);
}
