#include "scoring-service/possible_finder.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "libs/chassis/mutex.h"
#include "libs/quiz/compile.h"
#include "tests/quiz/costly_quizzes.h"
#include "tests/scoring-service/fakes/quizzes.h"

namespace ladder::scoring {
namespace {

// Where and with what an answer came.
class Answer {
 public:
  PossibleFinder::Use Use() {
    return [this](const quiz::Possibility& possible) {
      MutexLock lock(&mutex_);
      range_ = possible.scales[0].range;
      thread_ = std::this_thread::get_id();
      is_there_ = true;
      changed_.NotifyAll();
    };
  }
  std::thread::id Wait() {
    MutexLock lock(&mutex_);
    while (!is_there_) changed_.Wait(lock);
    return thread_;
  }
  quiz::ReachableRange range() {
    MutexLock lock(&mutex_);
    return range_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool is_there_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread::id thread_ ABSL_GUARDED_BY(mutex_);
  quiz::ReachableRange range_ ABSL_GUARDED_BY(mutex_);
};

CompiledQuizPtr Compiled(const quiz::v1::QuizDefinition& definition) {
  return std::make_shared<const CompiledQuiz>(
      CompiledQuiz{{{definition.id(), 1}, "digest"}, quiz::CompilePublished(definition).program});
}

quiz::Input NothingAnswered(const CompiledQuiz& quiz) {
  quiz::Input input;
  input.answers.resize(quiz.program->items.size());
  input.context.resize(quiz.program->context.size());
  return input;
}

TEST(PossibleFinderTest, AnAnswerThatTakesFewStepsIsGivenAtOnce) {
  Executor executor({.threads = 1});
  PossibleFinder finder(&executor);
  const CompiledQuizPtr quiz = Compiled(MoodQuiz());
  Answer answer;
  finder.Find(quiz, NothingAnswered(*quiz), answer.Use());
  EXPECT_EQ(answer.Wait(), std::this_thread::get_id());
}

TEST(PossibleFinderTest, AnAnswerThatTakesManyStepsComesFromTheExecutorsThreads) {
  Executor executor({.threads = 1});
  PossibleFinder finder(&executor);
  const CompiledQuizPtr quiz = Compiled(quiz::SlowPartial(/*scales=*/2, /*terms=*/200));
  Answer answer;
  finder.Find(quiz, NothingAnswered(*quiz), answer.Use());
  EXPECT_NE(answer.Wait(), std::this_thread::get_id());
}

TEST(PossibleFinderTest, WhereTooManyWaitTheAnswerIsWiderAndGivenAtOnce) {
  Executor executor({.threads = 1, .queue_limit = 1});
  executor.Stop();  // Takes nothing more.
  PossibleFinder finder(&executor);
  const CompiledQuizPtr quiz = Compiled(quiz::SlowPartial(/*scales=*/2, /*terms=*/200));
  Answer answer;
  finder.Find(quiz, NothingAnswered(*quiz), answer.Use());
  EXPECT_EQ(answer.Wait(), std::this_thread::get_id());
  EXPECT_TRUE(answer.range().can_be_scored);
  EXPECT_EQ(answer.range().high, quiz->program->for_all->scales[0].range.high);
}

}  // namespace
}  // namespace ladder::scoring
