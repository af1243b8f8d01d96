// File: http_server.h
//
// A small HTTP/1.1 server: one thread, every wait bounded, so that callers that send half a request and stay hold up
// nobody else.
//
//   auto server = HttpServer::Open({.listen = "[::1]:9464"}, [](const HttpRequest& request) {
//     return HttpResponse{.status = 200, .content_type = "text/plain", .body = "hello"};
//   });

#ifndef LADDER_LIBS_CHASSIS_HTTP_SERVER_H_
#define LADDER_LIBS_CHASSIS_HTTP_SERVER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace ladder {

struct HttpRequest {
  std::string method;  // "GET".
  std::string path;    // Without the query.
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};   // Not sent in answer to HEAD.
  std::string allow = {};  // With status 405: the methods that there are.
};

// Runs on the server's thread, so that it must not block for long. Does not throw.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

struct HttpServerOptions {
  // host:port, an address of IPv6 in brackets; [::] takes IPv4 as well. Port 0 takes a free one.
  std::string listen = {};
  // From the connection, or the first byte of a later request, to the end of the request.
  absl::Duration request_timeout = absl::Seconds(5);
  absl::Duration write_timeout = absl::Seconds(10);
  // Between two requests of a connection.
  absl::Duration idle_timeout = absl::Minutes(2);
  // Where one more comes, the oldest that is not being answered gives way.
  std::size_t max_connections = 64;
  // A larger head is answered with 431, a larger body with 413.
  std::size_t max_head_bytes = 8 << 10;
  std::size_t max_body_bytes = 0;
};

// Serves until it is destroyed, which closes every connection at once. Not thread-safe.
class HttpServer {
 public:
  // UNAVAILABLE where it cannot be listened on.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Open(HttpServerOptions options, HttpHandler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  // The port that is bound.
  int port() const;

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);

  const std::unique_ptr<Impl> impl_;
};

}  // namespace ladder

#endif  // LADDER_LIBS_CHASSIS_HTTP_SERVER_H_
