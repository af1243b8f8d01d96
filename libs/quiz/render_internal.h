// File: render_internal.h
//
// What the parts of rendering share. Internal to libs/quiz.

#ifndef LADDER_LIBS_QUIZ_RENDER_INTERNAL_H_
#define LADDER_LIBS_QUIZ_RENDER_INTERNAL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "ladder/quiz/v1/definition.pb.h"
#include "ladder/quiz/v1/result.pb.h"
#include "libs/quiz/program.h"
#include "libs/quiz/score.h"

namespace ladder::quiz {

// The id behind a name; empty where it names nothing.
const std::string& IdOf(const Program& program, const Name& name);

v1::NotScored RenderNoValue(const Program& program, const NoValue& why);

const v1::Band& BandDefinition(const Program& program, Index scale, Index band_set, Index band);

// Fills QuizResult::stage where the quiz has a ladder.
void RenderStage(const Program& program, const Result& result, absl::string_view locale, v1::QuizResult& out);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_RENDER_INTERNAL_H_
