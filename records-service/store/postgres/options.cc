#include "records-service/store/postgres/options.h"

#include <libpq-fe.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace ladder::records::postgres {

absl::Status VerifyConninfo(const std::string& conninfo) {
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(PQconninfoParse(conninfo.c_str(), &error),
                                                                            &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> message(error, &PQfreemem);
  if (parsed == nullptr) {
    // libpq may quote a part of what it could not read, which may be a password.
    return absl::InvalidArgumentError("is neither keywords like 'host=db dbname=ladder' nor a postgresql:// URI");
  }
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr && absl::string_view(option->keyword) == "password") {
      return absl::InvalidArgumentError("holds a password, which others could see: give it in a file of its own");
    }
  }
  return absl::OkStatus();
}

}  // namespace ladder::records::postgres
