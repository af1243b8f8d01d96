#include "scoring-service/source/active_pointers.h"

#include <algorithm>
#include <utility>

#include "libs/chassis/log.h"
#include "libs/quiz/resource_names.h"

namespace ladder::scoring {

ActivePointers::ActivePointers(RecordsQuizzes* records, const Clock* clock, Timers* timers, RandomSource* random)
    : records_(records), clock_(clock), timers_(timers), random_(random), not_found_(clock), flights_(clock, timers) {}

void ActivePointers::Start(OnFirstList on_first_list) {
  {
    MutexLock lock(&mutex_);
    on_first_list_ = std::move(on_first_list);
  }
  RefreshAll();
}

std::optional<ActivePointer> ActivePointers::Peek(const std::string& quiz) {
  MutexLock lock(&mutex_);
  const auto found = pointers_.find(quiz);
  if (found == pointers_.end()) return std::nullopt;
  return found->second;
}

void ActivePointers::Get(const std::string& quiz, absl::Time deadline, Callback done) {
  if (std::optional<ActivePointer> pointer = Peek(quiz)) return done(*std::move(pointer));
  if (std::optional<absl::Status> missing = not_found_.Find(quiz)) return done(*std::move(missing));
  const auto fetch = [this, &quiz](Callback end) {
    records_->GetQuiz(quiz, [this, quiz, end = std::move(end)](absl::StatusOr<records::v1::Quiz> answer) {
      not_found_.Keep(quiz, answer.status());
      if (!answer.ok()) return end(answer.status());
      end(Learn(*answer));
    });
  };
  flights_.Join(quiz, deadline, fetch, std::move(done));
}

void ActivePointers::Hint(const std::string& quiz) {
  if (!quiz::IsQuizId(quiz)) return;  // Anybody may publish anything.
  not_found_.Forget(quiz);
  bool too_many = false;
  {
    MutexLock lock(&mutex_);
    const auto under_way = hinted_.find(quiz);
    if (under_way != hinted_.end()) {
      under_way->second = true;
      return;
    }
    too_many = hinted_.size() >= kMaxHintsUnderWay;
    if (!too_many) hinted_.emplace(quiz, false);
  }
  if (too_many) return RefreshAll();
  AskAfterHint(quiz);
}

void ActivePointers::AskAfterHint(const std::string& quiz) {
  records_->GetQuiz(quiz, [this, quiz](absl::StatusOr<records::v1::Quiz> answer) {
    if (answer.ok()) Learn(*answer);
    EndHint(quiz, answer.status());
  });
}

void ActivePointers::EndHint(const std::string& quiz, const absl::Status& status) {
  bool again = false;
  {
    MutexLock lock(&mutex_);
    const auto under_way = hinted_.find(quiz);
    // After a failure the list takes over, which is tried until it comes.
    again = status.ok() && under_way->second;
    if (again) {
      under_way->second = false;
    } else {
      hinted_.erase(under_way);
    }
  }
  if (again) return AskAfterHint(quiz);
  if (!status.ok() && !absl::IsNotFound(status)) RefreshAll();
}

std::optional<absl::Duration> ActivePointers::Age() const {
  MutexLock lock(&mutex_);
  if (!listed_at_.has_value()) return std::nullopt;
  return clock_->SteadyNow() - *listed_at_;
}

void ActivePointers::RefreshAll() {
  Timers::Id superseded = 0;
  {
    MutexLock lock(&mutex_);
    if (listing_) {
      list_again_ = true;
      return;
    }
    listing_ = true;
    superseded = std::exchange(next_list_, 0);
  }
  timers_->Cancel(superseded);
  ListPage(/*page_token=*/"", /*page=*/1);
}

void ActivePointers::ListPage(const std::string& page_token, int page) {
  records_->ListQuizzes(page_token, [this, page](absl::StatusOr<records::v1::ListQuizzesResponse> answer) {
    if (!answer.ok()) return EndList(answer.status());
    for (const records::v1::Quiz& quiz : answer->quizzes()) Learn(quiz);
    if (answer->next_page_token().empty()) return EndList(absl::OkStatus());
    if (page >= kMaxListPages) {
      Log(LogLevel::kWarning, "too_many_quizzes_to_list", {{"pages", page}});
      return EndList(absl::OkStatus());
    }
    ListPage(answer->next_page_token(), page + 1);
  });
}

void ActivePointers::EndList(const absl::Status& status) {
  OnFirstList on_first_list;
  bool failed_before = false;
  {
    MutexLock lock(&mutex_);
    failed_before = failures_in_a_row_ > 0;
    const absl::Duration pause = PauseAfterList(status);
    if (status.ok()) {
      on_first_list = std::exchange(on_first_list_, nullptr);
      listed_at_ = clock_->SteadyNow();
    }
    listing_ = false;
    list_again_ = false;
    next_list_ = timers_->RunAt(clock_->SteadyNow() + pause, [this] { RefreshAll(); });
  }
  if (!status.ok() && !failed_before)
    Log(LogLevel::kWarning, "quiz_list_stale",
        {{"error", status.ToString(absl::StatusToStringMode::kWithNoExtraData)}});
  if (status.ok() && failed_before) Log(LogLevel::kInfo, "quiz_list_fresh_again");
  if (on_first_list) on_first_list(ActiveQuizzes());
}

absl::Duration ActivePointers::PauseAfterList(const absl::Status& status) {
  if (status.ok()) {
    failures_in_a_row_ = 0;
    return list_again_ ? kPointerRetry : UniformDuration(*random_, kPointerLifetime * 0.8, kPointerLifetime);
  }
  constexpr int kMaxDoublings = 5;
  const absl::Duration longest =
      std::min(kPointerRetry * (1 << std::min(failures_in_a_row_, kMaxDoublings)), kPointerLifetime);
  ++failures_in_a_row_;
  return UniformDuration(*random_, longest / 2, longest);
}

ActivePointer ActivePointers::Learn(const records::v1::Quiz& quiz) {
  ActivePointer pointer{quiz.active_version(), quiz.active_digest(), quiz.generation()};
  const absl::StatusOr<quiz::QuizName> name = quiz::ParseQuizName(quiz.name());
  if (!name.ok()) return pointer;
  MutexLock lock(&mutex_);
  const auto known = pointers_.find(name->quiz);
  if (known == pointers_.end()) {
    if (pointers_.size() < kMaxPointers) pointers_.emplace(name->quiz, pointer);
    return pointer;
  }
  if (pointer.generation >= known->second.generation) known->second = std::move(pointer);
  return known->second;
}

std::vector<std::string> ActivePointers::ActiveQuizzes() {
  MutexLock lock(&mutex_);
  std::vector<std::string> active;
  for (const auto& [quiz, pointer] : pointers_) {
    if (pointer.version != 0) active.push_back(quiz);
  }
  return active;
}

}  // namespace ladder::scoring
