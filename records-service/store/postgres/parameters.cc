#include "records-service/store/postgres/parameters.h"

#include <utility>

namespace ladder::records::postgres {
namespace {

constexpr Parameters::Type kBytes = 17;
constexpr Parameters::Type kInteger = 20;
constexpr Parameters::Type kText = 25;
constexpr Parameters::Type kByteStrings = 1001;
constexpr Parameters::Type kTexts = 1009;
constexpr Parameters::Type kIntegers = 1016;

constexpr int kBinary = 1;

// The highest byte first, as all of the protocol has it.
template <typename Number>
void Append(std::string& out, Number number) {
  for (int shift = 8 * (static_cast<int>(sizeof(Number)) - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> shift));
  }
}

std::string Encoded(std::int64_t value) {
  std::string bytes;
  Append(bytes, static_cast<std::uint64_t>(value));
  return bytes;
}

// One dimension, counted from 1, without NULL.
std::string ArrayHeader(Parameters::Type element, std::size_t size) {
  std::string bytes;
  Append(bytes, std::uint32_t{size == 0 ? 0U : 1U});
  Append(bytes, std::uint32_t{0});
  Append(bytes, static_cast<std::uint32_t>(element));
  if (size == 0) return bytes;
  Append(bytes, static_cast<std::uint32_t>(size));
  Append(bytes, std::uint32_t{1});
  return bytes;
}

void AppendElement(std::string& array, absl::string_view value) {
  Append(array, static_cast<std::uint32_t>(value.size()));
  array.append(value.data(), value.size());
}

std::string EncodedArray(Parameters::Type element, absl::Span<const absl::string_view> values) {
  std::size_t bytes = 0;
  for (const absl::string_view value : values) bytes += value.size() + sizeof(std::uint32_t);
  std::string array = ArrayHeader(element, values.size());
  array.reserve(array.size() + bytes);
  for (const absl::string_view value : values) AppendElement(array, value);
  return array;
}

}  // namespace

void Parameters::Add(Type type, absl::string_view value) {
  types_.push_back(type);
  values_.push_back(value.data() == nullptr ? "" : value.data());  // A null pointer would be NULL.
  lengths_.push_back(static_cast<int>(value.size()));
  formats_.push_back(kBinary);
}

void Parameters::AddOwned(Type type, std::string value) {
  owned_.push_back(std::move(value));
  Add(type, owned_.back());
}

void Parameters::AddInteger(std::int64_t value) { AddOwned(kInteger, Encoded(value)); }

void Parameters::AddText(absl::string_view value) { Add(kText, value); }

void Parameters::AddBytes(absl::string_view value) { Add(kBytes, value); }

void Parameters::AddNullInteger() {
  Add(kInteger, "");
  values_.back() = nullptr;
}

void Parameters::AddIntegers(absl::Span<const std::int64_t> values) {
  std::string array = ArrayHeader(kInteger, values.size());
  for (const std::int64_t value : values) AppendElement(array, Encoded(value));
  AddOwned(kIntegers, std::move(array));
}

void Parameters::AddTexts(absl::Span<const absl::string_view> values) { AddOwned(kTexts, EncodedArray(kText, values)); }

void Parameters::AddByteStrings(absl::Span<const absl::string_view> values) {
  AddOwned(kByteStrings, EncodedArray(kBytes, values));
}

std::int64_t DecodeInteger(absl::string_view bytes) {
  const bool negative = !bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 0x80) != 0;
  std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(value);
}

}  // namespace ladder::records::postgres
