// File: stop_signal.h
//
// Waits for SIGTERM, SIGINT or a request from inside the process. PrepareProcess has blocked the signals before.

#ifndef LADDER_LIBS_CHASSIS_STOP_SIGNAL_H_
#define LADDER_LIBS_CHASSIS_STOP_SIGNAL_H_

#include <string>

namespace ladder {

// Request is thread-safe; Wait is for one thread.
class StopSignal {
 public:
  StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  ~StopSignal();

  void Request();
  // What came: "SIGTERM", "SIGINT" or "request". A request made before counts.
  std::string Wait();

 private:
  int request_fd_;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_STOP_SIGNAL_H_
