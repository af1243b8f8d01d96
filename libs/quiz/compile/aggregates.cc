#include "libs/quiz/compile/aggregates.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "libs/quiz/compile/items.h"
#include "libs/quiz/quote.h"

namespace ladder::quiz {
namespace {

bool IsItemOrScale(Name name) { return name.kind == Name::Kind::kItem || name.kind == Name::Kind::kScale; }

// Whether the item can leave an aggregate: by not being shown or by an answer that says it does not apply.
bool CanLeave(const v1::QuizDefinition& definition, const Program& program, const Member& member) {
  if (member.kind != Name::Kind::kItem) return false;
  const Item& item = program.items[member.index];
  const bool can_hide =
      !definition.items(static_cast<int>(member.index)).show_when().empty() && !item.hidden_value.has_value();
  return can_hide || std::any_of(item.options.begin(), item.options.end(), [](const Option& option) {
           return option.meaning == Option::Meaning::kNotApplicable;
         });
}

class AggregateCompiler {
 public:
  AggregateCompiler(const std::string& path, const v1::Aggregate& source, Compilation& compilation)
      : path_(path), source_(source), compilation_(compilation) {}

  Aggregate Compile() {
    aggregate_.op = source_.op();
    if (source_.op() == v1::Aggregate::OP_UNSPECIFIED) {
      Error(".op", "say what is done with the members: OP_SUM, OP_MEAN, OP_COUNT, OP_MAX or OP_MIN");
    }
    ReadUseValues();
    ReadMembers();
    ReadWeights();
    CheckWhere();
    ReadPolicy();
    return std::move(aggregate_);
  }

 private:
  void Error(absl::string_view field, std::string message) {
    compilation_.faults.Error(absl::StrCat(path_, field), std::move(message));
  }

  bool IsOp(v1::Aggregate::Op op) const { return source_.op() == op; }
  bool RefusesWeights() const {
    return IsOp(v1::Aggregate::OP_COUNT) || IsOp(v1::Aggregate::OP_MAX) || IsOp(v1::Aggregate::OP_MIN);
  }
  bool Prorates() const { return source_.missing().fill() == v1::MissingPolicy::FILL_PRORATE; }

  void ReadUseValues() {
    if (source_.use_values().empty()) return;
    const std::vector<std::string>& names = compilation_.program.value_names;  // Sorted.
    const auto found = std::lower_bound(names.begin(), names.end(), source_.use_values());
    const bool is_there = found != names.end() && *found == source_.use_values();
    aggregate_.use_values = is_there ? static_cast<Index>(found - names.begin())
                                     : compilation_.FindAmong(path_ + ".use_values", "named value",
                                                              source_.use_values(), {names.begin(), names.end()});
  }

  void ReadMembers() {
    if (source_.of().empty()) Error(".of", "add at least one item or scale");
    for (int i = 0; i < source_.of_size(); ++i) ReadMember(absl::StrCat(path_, ".", At("of", i)), source_.of(i));
  }

  void ReadMember(const std::string& path, const std::string& id) {
    const auto found = compilation_.program.names.find(id);
    if (found == compilation_.program.names.end()) {
      const auto candidates = [this] {
        std::vector<absl::string_view> ids = IdsOf(compilation_.definition.items());
        for (const v1::Scale& scale : compilation_.definition.scales()) ids.push_back(scale.id());
        return ids;
      };
      compilation_.faults.Error(path, absl::StrCat("there is no item or scale ", QuoteCode(id, "of that id"),
                                                   compilation_.Suggest(id, candidates)));
      return;
    }
    const Name name = found->second;
    if (!IsItemOrScale(name)) {
      compilation_.faults.Error(
          path, absl::StrCat("'", id, "' is ", Describe(name.kind), "; only items and scales can be members"));
      return;
    }
    if (!position_.try_emplace(id, aggregate_.members.size()).second) {
      compilation_.faults.Error(path,
                                absl::StrCat("'", id, "' is a member already; give it a weight to count it twice"));
      return;
    }
    CheckHasNumber(path, id, name);
    aggregate_.members.push_back({.kind = name.kind, .index = name.index, .weight = 1, .may_miss = false});
  }

  void CheckHasNumber(const std::string& path, const std::string& id, Name name) {
    if (name.kind == Name::Kind::kScale) {
      if (!source_.use_values().empty()) {
        compilation_.faults.Error(path, absl::StrCat("'", id,
                                                     "' is a scale and has no named values; use items only, or "
                                                     "leave use_values out"));
      }
      return;
    }
    const Item& item = compilation_.program.items[name.index];
    if (const std::string why = WhyNoNumber(compilation_.program, item, aggregate_.use_values); !why.empty()) {
      compilation_.faults.Error(path, why);
    }
  }

  void ReadWeights() {
    if (RefusesWeights() && !source_.weights().empty()) {
      Error(".weights", "only sums and means are weighted; remove the weights");
      return;
    }
    const bool has_to_be_positive = IsOp(v1::Aggregate::OP_MEAN) || Prorates();
    for (const auto& [id, text] : Sorted(source_.weights())) {
      const std::string path = AtKey(path_ + ".weights", id);
      const std::optional<Rational> weight = compilation_.Number(path, *text);
      const auto member = position_.find(id);
      if (member == position_.end()) {
        compilation_.faults.Error(path, absl::StrCat(QuoteCode(id, "this"),
                                                     " is not a member; add it to `of` or remove "
                                                     "the weight"));
      } else if (weight.has_value()) {
        aggregate_.members[member->second].weight = *weight;
      }
      if (weight.has_value() && has_to_be_positive && weight->sign() <= 0) {
        compilation_.faults.Error(path, "has to be more than 0, since it is divided by");
      }
    }
  }

