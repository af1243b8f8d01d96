// Goal: the service as a client meets it: statuses and details over the wire, the order and the limits of streams,
// calls that are cancelled or drained. Method: a real server and a real client over loopback; records, Redis and time
// are fakes, and a source that lets go of quizzes only when the test says so.

#include "scoring-service/rpc/handlers.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ladder/scoring/v1/scoring_service.grpc.pb.h"
#include "libs/chassis/errors.h"
#include "libs/chassis/grpc_status.h"
#include "libs/chassis/server.h"
#include "scoring-service/rpc/score_stream.h"
#include "tests/scoring-service/fakes/service_fixture.h"

namespace ladder::scoring {
namespace {

using ::testing::HasSubstr;

constexpr char kService[] = "ladder.scoring.v1.ScoringService";

// Passes calls on when it is told to, and knows how many waited at most.
class GatedSource final : public QuizSource {
 public:
  explicit GatedSource(QuizSource* next) : next_(next) {}

  CompiledQuizPtr Peek(const quiz::QuizName&) override { return nullptr; }

  void Get(const quiz::QuizName& name, absl::Time deadline, Callback done) override {
    std::function<void()> call = [this, name, deadline, done = std::move(done)] {
      next_->Get(name, deadline, [this, done](absl::StatusOr<CompiledQuizPtr> quiz) {
        {
          MutexLock lock(&mutex_);
          --under_way_;
        }
        done(std::move(quiz));
      });
    };
    {
      MutexLock lock(&mutex_);
      most_under_way_ = std::max(most_under_way_, ++under_way_);
      changed_.NotifyAll();
      if (!open_) {
        waiting_.push_back(std::move(call));
        return;
      }
    }
    call();
  }

  void Open() {
    std::vector<std::function<void()>> waiting;
    {
      MutexLock lock(&mutex_);
      open_ = true;
      waiting.swap(waiting_);
    }
    for (const auto& call : waiting) call();
  }
  void WaitUntilUnderWay(std::size_t count) {
    MutexLock lock(&mutex_);
    while (under_way_ < count) changed_.Wait(lock);
  }
  std::size_t most_under_way() {
    MutexLock lock(&mutex_);
    return most_under_way_;
  }

 private:
  QuizSource* const next_;
  Mutex mutex_;
  CondVar changed_;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  std::size_t under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t most_under_way_ ABSL_GUARDED_BY(mutex_) = 0;
};

class HandlersTest : public ServiceFixture {
 protected:
  using Stream = grpc::ClientReaderWriter<v1::ScoreStreamRequest, v1::ScoreStreamResponse>;

  HandlersTest() { Serve(scorer_.get()); }
  ~HandlersTest() override {
    gate_.Open();
    server_->Drain();
  }

  void Serve(Scorer* scorer, absl::Duration drain_grace = absl::Seconds(30)) {
    ServerOptions options;
    options.drain_delay = absl::ZeroDuration();
    options.drain_grace = drain_grace;
    server_ = std::make_unique<Server>(options, &clock_);
    handlers_ = NewScoringHandlers(&server_->calls(), scorer);
    ASSERT_TRUE(server_->Start({{kService, handlers_.get()}}).ok());
    stub_ = v1::ScoringService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials()));
  }

  // From now on a call waits for a quiz until the gate opens.
  void ServeGated(absl::Duration drain_grace = absl::Seconds(30)) {
    server_->Drain();
    Serve(&gated_scorer_, drain_grace);
  }

  absl::Status Call(const v1::ScoreRequest& request, v1::ScoreResponse* response = nullptr) {
    grpc::ClientContext context;
    v1::ScoreResponse ignored;
    return FromGrpcStatus(stub_->Score(&context, request, response == nullptr ? &ignored : response));
  }

  static v1::ScoreStreamRequest Item(const v1::ScoreRequest& request) {
    v1::ScoreStreamRequest item;
    *item.mutable_request() = request;
    return item;
  }

  // Reads to the end of the stream.
  static std::vector<v1::ScoreStreamResponse> ReadAll(Stream& stream) {
    std::vector<v1::ScoreStreamResponse> replies;
    for (v1::ScoreStreamResponse reply; stream.Read(&reply);) replies.push_back(reply);
    return replies;
  }

  GatedSource gate_{stack_->source()};
  Scorer gated_scorer_{&gate_, recorder_.get(), possible_.get(), &clock_};
  std::unique_ptr<Server> server_;
  std::unique_ptr<grpc::Service> handlers_;
  std::unique_ptr<v1::ScoringService::Stub> stub_;
};

