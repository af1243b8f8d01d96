// File: trace.h
//
// Which trace a call belongs to, as W3C Trace Context writes it into the metadata `traceparent`.
//
//   std::optional<TraceContext> caller = ParseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

#ifndef LADDER_LIBS_CHASSIS_TRACE_H_
#define LADDER_LIBS_CHASSIS_TRACE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace ladder {

// The metadata's key.
inline constexpr char kTraceparent[] = "traceparent";

struct TraceContext {
  std::string trace_id;  // 16 bytes; empty: of no trace.
  std::string span_id;   // 8 bytes: the span under which others go.
  bool sampled = false;  // Whether it is kept and shown.

  bool IsSet() const { return !trace_id.empty(); }

  friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

// Nothing where it is no traceparent of a version that can be read; a trace goes on without it.
std::optional<TraceContext> ParseTraceparent(absl::string_view text);

// REQUIRES: it is set.
std::string ToTraceparent(const TraceContext& context);

// In lower case, as ids are written.
std::string HexOf(absl::string_view bytes);

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_TRACE_H_
