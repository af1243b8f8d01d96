#include "libs/redis/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ladder::redis {
namespace {

constexpr std::size_t kReadBytes = 64 << 10;  // At most this much is read at a time.
// Bytes that the other side's kernel has not confirmed by then break the connection; by default that takes minutes.
constexpr unsigned kTcpUserTimeoutMs = 5'000;
constexpr unsigned kTcpKeepaliveSeconds = 10;

}  // namespace

// What libuv holds pointers to. It lives until the handle is closed and the resolving has ended; `handler_` is null
// once the socket is gone, and from then on nothing is told.
class Socket::Core {
 public:
  Core(EventLoop* loop, const Address& address, std::size_t turn, Handler* handler) : handler_(handler), turn_(turn) {
    resolve_.data = this;
    if (!address.unix_path.empty()) {
      uv_pipe_init(loop->uv(), &handle_.pipe, /*ipc=*/0);
      handle_.any.data = this;
      uv_pipe_connect(&connect_, &handle_.pipe, address.unix_path.c_str(), OnConnected);
      return;
    }
    is_tcp_ = true;
    uv_tcp_init(loop->uv(), &handle_.tcp);
    handle_.any.data = this;
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    // A thread of libuv's resolves, never the loop's own: a name server that hangs must not hold up deadlines. Where
    // this cannot even begin, the owner's time limit ends the attempt.
    resolving_ =
        uv_getaddrinfo(loop->uv(), &resolve_, OnResolved, address.host.c_str(), address.port.c_str(), &hints) == 0;
  }

  void Send(std::string bytes) {
    auto* write = new Write{{}, std::move(bytes)};
    write->request.data = write;
    const uv_buf_t buffer = uv_buf_init(write->bytes.data(), static_cast<unsigned>(write->bytes.size()));
    const int error = uv_write(&write->request, &handle_.stream, &buffer, 1, OnWritten);
    if (error == 0) return;
    delete write;
    Break("write", error);
  }

  void Close() {
    handler_ = nullptr;
    if (resolving_) uv_cancel(reinterpret_cast<uv_req_t*>(&resolve_));
    uv_close(&handle_.any, [](uv_handle_t* handle) {
      Core* core = static_cast<Core*>(handle->data);
      core->closed_ = true;
      core->DeleteWhenUnused();
    });
  }

 private:
  struct Write {
    uv_write_t request;
    std::string bytes;
  };

  static void OnResolved(uv_getaddrinfo_t* request, int error, addrinfo* found) {
    Core* core = static_cast<Core*>(request->data);
    const std::unique_ptr<addrinfo, decltype(&uv_freeaddrinfo)> owner(found, &uv_freeaddrinfo);
    core->resolving_ = false;
    if (core->handler_ == nullptr) {
      core->DeleteWhenUnused();
      return;
    }
    if (error == 0) {
      error = uv_tcp_connect(&core->connect_, &core->handle_.tcp, core->Choose(found)->ai_addr, OnConnected);
    }
    if (error != 0) core->Break("resolve", error);
  }

  static void OnConnected(uv_connect_t* request, int error) {
    Core* core = static_cast<Core*>(request->handle->data);
    if (core->handler_ == nullptr) return;
    if (error == 0) error = uv_read_start(&core->handle_.stream, OnAllocate, OnRead);
    if (error != 0) {
      core->Break("connect", error);
      return;
    }
    if (core->is_tcp_) core->SetTcpOptions();
    core->handler_->OnConnected();
  }

  static void OnAllocate(uv_handle_t* handle, std::size_t /*suggested*/, uv_buf_t* buffer) {
    *buffer = uv_buf_init(static_cast<Core*>(handle->data)->read_buffer_.data(), kReadBytes);
  }

  static void OnRead(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
    Core* core = static_cast<Core*>(stream->data);
    if (core->handler_ == nullptr || size == 0) return;
    if (size < 0) {
      core->Break("read", static_cast<int>(size));
    } else {
      core->handler_->OnBytes(absl::string_view(buffer->base, static_cast<std::size_t>(size)));
    }
  }

  static void OnWritten(uv_write_t* request, int error) {
    Core* core = static_cast<Core*>(request->handle->data);
    delete static_cast<Write*>(request->data);
    if (error != 0) core->Break("write", error);
  }

  void Break(absl::string_view what, int error) {
    if (handler_ == nullptr) return;
    handler_->OnBroken(absl::UnavailableError(absl::StrCat(what, ": ", uv_strerror(error))));
  }

  const addrinfo* Choose(const addrinfo* found) const {
    std::size_t count = 1;  // Where resolving went well there is at least one.
    for (const addrinfo* each = found->ai_next; each != nullptr; each = each->ai_next) ++count;
    const addrinfo* chosen = found;
    for (std::size_t skip = turn_ % count; skip > 0; --skip) chosen = chosen->ai_next;
    return chosen;
  }

  void SetTcpOptions() {
    uv_tcp_nodelay(&handle_.tcp, 1);
    uv_tcp_keepalive(&handle_.tcp, 1, kTcpKeepaliveSeconds);
    uv_os_fd_t descriptor = -1;
    if (uv_fileno(&handle_.any, &descriptor) != 0) return;
    setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &kTcpUserTimeoutMs, sizeof(kTcpUserTimeoutMs));
  }

  void DeleteWhenUnused() {
    if (closed_ && !resolving_) delete this;
  }

  Handler* handler_;
  const std::size_t turn_;
  union {
    uv_handle_t any;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
  } handle_;
  uv_connect_t connect_;
  uv_getaddrinfo_t resolve_;
  bool is_tcp_ = false;
  bool resolving_ = false;
  bool closed_ = false;
  std::array<char, kReadBytes> read_buffer_;
};

Socket::Socket(EventLoop* loop, const Address& address, std::size_t turn, Handler* handler)
    : core_(new Core(loop, address, turn, handler)) {}

Socket::~Socket() { core_->Close(); }

void Socket::Send(std::string bytes) { core_->Send(std::move(bytes)); }

}  // namespace ladder::redis
