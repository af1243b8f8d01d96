#include "libs/chassis/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/tcp_client.h"
#include "tests/testing/waiting.h"

namespace ladder {
namespace {

using ::ladder::testing::StatusIs;
using ::ladder::testing::TcpClient;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

HttpResponse Echo(const HttpRequest& request) {
  if (request.method == "DELETE") return {.status = 405, .allow = "GET"};
  return {.body = absl::StrCat(request.method, " ", request.path, " ", request.body, "\n")};
}

std::unique_ptr<HttpServer> Open(HttpServerOptions options = {}) {
  if (options.listen.empty()) options.listen = "127.0.0.1:0";
  return *HttpServer::Open(std::move(options), Echo);
}

constexpr char kRequest[] = "GET /some/path?query=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

TEST(HttpServerTest, AnswersARequest) {
  const auto server = Open();
  EXPECT_THAT(TcpClient(server->port()).Ask(kRequest),
              AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"),
                    EndsWith("\r\n\r\nGET /some/path \n")));
}

TEST(HttpServerTest, AnswersOnIpv6) {
  const auto server = Open({.listen = "[::1]:0"});
  EXPECT_THAT(TcpClient(server->port(), AF_INET6).Ask(kRequest), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServerTest, AnswersOnIpv4AndIpv6WhereItListensOnEveryAddress) {
  const auto server = Open({.listen = "[::]:0"});
  EXPECT_THAT(TcpClient(server->port(), AF_INET6).Ask(kRequest), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(TcpClient(server->port(), AF_INET).Ask(kRequest), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServerTest, AnswersByName) {
  const auto server = Open({.listen = "localhost:0"});
  EXPECT_GT(server->port(), 0);
}

TEST(HttpServerTest, APortThatIsTakenIsAnErrorThatNamesIt) {
  const auto first = Open();
  const std::string listen = absl::StrCat("127.0.0.1:", first->port());
  EXPECT_THAT(HttpServer::Open({.listen = listen}, Echo), StatusIs(absl::StatusCode::kUnavailable, HasSubstr(listen)));
  EXPECT_THAT(HttpServer::Open({.listen = "no.such.host.invalid:1"}, Echo), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(HttpServerTest, AConnectionMayAskAgain) {
  const auto server = Open();
  TcpClient client(server->port());
  for (int i = 0; i < 3; ++i) {
    client.Send("GET /again HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(client.ReadUntil("GET /again \n"), StartsWith("HTTP/1.1 200"));
  }
  client.Send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReadToEnd(), AllOf(HasSubstr("GET /1 \n"), HasSubstr("GET /2 \n")));
}

TEST(HttpServerTest, TheAnswerToHeadHasNoBody) {
  const auto server = Open();
  EXPECT_THAT(TcpClient(server->port()).Ask("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Content-Length: 9\r\n"), EndsWith("\r\n\r\n")));
}

TEST(HttpServerTest, AMethodThatIsNotThereIsRefusedWithThoseThatAre) {
  const auto server = Open();
  EXPECT_THAT(TcpClient(server->port()).Ask("DELETE /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("Allow: GET\r\n")));
}

TEST(HttpServerTest, AnswersWhileTwiceAsManyAsItTakesAreHalfSent) {
  const auto server = Open({.max_connections = 64});
  std::vector<std::unique_ptr<TcpClient>> half_sent;
  for (int i = 0; i < 128; ++i) {
    half_sent.push_back(std::make_unique<TcpClient>(server->port()));
    half_sent.back()->Send("GET / HTTP/1.1\r\nX: ");
  }
  EXPECT_THAT(TcpClient(server->port()).Ask(kRequest), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(half_sent.front()->ReadToEnd(), IsEmpty()) << "the oldest gave way";
}

TEST(HttpServerTest, ARequestThatDoesNotCompleteInTimeIsClosed) {
  const auto server = Open({.request_timeout = absl::Milliseconds(50)});
  TcpClient silent(server->port());
  TcpClient half_sent(server->port());
  half_sent.Send("GET / HTTP/1.1\r\n");
  EXPECT_THAT(silent.ReadToEnd(), IsEmpty());
  EXPECT_THAT(half_sent.ReadToEnd(), IsEmpty());
}

TEST(HttpServerTest, AConnectionThatAsksNothingMoreIsClosed) {
  const auto server = Open({.idle_timeout = absl::Milliseconds(50)});
  EXPECT_THAT(TcpClient(server->port()).Ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST(HttpServerTest, AnAnswerThatIsNotTakenInTimeIsGivenUp) {
  auto opened =
      HttpServer::Open({.listen = "127.0.0.1:0", .write_timeout = absl::Milliseconds(50), .max_connections = 1},
                       [](const HttpRequest&) { return HttpResponse{.body = std::string(64 << 20, 'x')}; });
  ASSERT_OK(opened);
  TcpClient slow((*opened)->port());
  slow.Send(kRequest);
  // While it is being answered it does not give way, so the next ones wait for its end.
  EXPECT_TRUE(ladder::testing::Eventually([&] {
    TcpClient next((*opened)->port());
    next.Send(kRequest);
    return next.ReadUntil("HTTP/1.1 200") != "";
  }));
}

TEST(HttpServerTest, ALargeHeadIsRefused) {
  const auto server = Open();
  EXPECT_THAT(
      TcpClient(server->port()).Ask(absl::StrCat("GET / HTTP/1.1\r\nX: ", std::string(100'000, 'x'), "\r\n\r\n")),
      StartsWith("HTTP/1.1 431"));
}

TEST(HttpServerTest, ABodyAboveTheLimitIsRefusedAndOneBelowIsGiven) {
  const std::string request = "POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";
  const auto none = Open();
  EXPECT_THAT(TcpClient(none->port()).Ask(request), StartsWith("HTTP/1.1 413"));
  const auto some = Open({.max_body_bytes = 5});
  EXPECT_THAT(TcpClient(some->port()).Ask(request), EndsWith("POST /x hello\n"));
}

TEST(HttpServerTest, GarbageIsRefusedAndOthersAreServed) {
  const auto server = Open();
  for (const std::string& garbage :
       {std::string("\x16\x03\x01\x02\r\n\r\n"), std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        std::string("GET\r\n\r\n"), std::string(300, '\0')}) {
    EXPECT_THAT(TcpClient(server->port()).Ask(garbage), StartsWith("HTTP/1.1 400"));
  }
  EXPECT_THAT(TcpClient(server->port()).Ask(kRequest), Not(IsEmpty()));
}

TEST(HttpServerTest, StopsWhileConnectionsAreOpen) {
  auto server = Open();
  TcpClient silent(server->port());
  TcpClient half_sent(server->port());
  half_sent.Send("GET / HTTP/1.1\r\n");
  TcpClient waits(server->port());
  waits.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(waits.ReadUntil("GET / \n"), Not(IsEmpty()));
  server.reset();
  EXPECT_THAT(silent.ReadToEnd(), IsEmpty());
  EXPECT_THAT(half_sent.ReadToEnd(), IsEmpty());
}

}  // namespace
}  // namespace ladder
