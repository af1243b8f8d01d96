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
      [this, id, done = std::move(done)](absl::StatusOr<records::v1::QuizVersion> version) {
        if (!version.ok()) {
          failures_.Add();
          return done(version.status());
        }
        std::string bytes = std::move(*version->mutable_definition());
        if (quiz::DigestOf(bytes) != id.digest) {
          failures_.Add();
          return done(Internal(absl::StrCat("records gave bytes of another digest for ", id.ToString())));
        }
        hits_.Add();
        done(std::move(bytes));
      });
}

}  // namespace ladder::scoring
