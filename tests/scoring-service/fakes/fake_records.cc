#include "tests/scoring-service/fakes/fake_records.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/published.h"

namespace ladder::scoring {

std::int64_t FakeRecords::Publish(const quiz::v1::QuizDefinition& definition) {
  MutexLock lock(&mutex_);
  const std::string bytes = quiz::SerializeDefinition(definition);
  StoredQuiz& quiz = quizzes_[definition.id()];
  quiz.versions.push_back({bytes, quiz::DigestOf(bytes)});
  return static_cast<std::int64_t>(quiz.versions.size());
}

void FakeRecords::Activate(const std::string& quiz, std::int64_t version) {
  MutexLock lock(&mutex_);
  quizzes_.at(quiz).active = version;
  ++quizzes_.at(quiz).generation;
}

void FakeRecords::SetGeneration(const std::string& quiz, std::int64_t generation) {
  MutexLock lock(&mutex_);
  quizzes_.at(quiz).generation = generation;
}

void FakeRecords::CorruptBytes(const std::string& quiz, std::int64_t version) {
  MutexLock lock(&mutex_);
  quizzes_.at(quiz).versions.at(static_cast<std::size_t>(version - 1)).bytes += "x";
}

void FakeRecords::Count(const std::string& method) {
  MutexLock lock(&mutex_);
  ++calls_[method];
}

records::v1::Quiz FakeRecords::MakeQuiz(const std::string& id, const StoredQuiz& stored) const {
  records::v1::Quiz quiz;
  quiz.set_name(absl::StrCat("quizzes/", id));
  quiz.set_active_version(stored.active);
  quiz.set_generation(stored.generation);
  if (stored.active > 0) quiz.set_active_digest(stored.versions[static_cast<std::size_t>(stored.active - 1)].digest);
  return quiz;
}

void FakeRecords::GetQuiz(const std::string& quiz, QuizDone done) {
  Count("GetQuiz");
  plan_.Run([this, quiz, done = std::move(done)](absl::Status failure) {
    if (!failure.ok()) return done(failure);
    absl::StatusOr<records::v1::Quiz> answer = NotFound("quiz", absl::StrCat("quizzes/", quiz));
    {
      MutexLock lock(&mutex_);
      const auto found = quizzes_.find(quiz);
      if (found != quizzes_.end()) answer = MakeQuiz(quiz, found->second);
    }
    done(std::move(answer));
  });
}

void FakeRecords::ListQuizzes(const std::string& page_token, ListDone done) {
  Count("ListQuizzes");
  plan_.Run([this, page_token, done = std::move(done)](absl::Status failure) {
    if (!failure.ok()) return done(failure);
    records::v1::ListQuizzesResponse response;
    {
      MutexLock lock(&mutex_);
      for (auto quiz = quizzes_.upper_bound(page_token); quiz != quizzes_.end(); ++quiz) {
        if (static_cast<std::size_t>(response.quizzes_size()) == page_size_) {
          response.set_next_page_token(std::prev(quiz)->first);
          break;
        }
        *response.add_quizzes() = MakeQuiz(quiz->first, quiz->second);
      }
    }
    done(std::move(response));
  });
}

absl::StatusOr<records::v1::QuizVersion> FakeRecords::FindVersion(const quiz::QuizName& name, bool omit_definition) {
  MutexLock lock(&mutex_);
  const auto found = quizzes_.find(name.quiz);
  if (found == quizzes_.end() || static_cast<std::size_t>(name.version) > found->second.versions.size()) {
    return NotFound("quiz version", name.ToString());
  }
  const Version& stored = found->second.versions[static_cast<std::size_t>(name.version - 1)];
  records::v1::QuizVersion version;
  version.set_name(name.ToString());
  version.set_digest(stored.digest);
  if (!omit_definition) version.set_definition(stored.bytes);
  return version;
}

void FakeRecords::GetVersion(const quiz::QuizName& name, bool omit_definition, VersionDone done) {
  Count(omit_definition ? "GetVersion without bytes" : "GetVersion");
  plan_.Run([this, name, omit_definition, done = std::move(done)](absl::Status failure) {
    if (!failure.ok()) return done(failure);
    done(FindVersion(name, omit_definition));
  });
}

RecordsAssessments::Outcome FakeRecords::Create(const records::v1::CreateAssessmentRequest& request) {
  MutexLock lock(&mutex_);
  records::v1::CreateAssessmentResponse response;
  records::v1::Assessment& stored = assessments_[request.request_id()];
  if (stored.name().empty()) {
    stored.set_name(absl::StrCat(request.submission().parent(), "/assessments/", assessments_.size()));
    *stored.mutable_submission() = request.submission();
    stored.set_request_id(request.request_id());
    *stored.mutable_result() = request.result();
  } else if (google::protobuf::util::MessageDifferencer::Equals(stored.submission(), request.submission())) {
    response.set_replayed(true);
  } else {
    return AlreadyExists("REQUEST_ID_REUSED", "this request_id recorded something else");
  }
  *response.mutable_assessment() = stored;
  return response;
}

void FakeRecords::BatchCreate(records::v1::BatchCreateAssessmentsRequest request,
                              const std::vector<TraceContext>& /*traces*/, BatchDone done) {
  Count("BatchCreate");
  {
    MutexLock lock(&mutex_);
    batch_sizes_.push_back(request.requests_size());
  }
  plan_.Run([this, request = std::move(request), done = std::move(done)](absl::Status failure) {
    if (!failure.ok()) return done(failure);
    std::vector<Outcome> outcomes;
    for (const records::v1::CreateAssessmentRequest& create : request.requests()) outcomes.push_back(Create(create));
    done(std::move(outcomes));
  });
}

void FakeRecords::FindRecorded(records::v1::FindRecordedRequest request, const TraceContext& /*trace*/, FindDone done) {
  Count("FindRecorded");
  plan_.Run([this, request = std::move(request), done = std::move(done)](absl::Status failure) {
    if (!failure.ok()) return done(failure);
    const records::v1::Assessment found = recorded(request.request_id());
    if (found.name().empty()) return done(NotFound("assessment", request.request_id()));
    if (!google::protobuf::util::MessageDifferencer::Equals(found.submission(), request.submission())) {
      return done(AlreadyExists("REQUEST_ID_REUSED", "this request_id recorded something else"));
    }
    done(found);
  });
}

int FakeRecords::calls(const std::string& method) {
  MutexLock lock(&mutex_);
  return calls_[method];
}

std::vector<int> FakeRecords::batch_sizes() {
  MutexLock lock(&mutex_);
  return batch_sizes_;
}

records::v1::Assessment FakeRecords::recorded(const std::string& request_id) {
  MutexLock lock(&mutex_);
  const auto found = assessments_.find(request_id);
  return found == assessments_.end() ? records::v1::Assessment() : found->second;
}

int FakeRecords::recorded_count() {
  MutexLock lock(&mutex_);
  return static_cast<int>(assessments_.size());
}

void FakeRecords::SetPageSize(std::size_t page_size) {
  MutexLock lock(&mutex_);
  page_size_ = page_size;
}

}  // namespace ladder::scoring
