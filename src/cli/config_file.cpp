// SPDX-License-Identifier: Apache-2.0
#include "config_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "../base/file_reader.h"

namespace papr::cli {
namespace {

// PAPR_MEMORY_API_KEY is not among them: a secret does not belong into a file that people share.
constexpr const char* kNames[] = {
    "PAPR_ALLOW_CPU",
    "PAPR_APP_ID",
    "PAPR_BASE_URL",
    "PAPR_CACHES_DIR",
    "PAPR_CACHE_CLEAR",
    "PAPR_CACHE_COOLDOWN",
    "PAPR_CLOUD",
    "PAPR_COREML_COMPUTE_UNITS",
    "PAPR_EVENTS_FILE",
    "PAPR_HEDGE_AFTER",
    "PAPR_LATENCY_BUDGET",
    "PAPR_MODEL",
    "PAPR_PRESSURE_CRITICAL_FREE_PERCENT",
    "PAPR_PRESSURE_SOURCE",
    "PAPR_PRESSURE_SWAP_PAGES",
    "PAPR_PRESSURE_WARN_FREE_PERCENT",
    "PAPR_PROBE_IN_CHILD",
    "PAPR_STORE",
    "PAPR_UNLOAD_ON_CRITICAL",
};

std::string name_of_key(std::string_view key) {
  std::string name = "PAPR_";
  for (const char c : key) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::string line_of(const toml::node& node) {
  return fmt::format("line {}", node.source().begin.line);
}

// As somebody would write it into the environment; nothing where nobody can.
std::optional<std::string> text_of(const toml::node& value) {
  if (const auto text = value.value_exact<std::string>()) return *text;
  if (const auto number = value.value_exact<std::int64_t>()) return fmt::format("{}", *number);
  if (const auto number = value.value_exact<double>()) return fmt::format("{}", *number);
  if (const auto truth = value.value_exact<bool>()) return *truth ? "1" : "0";
  return std::nullopt;
}

}  // namespace

Result<ConfigSettings> parse_config(std::string_view text) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return fail(ErrorCode::kCorrupt,
                fmt::format("line {}: {}", error.source().begin.line, error.description()),
                R"(write it like pressure_source = "linux")");
  }
  ConfigSettings settings;
  for (const auto& [key, value] : parsed.table()) {
    std::string name = name_of_key(key.str());
    if (std::ranges::find(kNames, name) == std::ranges::end(kNames)) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{}: no setting is called \"{}\"", line_of(value), key.str()),
                  "the README lists them; here they are in lower case and without PAPR_");
    }
    auto set = text_of(value);
    if (!set) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{}: \"{}\" is no text, number or truth", line_of(value), key.str()),
                  R"(write it like hedge_after = "400ms")");
    }
    settings.emplace(std::move(name), std::move(*set));
  }
  return settings;
}

Result<Environment> with_config_file(Environment environment) {
  const auto folder = user_config_folder(environment);
  if (!folder) return environment;
  constexpr std::uint64_t kLongestBytes = 1 << 20;
  const auto path = *folder / "config.toml";
  const auto text = make_disk_file_reader()->read(path, kLongestBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) return environment;
  if (!text) return std::unexpected(text.error());
  auto settings = parse_config(*text);
  if (!settings) return while_doing("read \"" + path.string() + "\"", settings.error());
  return [environment = std::move(environment),
          settings = std::move(*settings)](const char* name) -> std::optional<std::string> {
    if (auto value = environment(name)) return value;
    const auto found = settings.find(name);
    return found == settings.end() || found->second.empty() ? std::nullopt
                                                            : std::optional(found->second);
  };
}

}  // namespace papr::cli
