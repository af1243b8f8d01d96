#include "libs/quiz/parser.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/quiz/lexer.h"
#include "libs/quiz/limits.h"

namespace ladder::quiz {
namespace {

struct Spelling {
  absl::string_view symbol;
  Op op;
};

constexpr std::initializer_list<Spelling> kOr = {{"||", Op::kOr}};
constexpr std::initializer_list<Spelling> kAnd = {{"&&", Op::kAnd}};
constexpr std::initializer_list<Spelling> kRelations = {
    {"<", Op::kLess},   {"<=", Op::kLessOrEqual}, {">", Op::kGreater}, {">=", Op::kGreaterOrEqual},
    {"==", Op::kEqual}, {"!=", Op::kNotEqual},    {"in", Op::kInList}};
constexpr std::initializer_list<Spelling> kSums = {{"+", Op::kAdd}, {"-", Op::kSubtract}};
constexpr std::initializer_list<Spelling> kProducts = {{"*", Op::kMultiply}, {"/", Op::kDivide}};
constexpr std::initializer_list<Spelling> kPrefixes = {{"!", Op::kNot}, {"-", Op::kNegate}};

// Recursive descent, one function for each rule of the grammar. Each returns the node it made, or kNone once there is
// a fault: the first one ends the parse.
class Parser {
 public:
  explicit Parser(absl::string_view text) : lexer_(text) { Advance(); }

  std::variant<Syntax, SyntaxFault> Run() {
    if (Conditional() != kNone && token_.kind != Token::Kind::kEnd) FailUnexpected();
    if (fault_.has_value()) return *std::move(fault_);
    return std::move(syntax_);
  }

 private:
  using Rule = Index (Parser::*)();

  Index Conditional();
  Index Or() { return LeftToRight(kOr, &Parser::And); }
  Index And() { return LeftToRight(kAnd, &Parser::Relation); }
  Index Relation();
  Index Sum() { return LeftToRight(kSums, &Parser::Product); }
  Index Product() { return LeftToRight(kProducts, &Parser::Unary); }
  Index Unary();
  Index Primary();
  Index Named();
  Index Parenthesised();
  Index LeftToRight(std::initializer_list<Spelling> operators, Rule operand);
  bool Arguments(absl::string_view close, std::vector<Index>& arguments);

  void Advance();
  bool Expect(absl::string_view symbol);
  std::optional<Op> Operator(std::initializer_list<Spelling> operators) const;
  Index Leaf(SyntaxNode::Kind kind);
  Index Make(SyntaxNode node);
  Index MakeOperator(Op op, std::uint32_t column, std::vector<Index> args);
  std::uint32_t ColumnOf(Index node) const { return syntax_.nodes[node].column; }
  Index Fail(std::uint32_t column, std::string message);
  Index FailUnexpected();

  // Counts how deep the parser is; `ok` is false past the limit, which is then a fault.
  class Nesting {
   public:
    explicit Nesting(Parser& parser) : parser_(parser) {
      ok = ++parser_.nesting_ <= kMaxExpressionNesting;
      if (!ok) {
        parser_.Fail(parser_.token_.column,
                     absl::StrCat("nested more than ", kMaxExpressionNesting, " deep; put parts into internal scales"));
      }
    }
    ~Nesting() { --parser_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

    bool ok = false;

   private:
    Parser& parser_;
  };

