#include "libs/quiz/program.h"

#include <algorithm>
#include <utility>

namespace ladder::quiz {

const Rational* Option::ValueOf(Index name) const {
  if (name == kNone) return value.has_value() ? &*value : nullptr;
  const auto found = std::lower_bound(named.begin(), named.end(), name,
                                      [](const NamedValue& entry, Index wanted) { return entry.name < wanted; });
  return found != named.end() && found->name == name ? &found->value : nullptr;
}

OptionList::OptionList(std::vector<Option> options) {
  auto shared = std::make_shared<Shared>();
  shared->options = std::move(options);
  for (Index i = 0; i < shared->options.size(); ++i) shared->by_id.try_emplace(shared->options[i].id, i);
  shared_ = std::move(shared);
}

const std::vector<Option>& OptionList::all() const {
  static const std::vector<Option>* const kNoOptions = new std::vector<Option>();
  return shared_ == nullptr ? *kNoOptions : shared_->options;
}

Index OptionList::Find(absl::string_view id) const {
  if (shared_ == nullptr) return kNone;
  const auto found = shared_->by_id.find(id);
  return found == shared_->by_id.end() ? kNone : found->second;
}

}  // namespace ladder::quiz
