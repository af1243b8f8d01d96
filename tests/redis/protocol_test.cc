#include "libs/redis/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/chassis/random.h"
#include "tests/testing/status_matchers.h"

namespace ladder::redis {
namespace {

using ::ladder::testing::IsOk;
using ::ladder::testing::StatusIs;

constexpr std::size_t kLimit = 1000;

TEST(EncodeCommandTest, KeepsEveryByte) {
  EXPECT_EQ(EncodeCommand({"SET", "k", absl::string_view("a\0\r\n", 4)}),
            std::string("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\na\0\r\n\r\n", 30));
}

TEST(ReplyReaderTest, ReadsEveryKindHoweverTheBytesAreCut) {
  const std::string bytes = "+OK\r\n-ERR no\r\n:42\r\n$3\r\na\r\n\r\n$-1\r\n*2\r\n$1\r\nx\r\n:7\r\n";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    ReplyReader reader(kLimit);
    std::vector<Reply> replies;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      ASSERT_OK(reader.Feed(bytes.substr(at, piece)));
      while (true) {
        ASSERT_OK_AND_ASSIGN(std::optional<Reply> reply, reader.Next());
        if (!reply.has_value()) break;
        replies.push_back(*std::move(reply));
      }
    }
    ASSERT_EQ(replies.size(), 6u);
    EXPECT_TRUE(replies[0].IsStatus("OK"));
    EXPECT_EQ(replies[1].kind, Reply::Kind::kError);
    EXPECT_EQ(replies[1].text, "ERR no");
    EXPECT_EQ(replies[2].integer, 42);
    EXPECT_EQ(replies[3].text, "a\r\n");
    EXPECT_EQ(replies[4].kind, Reply::Kind::kNil);
    ASSERT_EQ(replies[5].elements.size(), 2u);
    EXPECT_EQ(replies[5].elements[0].text, "x");
    EXPECT_EQ(replies[5].elements[1].integer, 7);
  }
}

TEST(ReplyReaderTest, RefusesWhatIsNoReply) {
  for (const absl::string_view bytes : {"HTTP/1.1 400 Bad Request\r\n\r\n", "$x\r\n", "$-7\r\n", "*-2\r\n", ":\r\n"}) {
    ReplyReader reader(kLimit);
    absl::Status status = reader.Feed(bytes);
    if (status.ok()) status = reader.Next().status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss)) << bytes;
  }
}

TEST(ReplyReaderTest, BelievesNoAnnouncementOfHugeArrays) {
  ReplyReader reader(kLimit);
  ASSERT_OK(reader.Feed("*2147483647\r\n"));
  EXPECT_THAT(reader.Next(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(ReplyReaderTest, GivesUpOnAReplyAboveTheLimit) {
  ReplyReader reader(kLimit);
  ASSERT_OK(reader.Feed("$10000000\r\n"));
  ASSERT_OK(reader.Next());
  ASSERT_OK(reader.Feed(std::string(kLimit + 1, 'x')));
  EXPECT_THAT(reader.Next(), StatusIs(absl::StatusCode::kResourceExhausted));
}

// Bytes drawn from what the protocol is made of reach deeper than arbitrary ones.
TEST(ReplyReaderTest, SurvivesAnyBytes) {
  const std::string alphabet = "*$+-:\r\n0123456789axyz";
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    SeededRandom random(seed);
    ReplyReader reader(kLimit);
    bool sound = true;
    for (int piece = 0; piece < 5 && sound; ++piece) {
      std::string bytes;
      for (std::uint64_t left = random.Next() % 20; left > 0; --left)
        bytes += alphabet[random.Next() % alphabet.size()];
      sound = reader.Feed(bytes).ok();
      for (int replies = 0; sound && replies < 100; ++replies) {
        const auto reply = reader.Next();
        sound = reply.ok();
        if (!sound || !reply->has_value()) break;
      }
    }
  }
}

}  // namespace
}  // namespace ladder::redis
