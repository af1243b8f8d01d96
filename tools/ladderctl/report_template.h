// File: report_template.h
//
// The page of `ladderctl analytics report` as tools/report/build.mjs makes it at build time: everything but the data.

#ifndef LADDER_TOOLS_LADDERCTL_REPORT_TEMPLATE_H_
#define LADDER_TOOLS_LADDERCTL_REPORT_TEMPLATE_H_

#include "absl/strings/string_view.h"

namespace ladder::ctl {

// What stands for the data, once in the page.
inline constexpr absl::string_view kReportDataMark = "@LADDER_REPORT_DATA@";

absl::string_view ReportTemplate();

}  // namespace ladder::ctl

#endif  // LADDER_TOOLS_LADDERCTL_REPORT_TEMPLATE_H_
