#include "tools/ladderctl/figure_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ladder::ctl {
namespace {

records::v1::Figure FigureOf(const std::string& decimal, const std::string& deviation) {
  records::v1::Figure figure;
  figure.mutable_count()->set_decimal(decimal);
  figure.set_standard_deviation(deviation);
  return figure;
}

TEST(FigureTextTest, ShowsTheNumberFromTenOn) {
  EXPECT_EQ(FigureText(NoisyFigure{10, 1}), "10");
  EXPECT_EQ(FigureText(NoisyFigure{9.99, 1}), "under 10");
  EXPECT_EQ(FigureText(NoisyFigure{1034.4, 1}), "1,034");
}

TEST(FigureTextTest, ShowsTheNumberOnlyFromTwoStandardDeviationsOn) {
  EXPECT_EQ(FigureText(NoisyFigure{20, 10}), "20");
  EXPECT_EQ(FigureText(NoisyFigure{19.99, 10}), "under 10");
  EXPECT_EQ(FigureText(NoisyFigure{-30, 10}), "under 10");
}

TEST(FigureTextTest, SaysSoWhereNoCohortWasReleased) {
  const NoisyFigure nobody{0, 0};
  EXPECT_EQ(FigureText(nobody), "none");
  EXPECT_EQ(SpanText(nobody), "");
  EXPECT_EQ(ShareText(nobody, 0), "");
  EXPECT_EQ(BarEnd(nobody), 0);
  EXPECT_EQ(FigureBar(nobody, 10, 10), "");
}

TEST(FigureTextTest, ReadsWhatTheServiceAnswersAndNothingElse) {
  const std::optional<NoisyFigure> figure = ReadFigure(FigureOf("-3.2500", "4.5000"));
  ASSERT_TRUE(figure.has_value());
  EXPECT_EQ(figure->value, -3.25);
  EXPECT_EQ(figure->deviation, 4.5);
  EXPECT_EQ(ReadFigure(FigureOf("", "1")), std::nullopt);
  EXPECT_EQ(ReadFigure(FigureOf("3", "much")), std::nullopt);
  EXPECT_EQ(ReadFigure(FigureOf("nan", "1")), std::nullopt);
  EXPECT_EQ(FigureText(std::nullopt), "?");
  EXPECT_EQ(FigureBar(std::nullopt, 10, 10), "");
}

TEST(SpanTextTest, IsTwoStandardDeviationsRoundedUp) {
  EXPECT_EQ(SpanText(NoisyFigure{40, 4.5}), "± 9");
  EXPECT_EQ(SpanText(NoisyFigure{40, 4.51}), "± 10");
}

TEST(ShareTextTest, IsWholePerCentAndHiddenWithTheNumber) {
  EXPECT_EQ(ShareText(NoisyFigure{40, 4}, 200), "20 %");
  EXPECT_EQ(ShareText(NoisyFigure{9, 1}, 200), "");
  EXPECT_EQ(ShareText(NoisyFigure{40, 4}, 0), "");
}

TEST(FigureBarTest, IsSolidToTheLowerEndAndDottedToTheUpper) {
  // 31 of 49 in ten columns is 6.33; 49 is all of it.
  EXPECT_EQ(FigureBar(NoisyFigure{40, 4.5}, 49, 10), "██████▍···");
  EXPECT_EQ(FigureBar(NoisyFigure{20, 0}, 40, 10), "█████");
  EXPECT_EQ(FigureBar(NoisyFigure{20, 10}, 40, 10), "··········");
}

TEST(FigureBarTest, TellsNoMoreThanTheTextOfWhatIsHidden) {
  const std::string bar = FigureBar(NoisyFigure{9, 1}, 40, 20);
  EXPECT_EQ(bar, "·····");
  EXPECT_EQ(FigureBar(NoisyFigure{-9, 1}, 40, 20), bar);
  EXPECT_EQ(BarEnd(NoisyFigure{9, 1}), BarEnd(NoisyFigure{0, 1}));
}

TEST(GroupedTest, SetsACommaAtEachThousand) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(-1234567), "-1,234,567");
  EXPECT_EQ(Grouped(-123), "-123");
}

}  // namespace
}  // namespace ladder::ctl
