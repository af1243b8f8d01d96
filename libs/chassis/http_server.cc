// One thread runs all handlers, so they need no fences between them, which ThreadSanitizer cannot follow.
#define BOOST_ASIO_DISABLE_FENCED_BLOCK

#include "libs/chassis/http_server.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <exception>
#include <list>
#include <optional>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "libs/chassis/log.h"

namespace ladder {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int kListenBacklog = 128;
// After a failed accept, which is for want of file descriptors.
constexpr std::chrono::milliseconds kPauseAfterFailedAccept{100};
// What is still read, and thrown away, of a request that was refused: a connection that is closed with bytes unread is
// reset, and its caller may not see why.
constexpr std::size_t kMaxDiscardedBytes = 256 << 10;

absl::Status NotListening(const std::string& listen, absl::string_view why) {
  return absl::UnavailableError(absl::StrCat("cannot listen on ", listen, "; is the port taken? (", why, ")"));
}

// The status for a request that cannot be read; 0 where the caller is not there to be told.
int RefusalOf(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
  if (error == http::error::body_limit) return 413;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return 0;
  return error.category() == http::make_error_code(http::error::bad_method).category() ? 400 : 0;
}

// One connection. Lives as long as an operation on it is under way; the server lists it to bound their number.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  // Both are borrowed and outlive it.
  Connection(tcp::socket socket, const HttpServerOptions* options, const HttpHandler* handler)
      : options_(*options),
        handler_(*handler),
        stream_(std::move(socket)),
        buffer_(options->max_head_bytes + options->max_body_bytes + kSlack) {}

  void Start() { ReadRequest(); }
  void Close() {
    error_code ignored;
    stream_.socket().close(ignored);
  }
  bool is_open() const { return stream_.socket().is_open(); }
  bool is_answered() const { return answering_; }

 private:
  // What a read may take beyond a head.
  static constexpr std::size_t kSlack = 4 << 10;

  void Limit(absl::Duration time) { stream_.expires_after(absl::ToChronoNanoseconds(time)); }

  void ReadRequest() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(options_.max_head_bytes));
    parser_->body_limit(options_.max_body_bytes);
    Limit(options_.request_timeout);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](const error_code& error, std::size_t) { self->OnRequest(error); });
  }

  void OnRequest(const error_code& error) {
    if (error) {
      const int refusal = RefusalOf(error);
      refusal == 0 ? Close() : Answer({.status = refusal}, /*keep=*/false);
      return;
    }
    const auto& request = parser_->get();
    is_head_ = request.method() == http::verb::head;
    const absl::string_view target(request.target().data(), request.target().size());
    Answer(handler_({.method = std::string(request.method_string()),
                     .path = std::string(target.substr(0, target.find('?'))),
                     .body = request.body()}),
           request.keep_alive());
  }

  void Answer(HttpResponse response, bool keep) {
    answering_ = true;
    answer_ = {};
    answer_.result(static_cast<unsigned>(response.status));
    if (response.body.empty()) response.body = absl::StrCat(std::string(answer_.reason()), "\n");
    answer_.set(http::field::content_type, response.content_type);
    if (!response.allow.empty()) answer_.set(http::field::allow, response.allow);
    answer_.content_length(response.body.size());
    if (!is_head_) answer_.body() = std::move(response.body);
    answer_.keep_alive(keep);
    Limit(options_.write_timeout);
    http::async_write(stream_, answer_, [self = shared_from_this(), keep](const error_code& error, std::size_t) {
      self->OnAnswered(error, keep);
    });
  }

  void OnAnswered(const error_code& error, bool keep) {
    answering_ = false;
    is_head_ = false;
    if (error) return Close();
    if (keep) return WaitForNext();
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    Limit(options_.request_timeout);
    Discard(0);
  }

  void WaitForNext() {
    if (buffer_.size() > 0) return ReadRequest();
    Limit(options_.idle_timeout);
    stream_.async_read_some(buffer_.prepare(kSlack),
                            [self = shared_from_this()](const error_code& error, std::size_t bytes) {
                              if (error) return self->Close();
                              self->buffer_.commit(bytes);
                              self->ReadRequest();
                            });
  }

  void Discard(std::size_t before) {
    stream_.async_read_some(asio::buffer(discarded_),
                            [self = shared_from_this(), before](const error_code& error, std::size_t bytes) {
                              if (error || before + bytes > kMaxDiscardedBytes) return self->Close();
                              self->Discard(before + bytes);
                            });
  }

  const HttpServerOptions& options_;
  const HttpHandler& handler_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> answer_;
  std::array<char, 4096> discarded_;
  bool answering_ = false;
  bool is_head_ = false;
};

}  // namespace

