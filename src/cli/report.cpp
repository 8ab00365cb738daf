// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <ostream>

namespace papr::cli {

void print_json(Context& context, const Json& json) {
  context.out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

ExitCode report_error(Context& context, const GlobalOptions& options, const Error& error,
                      ExitCode code) {
  if (options.json) {
    print_json(
        context,
        {{"error",
          {{"code", name_of(error.code)}, {"message", error.message}, {"remedy", error.remedy}}}});
    return code;
  }
  context.err << "papr: " << error.message << '\n';
  if (!error.remedy.empty()) context.err << "      " << error.remedy << '\n';
  return code;
}

ExitCode report_settings_error(Context& context, const GlobalOptions& options, const Error& error) {
  const bool usage = error.code == ErrorCode::kInvalidArgument;
  return report_error(context, options, error, usage ? ExitCode::kUsage : ExitCode::kFailed);
}

void remark(Context& context, const GlobalOptions& options, std::string_view text) {
  if (!options.quiet) context.err << text << '\n';
}

}  // namespace papr::cli