  void CheckWhere() {
    if (IsOp(v1::Aggregate::OP_COUNT) && source_.where().empty()) {
      Error(".where", "say which members count, for example \"it >= 2\"");
    } else if (!IsOp(v1::Aggregate::OP_COUNT) && !source_.where().empty()) {
      Error(".where", "only OP_COUNT asks which members count; remove it");
    }
  }

  void ReadPolicy() {
    const std::string path = path_ + ".missing";
    const v1::MissingPolicy& missing = source_.missing();
    aggregate_.missing = CompileNeed(path, missing, aggregate_.members, compilation_);
    ReadFill(path, missing);
    const bool extreme = IsOp(v1::Aggregate::OP_MAX) || IsOp(v1::Aggregate::OP_MIN);
    if (extreme && Prorates()) Error(".missing.fill", "a maximum or minimum cannot be prorated; use FILL_LEAVE_OUT");
    if ((extreme || IsOp(v1::Aggregate::OP_MEAN) || Prorates()) && MayNeedNothing()) {
      Error(".missing",
            "nothing answered would be enough here, and that has no mean, maximum, minimum or prorated sum; "
            "need at least one answer");
    }
  }

  void ReadFill(const std::string& path, const v1::MissingPolicy& missing) {
    const bool fills_value = missing.fill() == v1::MissingPolicy::FILL_VALUE;
    if (fills_value) {
      aggregate_.missing.fill = MissingPolicy::Fill::kValue;
      aggregate_.missing.value = compilation_.Number(path + ".value", missing.value()).value_or(Rational(0));
    } else if (!missing.value().empty()) {
      compilation_.faults.Error(path + ".value", "is used by FILL_VALUE only; set that or remove it");
    }
    if (Prorates()) aggregate_.missing.fill = MissingPolicy::Fill::kProrate;
  }

  // Whether the need can be met without an answer: by asking for none, or since all who stay are excused.
  bool MayNeedNothing() const {
    if (aggregate_.missing.need == MissingPolicy::Need::kAtLeast) return aggregate_.missing.at_least == 0;
    const auto excused_or_leaves = [this](const Member& member) {
      return member.may_miss || CanLeave(compilation_.definition, compilation_.program, member);
    };
    const std::vector<Member>& members = aggregate_.members;
    return std::any_of(members.begin(), members.end(), [](const Member& member) { return member.may_miss; }) &&
           std::all_of(members.begin(), members.end(), excused_or_leaves);
  }

  const std::string& path_;
  const v1::Aggregate& source_;
  Compilation& compilation_;
  Aggregate aggregate_;
  absl::flat_hash_map<std::string, std::size_t> position_;  // Of each member, by id.
};

void ReadNeed(const std::string& path, const v1::MissingPolicy& source, std::size_t members, MissingPolicy& policy,
              Compilation& compilation) {
  switch (source.need_case()) {
    case v1::MissingPolicy::kAtLeast:
      policy.need = MissingPolicy::Need::kAtLeast;
      policy.at_least = source.at_least();
      if (policy.at_least > members) {
        compilation.faults.Error(
            path + ".at_least", absl::StrCat(policy.at_least, " are needed, but there are only ", members, " members"));
      }
      return;
    case v1::MissingPolicy::kAtLeastShare:
      policy.need = MissingPolicy::Need::kAtLeastShare;
      policy.share = compilation.Number(path + ".at_least_share", source.at_least_share()).value_or(Rational(1));
      if (policy.share.sign() <= 0 || policy.share > Rational(1)) {
        compilation.faults.Error(path + ".at_least_share", "a share is more than 0 and at most 1, for example \"1/2\"");
      }
      return;
    case v1::MissingPolicy::kAll:
    case v1::MissingPolicy::NEED_NOT_SET:
      return;
  }
}

}  // namespace

Aggregate CompileAggregate(const std::string& path, const v1::Aggregate& source, Compilation& compilation) {
  return AggregateCompiler(path, source, compilation).Compile();
}

MissingPolicy CompileNeed(const std::string& path, const v1::MissingPolicy& source, std::vector<Member>& members,
                          Compilation& compilation) {
  MissingPolicy policy;
  ReadNeed(path, source, members.size(), policy, compilation);
  if (source.may_miss().empty()) return policy;
  absl::flat_hash_map<absl::string_view, Member*> by_id;
  for (Member& member : members) by_id.emplace(IdOf(compilation.program, member), &member);
  for (int i = 0; i < source.may_miss_size(); ++i) {
    const auto member = by_id.find(source.may_miss(i));
    const std::string member_path = absl::StrCat(path, ".", At("may_miss", i));
    if (member == by_id.end()) {
      compilation.faults.Error(member_path, absl::StrCat(QuoteCode(source.may_miss(i), "this"),
                                                         " is not a member, so it needs no excuse; remove it"));
    } else if (std::exchange(member->second->may_miss, true)) {
      compilation.faults.Error(member_path, absl::StrCat("'", source.may_miss(i), "' is listed already; list it once"));
    }
  }
  return policy;
}

const std::string& IdOf(const Program& program, const Member& member) {
  return member.kind == Name::Kind::kItem ? program.items[member.index].id : program.scales[member.index].id;
}

}  // namespace ladder::quiz
