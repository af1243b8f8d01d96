#include "tests/fuzz/random_answers.h"

namespace ladder::quiz {
namespace {

// One of the two ends, which is where faults of ranges show.
const Rational& EitherEnd(const NumberFormat& format, Random& random) {
  return random.OneIn(2) ? format.min : format.max;
}

std::vector<Index> RandomSelection(const Item& item, Random& random) {
  std::vector<Index> selection;
  for (Index i = 0; i < item.options.size(); ++i) {
    if (item.options[i].meaning == Option::Meaning::kScored && random.OneIn(2)) selection.push_back(i);
  }
  return selection;
}

AnswerValue RandomAnswer(const Item& item, Random& random) {
  AnswerValue answer;
  if (random.OneIn(4)) return answer;
  answer.given = true;
  switch (item.kind) {
    case Item::Kind::kSingleChoice:
      answer.option = static_cast<Index>(random.Below(item.options.size()));
      break;
    case Item::Kind::kMultipleChoice:
      answer.options = RandomSelection(item, random);
      break;
    case Item::Kind::kNumber:
      answer.number = EitherEnd(item.number, random);
      break;
    case Item::Kind::kFreeText:
      break;
  }
  return answer;
}

ContextInput RandomContext(const ContextValue& value, Random& random) {
  ContextInput input;
  const bool has_default = value.default_code != kNone || value.default_number.has_value();
  if (!has_default && random.OneIn(4)) return input;
  input.present = true;
  if (value.kind == ContextValue::Kind::kCodes) {
    input.code = random.Among(value.codes);
  } else {
    input.number = EitherEnd(value.number, random);
  }
  return input;
}

}  // namespace

Input RandomInput(const Program& program, Random& random) {
  Input input;
  for (const Item& item : program.items) input.answers.push_back(RandomAnswer(item, random));
  for (const ContextValue& value : program.context) input.context.push_back(RandomContext(value, random));
  return input;
}

}  // namespace ladder::quiz
