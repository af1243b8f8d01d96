// File: parameters.h
//
// The parameters of a statement, in PostgreSQL's binary format and with explicit types.

#ifndef LADDER_RECORDS_SERVICE_STORE_POSTGRES_PARAMETERS_H_
#define LADDER_RECORDS_SERVICE_STORE_POSTGRES_PARAMETERS_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace ladder::records::postgres {

// Text and bytes must stay alive until the parameters are sent; arrays are copied.
class Parameters {
 public:
  // The type's number in PostgreSQL's catalogue, which is the same in every release.
  using Type = unsigned int;

  Parameters() = default;
  Parameters(Parameters&&) = default;
  Parameters& operator=(Parameters&&) = default;

  void AddInteger(std::int64_t value);
  void AddText(absl::string_view value);
  void AddBytes(absl::string_view value);
  void AddNullInteger();
  void AddIntegers(absl::Span<const std::int64_t> values);
  void AddTexts(absl::Span<const absl::string_view> values);
  void AddByteStrings(absl::Span<const absl::string_view> values);

  // As libpq takes them.
  int count() const { return static_cast<int>(types_.size()); }
  const Type* types() const { return types_.data(); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  void Add(Type type, absl::string_view value);
  void AddOwned(Type type, std::string value);

  std::vector<Type> types_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::deque<std::string> owned_;  // Does not move what it holds.
};

// A 64-bit integer as PostgreSQL sends it, or a shorter one.
std::int64_t DecodeInteger(absl::string_view bytes);

}  // namespace ladder::records::postgres

#endif  // LADDER_RECORDS_SERVICE_STORE_POSTGRES_PARAMETERS_H_
