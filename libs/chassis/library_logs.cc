#include "libs/chassis/library_logs.h"

#include <google/protobuf/stubs/common.h>
#include <grpc/support/log.h>
#include <grpcpp/version_info.h>

#include <string>

#include "libs/chassis/log.h"

// gRPC 1.65 and Protobuf 22 were the first to log through Abseil.
#define LADDER_GRPC_LOGS_ITSELF (GRPC_CPP_VERSION_MAJOR == 1 && GRPC_CPP_VERSION_MINOR < 65)
#define LADDER_PROTOBUF_LOGS_ITSELF (GOOGLE_PROTOBUF_VERSION < 4022000)
#if LADDER_PROTOBUF_LOGS_ITSELF
#include <google/protobuf/stubs/logging.h>
#endif

namespace ladder {
namespace {

#if LADDER_GRPC_LOGS_ITSELF
void LogForGrpc(gpr_log_func_args* args) {
  // gRPC reports as errors what callers do, for example to hang up within a handshake.
  const LogLevel level = args->severity == GPR_LOG_SEVERITY_ERROR ? LogLevel::kWarning : LogLevel::kDebug;
  Log(level, "grpc", {{"message", args->message}});
}
#endif

#if LADDER_PROTOBUF_LOGS_ITSELF
void LogForProtobuf(google::protobuf::LogLevel level, const char* /*file*/, int /*line*/, const std::string& message) {
  const bool is_fatal = level == google::protobuf::LOGLEVEL_FATAL;
  Log(is_fatal ? LogLevel::kError : LogLevel::kDebug, "protobuf", {{"message", message}});
}
#endif

}  // namespace

void TakeOverLibraryLogs() {
#if LADDER_GRPC_LOGS_ITSELF
  gpr_set_log_function(&LogForGrpc);
#endif
#if LADDER_PROTOBUF_LOGS_ITSELF
  google::protobuf::SetLogHandler(&LogForProtobuf);
#endif
}

}  // namespace ladder
