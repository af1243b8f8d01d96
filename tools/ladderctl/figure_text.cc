#include "tools/ladderctl/figure_text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace ladder::ctl {
namespace {

constexpr double kLeastShown = 10;  // Clients.
constexpr double kSpan = 2;         // Standard deviations.
constexpr int kEighths = 8;
// No column, and one to seven eighths of one.
constexpr std::array<const char*, kEighths> kPartOfColumn = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

// The least that is shown with this noise.
double LeastShown(const NoisyFigure& figure) { return std::max(kLeastShown, kSpan * figure.deviation); }

// Of no cohort: there is no noise in it, because nothing was released.
bool IsOfNobody(const NoisyFigure& figure) { return figure.value == 0 && figure.deviation == 0; }

std::string Repeated(const char* text, std::size_t times) {
  std::string repeated;
  for (std::size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

}  // namespace

std::optional<NoisyFigure> ReadFigure(const records::v1::Figure& figure) {
  NoisyFigure read;
  if (!absl::SimpleAtod(figure.count().decimal(), &read.value) || !std::isfinite(read.value) ||
      !absl::SimpleAtod(figure.standard_deviation(), &read.deviation) || !std::isfinite(read.deviation)) {
    return std::nullopt;
  }
  return read;
}

bool IsShown(const NoisyFigure& figure) { return figure.value >= LeastShown(figure); }

std::string FigureText(const std::optional<NoisyFigure>& figure) {
  if (!figure.has_value()) return "?";
  if (IsOfNobody(*figure)) return "none";
  return IsShown(*figure) ? Grouped(std::llround(figure->value)) : "under 10";
}

std::string SpanText(const std::optional<NoisyFigure>& figure) {
  if (!figure.has_value() || IsOfNobody(*figure)) return "";
  return absl::StrCat("± ", Grouped(static_cast<std::int64_t>(std::ceil(kSpan * figure->deviation))));
}

std::string ShareText(const std::optional<NoisyFigure>& figure, std::int64_t clients) {
  if (!figure.has_value() || !IsShown(*figure) || clients <= 0) return "";
  return absl::StrCat(std::llround(100 * figure->value / static_cast<double>(clients)), " %");
}

double BarEnd(const std::optional<NoisyFigure>& figure) {
  if (!figure.has_value() || IsOfNobody(*figure)) return 0;
  return IsShown(*figure) ? figure->value + kSpan * figure->deviation : LeastShown(*figure);
}

std::string FigureBar(const std::optional<NoisyFigure>& figure, double scale, std::size_t width) {
  if (!figure.has_value() || scale <= 0) return "";
  const double columns_per_client = static_cast<double>(width) / scale;
  const double low = IsShown(*figure) ? figure->value - kSpan * figure->deviation : 0;
  const auto eighths = static_cast<std::size_t>(std::lround(low * columns_per_client * kEighths));
  const auto end = static_cast<std::size_t>(std::ceil(BarEnd(figure) * columns_per_client - 1e-9));
  const std::size_t solid = eighths / kEighths;
  const std::size_t part = eighths % kEighths;
  const std::size_t used = solid + (part == 0 ? 0 : 1);
  return absl::StrCat(Repeated("█", solid), kPartOfColumn[part], Repeated("·", std::max(end, used) - used));
}

std::string Grouped(std::int64_t number) {
  std::string text = absl::StrCat(number);
  const std::size_t first_digit = number < 0 ? 1 : 0;
  constexpr std::size_t kGroup = 3;
  for (std::size_t i = text.size(); i > first_digit + kGroup;) {
    i -= kGroup;
    text.insert(i, ",");
  }
  return text;
}

}  // namespace ladder::ctl