TEST_F(HandlersTest, EveryUnaryMethodAnswers) {
  v1::ScoreResponse response;
  ASSERT_TRUE(Call(MoodRecordRequest("r-1"), &response).ok());
  EXPECT_EQ(response.result().stage().stage(), "high");
  EXPECT_EQ(response.assessment(), records_.recorded("r-1").name());

  grpc::ClientContext form_context;
  v1::GetFormRequest form_request;
  form_request.set_quiz("quizzes/mood");
  v1::Form form;
  ASSERT_TRUE(stub_->GetForm(&form_context, form_request, &form).ok());
  EXPECT_EQ(form.items_size(), 4);

  grpc::ClientContext next_context;
  v1::NextItemsRequest next_request;
  next_request.set_quiz("quizzes/mood");
  v1::NextItemsResponse next;
  ASSERT_TRUE(stub_->NextItems(&next_context, next_request, &next).ok());
  EXPECT_EQ(next.items_size(), 3);
}

TEST_F(HandlersTest, DetailsOfAnErrorReachTheCaller) {
  v1::ScoreRequest request = MoodRequest();
  request.mutable_answers(1)->set_option("maybe");
  const absl::Status status = Call(request);
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  ASSERT_EQ(ViolationsOf(status).size(), 1u);
  EXPECT_EQ(ViolationsOf(status)[0].field, "answers[1].option");
  EXPECT_TRUE(absl::IsNotFound(Call(MoodRequest("quizzes/nothing"))));
}

TEST_F(HandlersTest, TenThousandBadAnswersGetAClearError) {
  v1::ScoreRequest request = MoodRequest();
  for (int i = 0; i < 10'000; ++i) {
    quiz::v1::Answer& answer = *request.add_answers();
    answer.set_item(absl::StrCat("nothing_that_the_quiz_has_", i));
    answer.set_option("often");
  }
  const absl::Status status = Call(request);
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_FALSE(ViolationsOf(status).empty());
}

