// File: caller.h
//
// What a part of a service that works for a call is told about it.

#ifndef LADDER_LIBS_CHASSIS_CALLER_H_
#define LADDER_LIBS_CHASSIS_CALLER_H_

#include "absl/time/time.h"
#include "libs/chassis/trace.h"

namespace ladder {

struct Caller {
  absl::Time deadline;      // Of the steady clock.
  TraceContext trace = {};  // Under which what is done for it goes.
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_CALLER_H_
