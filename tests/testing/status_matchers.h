// File: status_matchers.h
//
// Matchers for absl::Status and absl::StatusOr.
//
//   EXPECT_THAT(Parse("7"), IsOkAndHolds(7));
//   EXPECT_THAT(Parse("x"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("x")));
//   ASSERT_OK_AND_ASSIGN(auto number, Parse("7"));

#ifndef LADDER_TESTS_TESTING_STATUS_MATCHERS_H_
#define LADDER_TESTS_TESTING_STATUS_MATCHERS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ladder::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

MATCHER_P(StatusIs, code, "has the code " + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code;
}

MATCHER_P2(StatusIs, code, message, "has the code " + absl::StatusCodeToString(code) + " and a fitting message") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code &&
         ::testing::ExplainMatchResult(message, std::string(StatusOf(arg).message()), result_listener);
}

MATCHER_P(IsOkAndHolds, value, "is OK and holds a fitting value") {
  if (!arg.ok()) {
    *result_listener << arg.status().ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(value, *arg, result_listener);
}

}  // namespace ladder::testing

#define LADDER_CONCAT_INNER(a, b) a##b
#define LADDER_CONCAT(a, b) LADDER_CONCAT_INNER(a, b)
#define LADDER_ASSERT_OK_AND_ASSIGN(result, lhs, expression) \
  auto result = (expression);                                \
  ASSERT_THAT(result, ::ladder::testing::IsOk());            \
  lhs = *std::move(result)

#define ASSERT_OK(expression) ASSERT_THAT((expression), ::ladder::testing::IsOk())
#define EXPECT_OK(expression) EXPECT_THAT((expression), ::ladder::testing::IsOk())
#define ASSERT_OK_AND_ASSIGN(lhs, expression) \
  LADDER_ASSERT_OK_AND_ASSIGN(LADDER_CONCAT(result_of_line_, __LINE__), lhs, expression)

#endif  // LADDER_TESTS_TESTING_STATUS_MATCHERS_H_
