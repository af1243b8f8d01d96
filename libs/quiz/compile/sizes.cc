#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "libs/quiz/compile/steps.h"

namespace ladder::quiz {
namespace {

// Entries of all lists of one kind. The fault stands at the list that passes the limit.
class Total {
 public:
  // `what` is for example "options of all option sets".
  Total(absl::string_view what, int limit, FaultList& faults) : what_(what), limit_(limit), faults_(faults) {}

  void Add(const std::string& path, int entries) {
    const bool passed_before = total_ > limit_;
    total_ += entries;
    if (passed_before || total_ <= limit_) return;
    faults_.Limit(path, absl::StrCat("with these there are more than ", limit_, " ", what_,
                                     ", which is the most that one quiz may have; leave some out"));
  }

 private:
  absl::string_view what_;
  std::int64_t total_ = 0;
  int limit_;
  FaultList& faults_;
};

class SizeCheck {
 public:
  explicit SizeCheck(Compilation& compilation) : definition_(compilation.definition), faults_(compilation.faults) {}

  void Run() {
    CheckLists();
    CheckOptions();
    CheckTables();
    CheckScales();
    CheckOutcomes();
  }

 private:
  void CheckCount(const std::string& path, int count, int limit) {
    if (count > limit) {
      faults_.Limit(path, absl::StrCat(count, " entries are too many; at most ", limit, " are taken"));
    }
  }

  void CheckLists() {
    CheckCount("title.by_locale", static_cast<int>(definition_.title().by_locale().size()), kMaxLocales);
    CheckCount("option_sets", definition_.option_sets_size(), kMaxOptionSets);
    CheckCount("items", definition_.items_size(), kMaxItems);
    CheckCount("context", definition_.context_size(), kMaxContextValues);
    CheckCount("tables", definition_.tables_size(), kMaxTables);
    CheckCount("scales", definition_.scales_size(), kMaxScales);
    CheckCount("decisions", definition_.decisions_size(), kMaxDecisions);
    CheckCount("alerts", definition_.alerts_size(), kMaxAlerts);
    CheckCount("modalities", definition_.modalities_size(), kMaxModalities);
    CheckCount("guidance", definition_.guidance_size(), kMaxGuidance);
    CheckCount("norms", definition_.norms_size(), kMaxNorms);
    CheckCount("examples", definition_.examples_size(), kMaxExamples);
    CheckCount("comparable_with", definition_.comparable_with_size(), kMaxComparableVersions);
    CheckCount("ladder.public_slices", definition_.ladder().public_slices_size(), kMaxPublicSlices);
    for (int i = 0; i < definition_.context_size(); ++i) {
      CheckCount(At("context", i) + ".codes.code", definition_.context(i).codes().code_size(),
                 kMaxCodesPerContextValue);
    }
  }

  void CheckOptions() {
    Total options("options of all option sets", kMaxOptions, faults_);
    Total values("named values of all options", kMaxNamedValues, faults_);
    for (int i = 0; i < definition_.option_sets_size(); ++i) {
      const v1::OptionSet& set = definition_.option_sets(i);
      const std::string path = At("option_sets", i) + ".options";
      CheckCount(path, set.options_size(), kMaxOptionsPerSet);
      options.Add(path, set.options_size());
      int named = 0;
      for (const v1::Option& option : set.options()) named += static_cast<int>(option.values().size());
      values.Add(path, named);
    }
  }

  void CheckTables() {
    Total rows("rows of all tables", kMaxTableRows, faults_);
    for (int i = 0; i < definition_.tables_size(); ++i) {
      const std::string path = At("tables", i) + ".rows";
      CheckCount(path, definition_.tables(i).rows_size(), kMaxRowsPerTable);
      rows.Add(path, definition_.tables(i).rows_size());
    }
  }

  void CheckScales() {
    Total members("members of all aggregates and the gate", kMaxMembers, faults_);
    Total sets("band sets of all scales", kMaxBandSets, faults_);
    Total bands("bands and ranges of all band sets", kMaxBands, faults_);
    members.Add("gate.of", definition_.gate().of_size());
    for (int i = 0; i < definition_.scales_size(); ++i) {
      const v1::Scale& scale = definition_.scales(i);
      const std::string path = At("scales", i);
      members.Add(path + ".aggregate.of", scale.aggregate().of_size());
      CheckCount(path + ".band_sets", scale.band_sets_size(), kMaxBandSetsPerScale);
      sets.Add(path + ".band_sets", scale.band_sets_size());
      for (int j = 0; j < scale.band_sets_size(); ++j) {
        CheckBands(absl::StrCat(path, ".", At("band_sets", j), ".bands"), scale.band_sets(j), bands);
      }
    }
  }

  void CheckBands(const std::string& path, const v1::BandSet& set, Total& bands) {
    CheckCount(path, set.bands_size(), kMaxBandsPerSet);
    bands.Add(path, set.bands_size());
    for (int i = 0; i < set.bands_size(); ++i) {
      const std::string ranges_path = At(path, i) + ".ranges";
      CheckCount(ranges_path, set.bands(i).ranges_size(), kMaxRangesPerBand);
      bands.Add(ranges_path, set.bands(i).ranges_size());
    }
  }

  void CheckOutcomes() {
    Total rules("rules of all decisions", kMaxRules, faults_);
    for (int i = 0; i < definition_.decisions_size(); ++i) {
      const std::string path = At("decisions", i) + ".rules";
      CheckCount(path, definition_.decisions(i).rules_size(), kMaxRulesPerDecision);
      rules.Add(path, definition_.decisions(i).rules_size());
    }
    Total judgements("items in for_each of all alerts", kMaxAlertJudgements, faults_);
    for (int i = 0; i < definition_.alerts_size(); ++i) {
      judgements.Add(At("alerts", i) + ".for_each", definition_.alerts(i).for_each_size());
    }
  }

  const v1::QuizDefinition& definition_;
  FaultList& faults_;
};

}  // namespace

bool CheckSizes(Compilation& compilation) {
  const std::size_t bytes = compilation.definition.ByteSizeLong();
  if (bytes > kMaxDefinitionBytes) {
    compilation.faults.Limit(
        "", absl::StrCat("the definition has ", bytes, " bytes; at most ", kMaxDefinitionBytes, " are taken"));
    return false;
  }
  SizeCheck(compilation).Run();
  return !compilation.faults.passes_limit();
}

}  // namespace ladder::quiz
