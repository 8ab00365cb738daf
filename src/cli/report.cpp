// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "../base/utf8.h"

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

std::string one_line(std::string_view text, std::size_t width_columns) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD, for what is not UTF-8
  std::string line;
  std::size_t columns = 0;
  bool blank_due = false;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = utf8_character_length(text.substr(i));
    // C0, DEL, and C1 (U+0080 to U+009F are 0xC2 0x80 to 0xC2 0x9F).
    const bool control =
        lead <= 0x20 || lead == 0x7F ||
        (lead == 0xC2 && length == 2 && static_cast<unsigned char>(text[i + 1]) < 0xA0);
    if (control) {
      blank_due = !line.empty();
      i += length;
      continue;
    }
    const std::size_t needed = blank_due ? 2 : 1;
    if (columns + needed > width_columns) {
      if (!line.empty()) line += "…";
      return line;
    }
    if (blank_due) line += ' ';
    blank_due = false;
    line += length == 0 ? kReplacement : text.substr(i, length);
    columns += needed;
    i += std::max<std::size_t>(length, 1);
  }
  return line;
}

std::string with_thousands(std::size_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::uint64_t kStep = 1000;
  if (bytes < kStep) return fmt::format("{} bytes", bytes);
  double size = static_cast<double>(bytes) / kStep;
  for (const char* unit : {"kB", "MB", "GB"}) {
    // 999.95 would be printed as 1000.0.
    if (size < 999.95) return fmt::format("{:.1f} {}", size, unit);
    size /= kStep;
  }
  return fmt::format("{:.1f} TB", size);
}

}  // namespace papr::cli