  Lexer lexer_;
  Token token_;
  Syntax syntax_;
  std::vector<int> depths_;  // One for each node of the syntax.
  int nesting_ = -1;         // The whole expression is not nested.
  std::optional<SyntaxFault> fault_;
};

void Parser::Advance() {
  token_ = lexer_.Next();
  if (token_.kind == Token::Kind::kFault) Fail(token_.column, lexer_.fault());
}

Index Parser::Fail(std::uint32_t column, std::string message) {
  if (!fault_.has_value()) fault_ = SyntaxFault{column, std::move(message)};
  return kNone;
}

Index Parser::FailUnexpected() {
  if (token_.kind == Token::Kind::kEnd) return Fail(token_.column, "the expression ends too early");
  return Fail(token_.column, absl::StrCat("'", token_.text, "' is not expected here"));
}

bool Parser::Expect(absl::string_view symbol) {
  if (!token_.Is(symbol)) {
    Fail(token_.column, token_.kind == Token::Kind::kEnd
                            ? absl::StrCat("the expression ends where '", symbol, "' is expected")
                            : absl::StrCat("'", symbol, "' is expected here, not '", token_.text, "'"));
    return false;
  }
  Advance();
  return !fault_.has_value();
}

std::optional<Op> Parser::Operator(std::initializer_list<Spelling> operators) const {
  for (const Spelling& spelling : operators) {
    if (token_.Is(spelling.symbol)) return spelling.op;
  }
  return std::nullopt;
}

Index Parser::Make(SyntaxNode node) {
  if (fault_.has_value()) return kNone;
  int depth = 1;
  for (const Index arg : node.args) depth = std::max(depth, depths_[arg] + 1);
  if (depth > kMaxExpressionDepth) {
    return Fail(node.column, absl::StrCat("more than ", kMaxExpressionDepth,
                                          " operators in a row; use an aggregate, or put parts into internal scales"));
  }
  depths_.push_back(depth);
  syntax_.nodes.push_back(std::move(node));
  return static_cast<Index>(syntax_.nodes.size() - 1);
}

Index Parser::MakeOperator(Op op, std::uint32_t column, std::vector<Index> args) {
  return Make({.kind = SyntaxNode::Kind::kOperator, .op = op, .text = {}, .args = std::move(args), .column = column});
}

Index Parser::Leaf(SyntaxNode::Kind kind) {
  const Token leaf = token_;
  Advance();
  return Make({.kind = kind, .op = Op::kFalse, .text = std::string(leaf.text), .args = {}, .column = leaf.column});
}

Index Parser::Conditional() {
  const Nesting nesting(*this);
  if (!nesting.ok) return kNone;
  const Index condition = Or();
  if (condition == kNone || !token_.Is("?")) return condition;
  Advance();
  const Index then = Conditional();
  if (then == kNone || !Expect(":")) return kNone;
  const Index otherwise = Conditional();
  if (otherwise == kNone) return kNone;
  return MakeOperator(Op::kConditional, ColumnOf(condition), {condition, then, otherwise});
}

Index Parser::LeftToRight(std::initializer_list<Spelling> operators, Rule operand) {
  Index left = (this->*operand)();
  while (left != kNone) {
    const std::optional<Op> op = Operator(operators);
    if (!op.has_value()) break;
    Advance();
    const Index right = (this->*operand)();
    if (right == kNone) return kNone;
    left = MakeOperator(*op, ColumnOf(left), {left, right});
  }
  return left;
}

Index Parser::Relation() {
  const Index left = Sum();
  if (left == kNone) return kNone;
  const std::optional<Op> op = Operator(kRelations);
  if (!op.has_value()) return left;
  Advance();
  const Index right = Sum();
  if (right == kNone) return kNone;
  if (Operator(kRelations).has_value()) {
    return Fail(token_.column, "comparisons do not chain; write a < b && b < c");
  }
  return MakeOperator(*op, ColumnOf(left), {left, right});
}

Index Parser::Unary() {
  const std::optional<Op> op = Operator(kPrefixes);
  if (!op.has_value()) return Primary();
  const Nesting nesting(*this);
  if (!nesting.ok) return kNone;
  const std::uint32_t column = token_.column;
  Advance();
  const Index operand = Unary();
  return operand == kNone ? kNone : MakeOperator(*op, column, {operand});
}

Index Parser::Primary() {
  if (fault_.has_value()) return kNone;
  if (token_.kind == Token::Kind::kNumber) return Leaf(SyntaxNode::Kind::kNumber);
  if (token_.kind == Token::Kind::kString) return Leaf(SyntaxNode::Kind::kString);
  if (token_.Is("true")) return Leaf(SyntaxNode::Kind::kTrue);
  if (token_.Is("false")) return Leaf(SyntaxNode::Kind::kFalse);
  if (token_.kind == Token::Kind::kName && !token_.Is("in")) return Named();
  if (token_.Is("(")) return Parenthesised();
  if (token_.Is("[")) {
    SyntaxNode list{.kind = SyntaxNode::Kind::kList, .op = Op::kFalse, .text = {}, .args = {}, .column = token_.column};
    Advance();
    return Arguments("]", list.args) ? Make(std::move(list)) : kNone;
  }
  return FailUnexpected();
}

Index Parser::Named() {
  const Token name = token_;
  Advance();
  SyntaxNode node{.kind = SyntaxNode::Kind::kName,
                  .op = Op::kFalse,
                  .text = std::string(name.text),
                  .args = {},
                  .column = name.column};
  if (token_.Is("(")) {
    node.kind = SyntaxNode::Kind::kCall;
    Advance();
    if (!Arguments(")", node.args)) return kNone;
  }
  return Make(std::move(node));
}

Index Parser::Parenthesised() {
  Advance();
  const Index inner = Conditional();
  return inner != kNone && Expect(")") ? inner : kNone;
}

// What stands between brackets, up to and including `close`.
bool Parser::Arguments(absl::string_view close, std::vector<Index>& arguments) {
  if (token_.Is(close)) {
    Advance();
    return !fault_.has_value();
  }
  while (true) {
    const Index argument = Conditional();
    if (argument == kNone) return false;
    arguments.push_back(argument);
    if (!token_.Is(",")) return Expect(close);
    Advance();
  }
}

}  // namespace

std::variant<Syntax, SyntaxFault> ParseExpression(absl::string_view text) {
  if (text.size() > kMaxExpressionBytes) {
    return SyntaxFault{1,
                       absl::StrCat("is longer than ", kMaxExpressionBytes, " bytes; put parts into internal scales")};
  }
  return Parser(text).Run();
}

}  // namespace ladder::quiz
