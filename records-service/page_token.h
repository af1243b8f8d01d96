// File: page_token.h
//
// Page tokens: where a list goes on, bound to what was asked, so that a token cannot be taken to another question by
// mistake. They hold ids and times that the caller has seen anyway; they protect nothing.
//
//   const std::string question = QuestionOf({"versions", request.parent()});
//   *response.mutable_next_page_token() = MakePageToken(question, {"17"});
//   absl::StatusOr<std::vector<std::string>> place = ReadPageToken(question, 1, request.page_token());

#ifndef LADDER_RECORDS_SERVICE_PAGE_TOKEN_H_
#define LADDER_RECORDS_SERVICE_PAGE_TOKEN_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace ladder::records {

// A short digest of everything that decides which rows a list holds. Page size is not part of it.
std::string QuestionOf(absl::Span<const std::string> parts);

std::string MakePageToken(absl::string_view question, absl::Span<const std::string> place);

// Where a token stands in its request, and how long it can get.
struct TokenField {
  std::string name = "page_token";
  std::size_t max_length = 1024;
};

// The place of a token that was made for this question. INVALID_ARGUMENT, naming the field, for any other text.
absl::StatusOr<std::vector<std::string>> ReadPageToken(absl::string_view question, std::size_t parts,
                                                       absl::string_view token, const TokenField& field = {});

}  // namespace ladder::records

#endif  // LADDER_RECORDS_SERVICE_PAGE_TOKEN_H_
