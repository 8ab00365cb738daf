// SPDX-License-Identifier: Apache-2.0
#include "pressure_settings.h"

#include "../pressure/memory_source.h"
#include "../pressure/text_scan.h"

namespace papr::cli {
namespace {

std::unexpected<Error> fail_setting(const char* name, const std::string& value,
                                    const std::string& shape) {
  return fail(ErrorCode::kInvalidArgument,
              std::string("read ") + name + "=\"" + value + "\": not " + shape,
              "write " + shape + ", or unset it");
}

Result<> read_percent(const Environment& environment, const char* name, double& percent) {
  const auto text = environment(name);
  if (!text) return {};
  std::string_view rest = *text;
  const auto value = take_decimal(rest);
  if (!value || !rest.empty() || *value > 100 || text->find(',') != std::string::npos) {
    return fail_setting(name, *text, "a number from 0 to 100");
  }
  percent = *value;
  return {};
}

Result<> read_count(const Environment& environment, const char* name, std::uint64_t& count) {
  const auto text = environment(name);
  if (!text) return {};
  std::string_view rest = *text;
  const auto value = take_number(rest);
  if (!value || !rest.empty()) return fail_setting(name, *text, "a number of pages");
  count = *value;
  return {};
}

Result<std::string> source_of(const std::string& option, const Environment& environment) {
  constexpr const char* kName = "PAPR_PRESSURE_SOURCE";
  const std::string source = option.empty() ? environment(kName).value_or("") : option;
  // Only to see whether there is such a source: it opens nothing before its first sample.
  const auto made = make_memory_source(source);
  if (made) return source;
  return while_doing(option.empty() ? std::string("read ") + kName : "read --source", made.error());
}

}  // namespace

Result<PressureOptions> pressure_options(const std::string& source_option,
                                         const Environment& environment) {
  PressureOptions options;
  PressureThresholds& limits = options.thresholds;
  for (const auto& read :
       {read_percent(environment, "PAPR_PRESSURE_WARN_FREE_PERCENT", limits.warn_free_percent),
        read_percent(environment, "PAPR_PRESSURE_CRITICAL_FREE_PERCENT",
                     limits.critical_free_percent),
        read_count(environment, "PAPR_PRESSURE_SWAP_PAGES", limits.swap_pages)}) {
    if (!read) return std::unexpected(read.error());
  }
  auto source = source_of(source_option, environment);
  if (!source) return std::unexpected(source.error());
  options.source = std::move(*source);
  return options;
}

}  // namespace papr::cli
