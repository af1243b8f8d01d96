#include "scoring-service/source/compiling_source.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ladder/quiz/v1/definition.pb.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/compile.h"

namespace ladder::scoring {
namespace {

// Bytes whose digest was checked and that still do not compile were published by a newer program than this one.
absl::StatusOr<CompiledQuizPtr> Compile(const VersionId& id, const std::string& bytes) {
  quiz::v1::QuizDefinition definition;
  if (!definition.ParseFromString(bytes)) {
    return Internal(absl::StrCat(id.ToString(), " holds no definition"));
  }
  quiz::CompileResult compiled = quiz::CompilePublished(definition);
  if (compiled.program == nullptr) {
    const std::string first =
        compiled.faults.empty() ? "" : compiled.faults[0].path + ": " + compiled.faults[0].message;
    return Internal(absl::StrCat(id.ToString(), " does not compile: ", first));
  }
  return std::make_shared<const CompiledQuiz>(CompiledQuiz{id, std::move(compiled.program)});
}

}  // namespace

void CompilingSource::Fetch(const VersionId& id, Callback done) {
  bytes_->Fetch(id, [this, id, done = std::move(done)](absl::StatusOr<std::string> bytes) {
    if (!bytes.ok()) return done(bytes.status());
    const auto shared_bytes = std::make_shared<const std::string>(*std::move(bytes));
    const bool accepted = executor_->TrySubmit([id, shared_bytes, done] { done(Compile(id, *shared_bytes)); });
    if (!accepted) done(Unavailable("QUIZ_UNAVAILABLE", "too many quizzes are being compiled"));
  });
}

}  // namespace ladder::scoring
