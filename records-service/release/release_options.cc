#include "records-service/release/release_options.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "libs/chassis/errors.h"

namespace ladder::records::release {
namespace {

absl::Status Refused(absl::string_view option, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(option, ": ", why));
}

absl::Status VerifyBudget(absl::string_view option, const Budget& budget) {
  const auto fits = [](std::int64_t term) { return term >= 1 && term <= kMaxBudgetTerm; };
  if (fits(budget.numerator) && fits(budget.denominator)) return absl::OkStatus();
  return Refused(option, absl::StrCat("has to be above 0, its numerator and denominator at most ", kMaxBudgetTerm));
}

absl::Status VerifyBudgets(const Budgets& budgets) {
  if (absl::Status status = VerifyBudget("budgets.stage", budgets.stage); !status.ok()) return status;
  if (absl::Status status = VerifyBudget("budgets.detail", budgets.detail); !status.ok()) return status;
  if (absl::Status status = VerifyBudget("budgets.change", budgets.change); !status.ok()) return status;
  if (absl::Status status = VerifyBudget("budgets.flow", budgets.flow); !status.ok()) return status;
  const quiz::Rational total = Total(budgets);
  if (total <= quiz::Rational(kMaxTotalBudget)) return absl::OkStatus();
  return Refused("budgets", absl::StrCat("stage + detail + 2 (change + flow) is ", total.ToString(),
                                         "; it may be at most ", kMaxTotalBudget));
}

absl::Status VerifyTick(absl::Duration tick) {
  const bool whole_minutes = tick >= absl::Minutes(1) && absl::Trunc(tick, absl::Minutes(1)) == tick;
  if (whole_minutes && absl::Hours(1) % tick == absl::ZeroDuration()) return absl::OkStatus();
  return Refused("tick",
                 absl::StrCat(absl::FormatDuration(tick), " is no whole number of minutes that divides an hour"));
}

quiz::Rational ExactOf(const Budget& budget) { return quiz::Rational::Ratio(budget.numerator, budget.denominator); }

}  // namespace

absl::Status Verify(const ReleaseOptions& options) {
  if (absl::Status status = VerifyTick(options.tick); !status.ok()) return status;
  if (options.min_cohort < kLeastMinCohort) {
    return Refused("min_cohort", absl::StrCat(options.min_cohort, " is below ", kLeastMinCohort));
  }
  if (options.target_cohort < options.min_cohort) {
    return Refused("target_cohort",
                   absl::StrCat(options.target_cohort, " is below min_cohort, which is ", options.min_cohort));
  }
  if (options.longest_wait < options.tick) {
    return Refused("longest_wait", absl::StrCat(absl::FormatDuration(options.longest_wait), " is shorter than a tick"));
  }
  return VerifyBudgets(options.budgets);
}

quiz::Rational Total(const Budgets& budgets) {
  return ExactOf(budgets.stage) + ExactOf(budgets.detail) +
         quiz::Rational(2) * (ExactOf(budgets.change) + ExactOf(budgets.flow));
}

absl::StatusOr<Budget> ParseBudget(absl::string_view text) {
  const absl::StatusOr<quiz::Rational> number = quiz::Rational::Parse(text);
  if (!number.ok()) return number.status();
  const std::optional<std::int64_t> numerator = NumeratorOf(*number).ToInt64();
  const std::optional<std::int64_t> denominator = DenominatorOf(*number).ToInt64();
  const bool fits = numerator.has_value() && *numerator > 0 && *numerator <= kMaxBudgetTerm &&
                    denominator.has_value() && *denominator <= kMaxBudgetTerm;
  if (!fits) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a budget has to be above 0, its numerator and denominator in lowest terms at most ", kMaxBudgetTerm));
  }
  return Budget{*numerator, *denominator};
}

std::string ToText(const Budget& budget) { return ExactOf(budget).ToString(); }

std::string ToText(const Budgets& budgets) {
  return absl::StrCat("stage=", ToText(budgets.stage), " detail=", ToText(budgets.detail),
                      " change=", ToText(budgets.change), " flow=", ToText(budgets.flow));
}

absl::StatusOr<Budgets> ParseBudgets(absl::string_view text) {
  Budgets budgets;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ' ');
  const std::array<std::pair<absl::string_view, Budget*>, 4> tables = {{{"stage=", &budgets.stage},
                                                                        {"detail=", &budgets.detail},
                                                                        {"change=", &budgets.change},
                                                                        {"flow=", &budgets.flow}}};
  for (std::size_t i = 0; i < tables.size(); ++i) {
    absl::string_view part = i < parts.size() ? parts[i] : "";
    if (parts.size() != tables.size() || !absl::ConsumePrefix(&part, tables[i].first)) {
      return Internal(absl::StrCat("'", text, "' are no budgets"));
    }
    const absl::StatusOr<Budget> budget = ParseBudget(part);
    if (!budget.ok()) return budget.status();
    *tables[i].second = *budget;
  }
  return budgets;
}

v1::ReleaseBudgets ToMessage(const Budgets& budgets) {
  v1::ReleaseBudgets message;
  message.set_stage(ToText(budgets.stage));
  message.set_detail(ToText(budgets.detail));
  message.set_change(ToText(budgets.change));
  message.set_flow(ToText(budgets.flow));
  return message;
}

absl::StatusOr<Budgets> FromMessage(const v1::ReleaseBudgets& message) {
  Budgets budgets;
  const auto read = [](absl::string_view field, const std::string& text, Budget& budget) {
    absl::StatusOr<Budget> parsed = ParseBudget(text);
    if (!parsed.ok()) return Refused(field, parsed.status().message());
    budget = *parsed;
    return absl::OkStatus();
  };
  if (absl::Status status = read("stage", message.stage(), budgets.stage); !status.ok()) return status;
  if (absl::Status status = read("detail", message.detail(), budgets.detail); !status.ok()) return status;
  if (absl::Status status = read("change", message.change(), budgets.change); !status.ok()) return status;
  if (absl::Status status = read("flow", message.flow(), budgets.flow); !status.ok()) return status;
  return budgets;
}

}  // namespace ladder::records::release
