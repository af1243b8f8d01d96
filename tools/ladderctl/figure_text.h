// File: figure_text.h
//
// Figures with noise in them as people see them: the number where it says something, how far the noise reaches, and a
// bar that shows both.
//
//   const std::optional<NoisyFigure> figure = ReadFigure(cell.clients());
//   FigureText(figure);          // "40", or "under 10"
//   SpanText(figure);            // "± 9"
//   FigureBar(figure, 49, 10);   // "██████▍···"

#ifndef LADDER_TOOLS_LADDERCTL_FIGURE_TEXT_H_
#define LADDER_TOOLS_LADDERCTL_FIGURE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "ladder/records/v1/analytics_service.pb.h"

namespace ladder::ctl {

struct NoisyFigure {
  double value = 0;      // Clients, signed.
  double deviation = 0;  // The standard deviation of the noise in it.
};

// Nothing where the texts are no numbers.
std::optional<NoisyFigure> ReadFigure(const records::v1::Figure& figure);

// Whether people are shown the number: from the larger of 10 and two standard deviations on.
bool IsShown(const NoisyFigure& figure);

// "1,034", or "under 10" for whatever is not shown; "none" where no cohort was released, "?" where there is no number.
std::string FigureText(const std::optional<NoisyFigure>& figure);

// "± 9": two standard deviations, rounded up. In about 19 of 20 figures the noise is smaller. Empty where there is
// none.
std::string SpanText(const std::optional<NoisyFigure>& figure);

// The share of `clients` in whole per cent, "20 %"; empty where the number is not shown.
std::string ShareText(const std::optional<NoisyFigure>& figure, std::int64_t clients);

// Where the figure's bar ends: two standard deviations above it. Of a figure that is not shown the end of what "under
// 10" may mean, so that the bar tells no more than the text.
double BarEnd(const std::optional<NoisyFigure>& figure);

// A bar of at most `width` columns for figures whose ends are at most `scale`. Solid as far as the figure reaches at
// least, then dots as far as it may reach: the figure lies in the middle of the dots. Dots alone where it is not shown.
std::string FigureBar(const std::optional<NoisyFigure>& figure, double scale, std::size_t width);

// 1034 as "1,034".
std::string Grouped(std::int64_t number);

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_FIGURE_TEXT_H_