TEST_F(HandlersTest, AMessageOfMoreThanAMebibyteIsRefused) {
  v1::ScoreRequest request = MoodRequest();
  quiz::v1::Answer& answer = *request.add_answers();
  answer.set_item("diary");
  answer.set_text(std::string(900'000, 'x'));
  EXPECT_TRUE(Call(request).ok());
  answer.set_text(std::string(1 << 20, 'x'));
  EXPECT_TRUE(absl::IsResourceExhausted(Call(request)));
  EXPECT_TRUE(Call(MoodRequest()).ok());
}

TEST_F(HandlersTest, InvalidUtf8AndNulGetAClearErrorAndTheServerGoesOn) {
  v1::ScoreRequest request = MoodRequest();
  request.mutable_answers(0)->set_option("\xff\xfe");
  const absl::Status status = Call(request);
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("answers[0].option: not UTF-8"));
  request.mutable_answers(0)->set_option(std::string("of\0ten", 6));
  EXPECT_TRUE(absl::IsInvalidArgument(Call(request)));
  EXPECT_TRUE(Call(MoodRequest()).ok());
}

TEST_F(HandlersTest, ACallerWhoLeavesOnlyStopsWaiting) {
  ServeGated();
  grpc::ClientContext context;
  std::thread caller([&] {
    v1::ScoreResponse response;
    EXPECT_EQ(stub_->Score(&context, MoodRecordRequest("r-1"), &response).error_code(), grpc::StatusCode::CANCELLED);
  });
  gate_.WaitUntilUnderWay(1);
  context.TryCancel();
  caller.join();
  EXPECT_TRUE(server_->calls().WaitUntilIdle(absl::Seconds(10)));
  gate_.Open();
  EXPECT_TRUE(Call(MoodRequest()).ok());
}

TEST_F(HandlersTest, AStreamRepliesInOrderAndABadItemDoesNotEndIt) {
  grpc::ClientContext context;
  const auto stream = stub_->ScoreStream(&context);
  v1::ScoreRequest bad_option = MoodRequest();
  bad_option.mutable_answers(0)->set_option("maybe");
  stream->Write(Item(MoodRequest()));
  stream->Write(Item(bad_option));
  stream->Write(Item(MoodRequest("quizzes/nothing")));
  stream->Write(Item(MoodRequest("no name")));
  stream->Write(v1::ScoreStreamRequest());
  stream->Write(Item(MoodRecordRequest("r-1")));
  stream->WritesDone();
  const std::vector<v1::ScoreStreamResponse> replies = ReadAll(*stream);
  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_EQ(replies.size(), 6u);
  for (std::size_t i = 0; i < replies.size(); ++i) EXPECT_EQ(replies[i].index(), i);
  EXPECT_TRUE(replies[0].has_response());
  EXPECT_EQ(replies[1].error().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(replies[1].error().message(), HasSubstr("answers[0].option"));
  EXPECT_EQ(replies[2].error().code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(replies[3].error().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(replies[4].error().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(replies[5].response().assessment(), records_.recorded("r-1").name());
}

TEST_F(HandlersTest, AnItemOfAStreamThatDoesNotDecodeIsAnsweredAndTheOthersAreScored) {
  grpc::ClientContext context;
  const auto stream = stub_->ScoreStream(&context);
  v1::ScoreRequest broken = MoodRecordRequest("broken");
  broken.mutable_record()->set_campaign("spring\xff");
  stream->Write(Item(MoodRecordRequest("r-0")));
  stream->Write(Item(broken));
  stream->Write(Item(MoodRecordRequest("r-2")));
  stream->WritesDone();
  const std::vector<v1::ScoreStreamResponse> replies = ReadAll(*stream);
  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_EQ(replies.size(), 3u);
  EXPECT_EQ(replies[0].response().assessment(), records_.recorded("r-0").name());
  EXPECT_EQ(replies[1].error().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(replies[1].error().message(), "request.record.campaign: not UTF-8");
  EXPECT_EQ(replies[2].response().assessment(), records_.recorded("r-2").name());
  EXPECT_EQ(records_.recorded_count(), 2);
}

TEST_F(HandlersTest, AStreamOfAThousandRecordsAnswersEachInOrder) {
  constexpr std::size_t kItems = 1000;
  grpc::ClientContext context;
  const auto stream = stub_->ScoreStream(&context);
  std::thread writer([&] {
    for (std::size_t i = 0; i < kItems; ++i) stream->Write(Item(MoodRecordRequest(absl::StrCat("r", i))));
    stream->WritesDone();
  });
  const std::vector<v1::ScoreStreamResponse> replies = ReadAll(*stream);
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_EQ(replies.size(), kItems);
  for (std::size_t i = 0; i < kItems; ++i) {
    ASSERT_EQ(replies[i].index(), i);
    ASSERT_EQ(replies[i].response().assessment(), records_.recorded(absl::StrCat("r", i)).name());
  }
}

TEST_F(HandlersTest, AnEmptyStreamEndsWell) {
  grpc::ClientContext context;
  const auto stream = stub_->ScoreStream(&context);
  stream->WritesDone();
  EXPECT_TRUE(ReadAll(*stream).empty());
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(HandlersTest, NoMoreThan256ItemsOfAStreamAreUnderWay) {
  ServeGated();
  constexpr std::size_t kItems = 1000;
  grpc::ClientContext context;
  const auto stream = stub_->ScoreStream(&context);
  std::thread writer([&] {
    for (std::size_t i = 0; i < kItems; ++i) stream->Write(Item(MoodRequest()));
    stream->WritesDone();
  });
  gate_.WaitUntilUnderWay(kMaxItemsUnderWay);
  gate_.Open();
  EXPECT_EQ(ReadAll(*stream).size(), kItems);
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(gate_.most_under_way(), kMaxItemsUnderWay);
}

TEST_F(HandlersTest, AStreamThatIsCancelledMidwayEndsAndTheServerGoesOn) {
  ServeGated();
  grpc::ClientContext context;
  const auto stream = stub_->ScoreStream(&context);
  for (int i = 0; i < 10; ++i) stream->Write(Item(MoodRecordRequest(absl::StrCat("r", i))));
  gate_.WaitUntilUnderWay(10);
  context.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(server_->calls().WaitUntilIdle(absl::Seconds(10)));
  gate_.Open();
  EXPECT_TRUE(Call(MoodRequest()).ok());
}

TEST_F(HandlersTest, AStreamThatOutlivesTheDrainEndsUnavailable) {
  ServeGated(/*drain_grace=*/absl::Milliseconds(100));
  grpc::ClientContext context;
  const auto stream = stub_->ScoreStream(&context);
  stream->Write(Item(MoodRequest()));
  gate_.WaitUntilUnderWay(1);
  std::thread drain([&] { server_->Drain(); });
  EXPECT_TRUE(ReadAll(*stream).empty());
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  drain.join();
}

TEST_F(HandlersTest, AStreamThatEndsWithinTheDrainIsAnsweredToItsEnd) {
  ServeGated();
  grpc::ClientContext context;
  const auto stream = stub_->ScoreStream(&context);
  stream->Write(Item(MoodRecordRequest("r-1")));
  stream->WritesDone();
  gate_.WaitUntilUnderWay(1);
  std::thread drain([&] { server_->Drain(); });
  gate_.Open();
  EXPECT_EQ(ReadAll(*stream).size(), 1u);
  EXPECT_TRUE(stream->Finish().ok());
  drain.join();
  EXPECT_FALSE(records_.recorded("r-1").name().empty());
}

}  // namespace
}  // namespace ladder::scoring
