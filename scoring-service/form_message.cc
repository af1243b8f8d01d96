#include "scoring-service/form_message.h"

#include <string>
#include <utility>

#include "libs/quiz/form.h"
#include "libs/quiz/program.h"
#include "libs/quiz/render.h"
#include "libs/quiz/text.h"

namespace ladder::scoring {
namespace {

// Makes the parts of a form in one locale.
class FormMaker {
 public:
  FormMaker(const CompiledQuiz& quiz, absl::string_view asked_locale)
      : quiz_(quiz),
        program_(*quiz.program),
        definition_(program_.definition),
        locale_(quiz::ChooseLocale(program_, asked_locale)),
        default_locale_(quiz::DefaultLocale(definition_)) {}

  v1::Form MakeForm() const {
    v1::Form form;
    form.set_quiz_version(quiz_.id.name.ToString());
    form.set_digest(quiz_.id.digest);
    form.set_title(Text(definition_.title()));
    form.set_locale(std::string(locale_));
    for (const std::string& locale : program_.locales) form.add_locales(locale);
    for (quiz::Index i = 0; i < program_.items.size(); ++i) *form.add_items() = MakeItem(i);
    for (quiz::Index i = 0; i < program_.context.size(); ++i) *form.add_context() = MakeContext(i);
    AddRungs(form);
    return form;
  }

  v1::FormItem MakeItem(quiz::Index index) const {
    const quiz::Item& item = program_.items[index];
    const quiz::v1::Item& definition = definition_.items(static_cast<int>(index));
    v1::FormItem out;
    out.set_item(item.id);
    out.set_text(Text(definition.text()));
    out.set_optional(item.optional && item.required_when == quiz::kNone);
    out.set_conditional(item.show_when != quiz::kNone);
    switch (item.kind) {
      case quiz::Item::Kind::kSingleChoice:
        *out.mutable_single_choice() = MakeOptions(item);
        break;
      case quiz::Item::Kind::kMultipleChoice:
        *out.mutable_multiple_choice() = MakeOptions(item);
        break;
      case quiz::Item::Kind::kNumber:
        *out.mutable_number() = MakeNumber(definition.number());
        break;
      case quiz::Item::Kind::kFreeText:
        out.mutable_free_text();
        break;
    }
    return out;
  }

 private:
  const std::string& Text(const quiz::v1::Text& text) const { return quiz::TextIn(text, locale_, default_locale_); }

  v1::FormOptions MakeOptions(const quiz::Item& item) const {
    v1::FormOptions options;
    for (const quiz::v1::Option& option : definition_.option_sets(static_cast<int>(item.option_set)).options()) {
      v1::FormOption& out = *options.add_options();
      out.set_option(option.id());
      out.set_text(Text(option.text()));
    }
    return options;
  }

  static v1::FormNumber MakeNumber(const quiz::v1::NumberFormat& format) {
    v1::FormNumber number;
    number.set_min(format.min());
    number.set_max(format.max());
    number.set_step(format.step().empty() ? "1" : format.step());
    number.set_unit(format.unit());
    return number;
  }

  v1::FormContext MakeContext(quiz::Index index) const {
    const quiz::ContextValue& value = program_.context[index];
    const quiz::v1::ContextValue& definition = definition_.context(static_cast<int>(index));
    v1::FormContext out;
    out.set_context(value.id);
    out.set_default_(definition.default_());
    switch (value.kind) {
      case quiz::ContextValue::Kind::kCodes:
        for (const std::string& code : definition.codes().code()) out.add_codes(code);
        break;
      case quiz::ContextValue::Kind::kNumber:
        *out.mutable_number() = MakeNumber(definition.number());
        break;
      case quiz::ContextValue::Kind::kEarlierScore:
        out.set_earlier_scale(definition.earlier().scale());
        out.set_earlier_first(definition.earlier().which() == quiz::v1::EarlierScore::WHICH_FIRST);
        break;
    }
    return out;
  }

  void AddRungs(v1::Form& form) const {
    if (!program_.ladder) return;
    const quiz::v1::Scale& scale = definition_.scales(static_cast<int>(program_.ladder->scale));
    for (const quiz::v1::Band& band : scale.band_sets(static_cast<int>(program_.ladder->band_set)).bands()) {
      quiz::v1::Rung& rung = *form.add_rungs();
      rung.set_stage(band.id());
      rung.set_title(Text(band.title()));
    }
  }

  const CompiledQuiz& quiz_;
  const quiz::Program& program_;
  const quiz::v1::QuizDefinition& definition_;
  const absl::string_view locale_;
  const absl::string_view default_locale_;
};

}  // namespace

v1::Form MakeForm(const CompiledQuiz& quiz, absl::string_view asked_locale) {
  return FormMaker(quiz, asked_locale).MakeForm();
}

v1::NextItemsResponse MakeNextItems(const CompiledQuiz& quiz, const quiz::Input& input,
                                    const quiz::Possibility& possible, absl::string_view asked_locale,
                                    std::uint32_t max_items) {
  const quiz::NextItems next = quiz::FindNextItems(*quiz.program, input, possible);
  const FormMaker maker(quiz, asked_locale);
  v1::NextItemsResponse response;
  for (const quiz::Index index : next.to_ask) {
    if (max_items != 0 && static_cast<std::uint32_t>(response.items_size()) >= max_items) break;
    *response.add_items() = maker.MakeItem(index);
  }
  v1::Progress& progress = *response.mutable_progress();
  progress.set_answered(next.answered);
  progress.set_to_ask(static_cast<std::uint32_t>(next.to_ask.size()));
  progress.set_undecided(next.undecided);
  progress.set_complete(next.complete);
  progress.set_decided(next.decided);
  return response;
}

}  // namespace ladder::scoring
