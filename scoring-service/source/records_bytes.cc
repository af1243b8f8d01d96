#include "scoring-service/source/records_bytes.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/chassis/errors.h"
#include "libs/quiz/published.h"

namespace ladder::scoring {

void RecordsBytes::Fetch(const VersionId& id, Callback done) {
  records_->GetVersion(
      id.name, /*omit_definition=*/false,
      [id, done = std::move(done)](absl::StatusOr<records::v1::QuizVersion> version) {
        if (!version.ok()) return done(version.status());
        std::string bytes = std::move(*version->mutable_definition());
        if (quiz::DigestOf(bytes) != id.digest) {
          return done(Internal(absl::StrCat("records gave bytes of another digest for ", id.ToString())));
        }
        done(std::move(bytes));
      });
}

}  // namespace ladder::scoring