class HttpServer::Impl {
 public:
  Impl(HttpServerOptions options, HttpHandler handler) : options_(std::move(options)), handler_(std::move(handler)) {}

  ~Impl() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  // The first address of the host that can be listened on.
  absl::Status Listen() {
    const std::size_t colon = options_.listen.rfind(':');
    if (colon == std::string::npos) return NotListening(options_.listen, "not host:port");
    absl::string_view host = absl::string_view(options_.listen).substr(0, colon);
    if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
    error_code error;
    tcp::resolver resolver(io_);
    const auto found = resolver.resolve(std::string(host), options_.listen.substr(colon + 1),
                                        tcp::resolver::passive | tcp::resolver::numeric_service, error);
    if (error) return NotListening(options_.listen, error.message());
    for (const auto& entry : found) {
      error = ListenOn(entry.endpoint());
      if (!error) break;
    }
    if (error) return NotListening(options_.listen, error.message());
    port_ = acceptor_.local_endpoint(error).port();
    Accept();
    thread_ = std::thread([this] { io_.run(); });
    return absl::OkStatus();
  }

  int port() const { return port_; }

 private:
  error_code ListenOn(const tcp::endpoint& endpoint) {
    error_code error;
    error_code ignored;
    acceptor_.close(ignored);
    acceptor_.open(endpoint.protocol(), error);
    if (error) return error;
    // Takes a port that old connections still hold, but none that another process listens on.
    acceptor_.set_option(asio::socket_base::reuse_address(true), ignored);
    if (endpoint.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(false), ignored);
    acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(kListenBacklog, error);
    return error;
  }

  void Accept() {
    acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return AcceptLater(error);
      Take(std::move(socket));
      Accept();
    });
  }

  void AcceptLater(const error_code& why) {
    Log(LogLevel::kWarning, "http_accept_failed", {{"error", why.message()}});
    pause_.expires_after(kPauseAfterFailedAccept);
    pause_.async_wait([this](const error_code& error) {
      if (!error) Accept();
    });
  }

  void Take(tcp::socket socket) {
    connections_.remove_if([](const std::weak_ptr<Connection>& weak) {
      const std::shared_ptr<Connection> connection = weak.lock();
      return connection == nullptr || !connection->is_open();
    });
    if (connections_.size() >= options_.max_connections && !CloseOldest()) return;
    const auto connection = std::make_shared<Connection>(std::move(socket), &options_, &handler_);
    connections_.push_back(connection);
    connection->Start();
  }

  // False where each is being answered.
  bool CloseOldest() {
    for (auto oldest = connections_.begin(); oldest != connections_.end(); ++oldest) {
      const std::shared_ptr<Connection> connection = oldest->lock();
      if (connection != nullptr && connection->is_answered()) continue;
      if (connection != nullptr) connection->Close();
      connections_.erase(oldest);
      return true;
    }
    return false;
  }

  const HttpServerOptions options_;
  const HttpHandler handler_;
  // Owns what is under way, so it goes before what that refers to. One thread runs it, so nothing here needs a lock.
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  asio::steady_timer pause_{io_};
  std::list<std::weak_ptr<Connection>> connections_;  // The oldest first.
  int port_ = 0;
  std::thread thread_;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() = default;

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Open(HttpServerOptions options, HttpHandler handler) {
  const std::string listen = options.listen;
  try {
    auto impl = std::make_unique<Impl>(std::move(options), std::move(handler));
    if (absl::Status status = impl->Listen(); !status.ok()) return status;
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
  } catch (const std::exception& error) {
    return NotListening(listen, error.what());
  }
}

int HttpServer::port() const { return impl_->port(); }

}  // namespace ladder
