#include "scoring-service/source/compiling_source.h"

#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ladder/quiz/v1/definition.pb.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/compile.h"

namespace ladder::scoring {

// Bytes whose digest was checked and that still do not compile were published by another program than this one.
absl::StatusOr<CompiledQuizPtr> CompilingSource::Compile(const VersionId& id, const std::string& bytes) {
  quiz::v1::QuizDefinition definition;
  if (!definition.ParseFromString(bytes)) {
    damaged_.Add();
    return Internal(absl::StrCat(id.ToString(), " holds no definition"));
  }
  std::stop_source stop;
  const Timers::Id timer =
      timers_->RunAt(clock_->SteadyNow() + kCompileDeadline, [stop]() mutable { stop.request_stop(); });
  quiz::CompileResult compiled = quiz::CompilePublished(definition, stop.get_token());
  timers_->Cancel(timer);
  if (compiled.program != nullptr) {
    return std::make_shared<const CompiledQuiz>(CompiledQuiz{id, std::move(compiled.program)});
  }
  if (compiled.stopped) {
    stopped_.Add();
    return Unavailable("QUIZ_UNAVAILABLE", absl::StrCat(id.name.ToString(), " could not be compiled in time"));
  }
  if (compiled.passes_limit) {
    beyond_limits_.Add();
    const absl::Status refusal = FailedPrecondition(
        "QUIZ_BEYOND_LIMITS", absl::StrCat(id.name.ToString(), " is too large to be used: ", WhyPastLimits(compiled)),
        {{"quiz_version", id.name.ToString()}});
    refused_.Put(id.ToString(), refusal);
    return refusal;
  }
  damaged_.Add();
  const std::string first = compiled.faults.empty() ? "" : compiled.faults[0].path + ": " + compiled.faults[0].message;
  return Internal(absl::StrCat(id.ToString(), " does not compile: ", first));
}

void CompilingSource::Fetch(const VersionId& id, Callback done) {
  if (const std::optional<absl::Status> refusal = refused_.Get(id.ToString())) return done(*refusal);
  bytes_->Fetch(id, [this, id, done = std::move(done)](absl::StatusOr<std::string> bytes) {
    if (!bytes.ok()) return done(bytes.status());
    const auto shared_bytes = std::make_shared<const std::string>(*std::move(bytes));
    const bool accepted = executor_->TrySubmit([this, id, shared_bytes, done] { done(Compile(id, *shared_bytes)); });
    if (!accepted) done(Unavailable("QUIZ_UNAVAILABLE", "too many quizzes are being compiled"));
  });
}

}  // namespace ladder::scoring
