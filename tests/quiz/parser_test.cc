#include "libs/quiz/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/quiz/limits.h"

namespace ladder::quiz {
namespace {

using ::testing::HasSubstr;

// With all its parentheses: "(+ 1 (* 2 3))".
std::string Spell(const Syntax& syntax, Index index) {
  static const std::map<Op, std::string> symbols = {
      {Op::kOr, "||"},     {Op::kAnd, "&&"},   {Op::kLess, "<"},      {Op::kLessOrEqual, "<="},
      {Op::kGreater, ">"}, {Op::kEqual, "=="}, {Op::kNotEqual, "!="}, {Op::kGreaterOrEqual, ">="},
      {Op::kInList, "in"}, {Op::kAdd, "+"},    {Op::kSubtract, "-"},  {Op::kMultiply, "*"},
      {Op::kDivide, "/"},  {Op::kNot, "!"},    {Op::kNegate, "neg"},  {Op::kConditional, "?"}};
  const SyntaxNode& node = syntax.nodes[index];
  std::string text;
  switch (node.kind) {
    case SyntaxNode::Kind::kOperator:
      text = symbols.at(node.op);
      break;
    case SyntaxNode::Kind::kList:
      text = "list";
      break;
    case SyntaxNode::Kind::kString:
      return absl::StrCat("'", node.text, "'");
    default:
      text = node.text;
  }
  if (node.kind != SyntaxNode::Kind::kOperator && node.kind != SyntaxNode::Kind::kCall &&
      node.kind != SyntaxNode::Kind::kList) {
    return text;
  }
  for (const Index arg : node.args) absl::StrAppend(&text, " ", Spell(syntax, arg));
  return absl::StrCat("(", text, ")");
}

std::string Parsed(absl::string_view text) {
  const auto parsed = ParseExpression(text);
  if (const auto* fault = std::get_if<SyntaxFault>(&parsed)) return absl::StrCat(fault->column, ": ", fault->message);
  const Syntax& syntax = std::get<Syntax>(parsed);
  return Spell(syntax, static_cast<Index>(syntax.nodes.size() - 1));
}

TEST(ParserTest, BindsAsInArithmetic) {
  EXPECT_EQ(Parsed("1 + 2 * 3"), "(+ 1 (* 2 3))");
  EXPECT_EQ(Parsed("(1 + 2) * 3"), "(* (+ 1 2) 3)");
  EXPECT_EQ(Parsed("8 - 4 - 2"), "(- (- 8 4) 2)");
  EXPECT_EQ(Parsed("8 / 4 / 2"), "(/ (/ 8 4) 2)");
  EXPECT_EQ(Parsed("-a * b"), "(* (neg a) b)");
  EXPECT_EQ(Parsed("!-a"), "(! (neg a))");
}

TEST(ParserTest, BindsComparisonsTighterThanAndAndThatTighterThanOr) {
  EXPECT_EQ(Parsed("a < 1 || b >= 2 && c != 3"), "(|| (< a 1) (&& (>= b 2) (!= c 3)))");
  EXPECT_EQ(Parsed("a + 1 == b"), "(== (+ a 1) b)");
  EXPECT_EQ(Parsed("'x' in a && b in ['y', \"z\"]"), "(&& (in 'x' a) (in b (list 'y' 'z')))");
}

TEST(ParserTest, ConditionalsBindLoosestAndToTheRight) {
  EXPECT_EQ(Parsed("a || b ? 1 : c ? 2 : 3"), "(? (|| a b) 1 (? c 2 3))");
  EXPECT_EQ(Parsed("a ? b ? 1 : 2 : 3"), "(? a (? b 1 2) 3)");
}

TEST(ParserTest, ReadsCallsAndLeaves) {
  EXPECT_EQ(Parsed("max(1, min(a, 2.50))"), "(max 1 (min a 2.50))");
  EXPECT_EQ(Parsed("lookup('t', x)"), "(lookup 't' x)");
  EXPECT_EQ(Parsed("true"), "true");
  EXPECT_EQ(Parsed(" \n\tfalse "), "false");
  EXPECT_EQ(Parsed("f()"), "(f)");
  EXPECT_EQ(Parsed("a in []"), "(in a (list))");
}

TEST(ParserTest, NodesKnowTheColumnWhereTheyBegin) {
  const Syntax syntax = std::get<Syntax>(ParseExpression("a + 'b' * f(c)"));
  std::map<std::string, std::uint32_t> columns;
  for (const SyntaxNode& node : syntax.nodes) columns[node.text] = node.column;
  EXPECT_EQ(columns["a"], 1);
  EXPECT_EQ(columns["b"], 5);
  EXPECT_EQ(columns["f"], 11);
  EXPECT_EQ(columns["c"], 13);
  EXPECT_EQ(syntax.nodes.back().column, 1);
}

TEST(ParserTest, ChildrenStandBeforeTheirParents) {
  const Syntax syntax = std::get<Syntax>(ParseExpression("a ? f(b, -c) : d in ['e'] ? 1 : 2 + 3"));
  for (Index i = 0; i < syntax.nodes.size(); ++i) {
    for (const Index arg : syntax.nodes[i].args) EXPECT_LT(arg, i);
  }
}

struct Refused {
  std::string text;
  std::string fault;
};

class RefusedSyntaxTest : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedSyntaxTest, SaysWhereAndWhy) { EXPECT_THAT(Parsed(GetParam().text), HasSubstr(GetParam().fault)); }

INSTANTIATE_TEST_SUITE_P(
    All, RefusedSyntaxTest,
    ::testing::Values(
        Refused{"", "1: the expression ends too early"}, Refused{"1 +", "4: the expression ends too early"},
        Refused{"1 2", "3: '2' is not expected here"}, Refused{"(1", "3: the expression ends where ')' is expected"},
        Refused{"(1]", "3: ')' is expected here, not ']'"}, Refused{"1)", "2: ')' is not expected here"},
        Refused{"a < b < c", "7: comparisons do not chain; write a < b && b < c"},
        Refused{"a == b in c", "8: comparisons do not chain"}, Refused{"a ? b", "6: the expression ends where ':'"},
        Refused{"in a", "1: 'in' is not expected here"},
        Refused{"1u", "2: a number is digits and a decimal point only"}, Refused{"1e3", "2: a number is digits"},
        Refused{"0x1F", "2: a number is digits"}, Refused{"1.", "2: digits have to follow the decimal point"},
        Refused{".5", "1: '.' has no meaning here"}, Refused{"a = 1", "3: write == to compare"},
        Refused{"a & b", "3: write && between conditions"}, Refused{"a | b", "3: write || between conditions"},
        Refused{"a % 2", "3: '%' has no meaning here"}, Refused{"'open", "1: the string is not closed"},
        Refused{"a == \"b'", "6: the string is not closed"}, Refused{"f(1,)", "5: ')' is not expected here"},
        Refused{"a.b", "2: '.' has no meaning here"}, Refused{"a[0]", "2: '[' is not expected here"},
        Refused{"\xc3\xa4", "1: '\\xc3' has no meaning here"},
        Refused{std::string("\0", 1), "1: '\\x00' has no meaning here"}));

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(ParserLimitsTest, NestingEndsAtItsLimitAndNotBefore) {
  const auto nested = [](int depth) { return Repeated("(", depth) + "1" + Repeated(")", depth); };
  EXPECT_EQ(Parsed(nested(kMaxExpressionNesting)), "1");
  EXPECT_THAT(Parsed(nested(kMaxExpressionNesting + 1)), HasSubstr("nested more than 32 deep"));
  EXPECT_THAT(Parsed(Repeated("!", kMaxExpressionNesting + 1) + "a"), HasSubstr("nested more than 32 deep"));
  EXPECT_THAT(Parsed(Repeated("f(", 1000)), HasSubstr("nested more than 32 deep"));
  EXPECT_THAT(Parsed(Repeated("a ? 1 : ", kMaxExpressionNesting + 1) + "2"), HasSubstr("nested more than 32 deep"));
}

TEST(ParserLimitsTest, LengthEndsAtItsLimitAndNotBefore) {
  const std::string longest = "f(" + Repeated("1,", 2046) + "1)";
  ASSERT_EQ(longest.size(), kMaxExpressionBytes);
  EXPECT_THAT(Parsed(longest), HasSubstr("(f 1 1"));
  EXPECT_THAT(Parsed(longest + " "), HasSubstr("is longer than 4096 bytes"));
}

TEST(ParserLimitsTest, ChainsOfOperatorsEndAtTheirLimitAndNotBefore) {
  const std::string longest = "1" + Repeated(" + 1", kMaxExpressionDepth - 1);
  EXPECT_THAT(Parsed(longest), HasSubstr("(+ 1 1)"));
  EXPECT_THAT(Parsed(longest + " + 1"), HasSubstr("more than 256 operators in a row; use an aggregate"));
}

}  // namespace
}  // namespace ladder::quiz
