// File: score_stream.h
//
// One call of ScoreStream: replies in the order of the requests, each with its index and its own status; a bad item
// never ends the stream. Each item takes a place as a call does, and is refused where there is none; the stream itself
// takes none, and ends where its caller neither sends nor takes anything for a while (call_tracker.h). At most
// kMaxItemsUnderWay are under way; past that the stream is read no further until the caller has taken replies.

#ifndef LADDER_SCORING_SERVICE_RPC_SCORE_STREAM_H_
#define LADDER_SCORING_SERVICE_RPC_SCORE_STREAM_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <cstddef>

#include "libs/chassis/call_tracker.h"
#include "libs/chassis/clock.h"
#include "scoring-service/scorer.h"

namespace ladder::scoring {

inline constexpr std::size_t kMaxItemsUnderWay = 256;

// Bytes of replies that callers have not taken, in all streams together. Past it a stream takes one item at a time: it
// reads on once its caller has taken its replies.
inline constexpr std::size_t kMaxHeldReplyBytes = 32 << 20;

struct HeldReplies {
  std::atomic<std::size_t> bytes = 0;
};

// Starts to serve the call; the reactor deletes itself when gRPC is done with it. All are borrowed and outlive the
// server. A stream without a deadline may stay open as long as it is not idle; each item has the default deadline of a
// call, or the stream's where that is earlier.
grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartScoreStream(grpc::CallbackServerContext* context,
                                                                              CallTracker* calls, Scorer* scorer,
                                                                              HeldReplies* held_by_all);

}  // namespace ladder::scoring

#endif  // LADDER_SCORING_SERVICE_RPC_SCORE_STREAM_H_
