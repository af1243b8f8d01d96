// File: library_logs.h
//
// gRPC and Protobuf write to standard error in forms of their own. A server's log holds one JSON object a line.

#ifndef LADDER_LIBS_CHASSIS_LIBRARY_LOGS_H_
#define LADDER_LIBS_CHASSIS_LIBRARY_LOGS_H_

namespace ladder {

// From now on both write through Log(). What Protobuf says of a message that it cannot read is told to the caller, so
// the log has it only at the level debug. Newer releases of both log through Abseil, which is left as it is.
void TakeOverLibraryLogs();

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_LIBRARY_LOGS_H_
