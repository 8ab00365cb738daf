// SPDX-License-Identifier: Apache-2.0
#include "client_settings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "../base/duration.h"
#include "../base/text_line.h"
#include "../cloud/cloud_client.h"
#include "../coreml_cache/cache_class.h"
#include "pressure_settings.h"

namespace papr::cli {
namespace {

template <class T>
using Choice = std::pair<std::string_view, T>;

constexpr std::array<Choice<CloudUse>, 3> kCloudUses = {
    {{"auto", CloudUse::kAuto}, {"never", CloudUse::kNever}, {"only", CloudUse::kOnly}}};
constexpr std::array<Choice<CacheClearPolicy>, 4> kClearPolicies = {
    {{"auto", CacheClearPolicy::kAuto},
     {"seed", CacheClearPolicy::kSeed},
     {"on-evidence", CacheClearPolicy::kOnEvidence},
     {"never", CacheClearPolicy::kNever}}};
constexpr std::array<Choice<ComputeUnits>, 4> kComputeUnits = {
    {{"ALL", ComputeUnits::kAll},
     {"CPU_AND_NE", ComputeUnits::kCpuAndNeuralEngine},
     {"CPU_AND_GPU", ComputeUnits::kCpuAndGpu},
     {"CPU_ONLY", ComputeUnits::kCpuOnly}}};
constexpr std::array<Choice<bool>, 8> kSwitches = {{{"1", true},
                                                    {"true", true},
                                                    {"yes", true},
                                                    {"on", true},
                                                    {"0", false},
                                                    {"false", false},
                                                    {"no", false},
                                                    {"off", false}}};

/// Reads settings one after the other; the first that does not parse is what `error` keeps.
class Reader {
 public:
  explicit Reader(const Environment& environment) : environment_(environment) {}

  template <class T, std::size_t N>
  void choose(const char* name, const std::array<Choice<T>, N>& choices, T& value) {
    const auto text = environment_(name);
    if (!text) return;
    const auto found = std::ranges::find(choices, std::string_view(*text), &Choice<T>::first);
    if (found != choices.end()) {
      value = found->second;
      return;
    }
    refuse(name, *text, "one of " + words_of(choices));
  }

  /// The same for a name that is not ours alone: what it cannot be is told of on `err`, and `value`
  /// stays.
  template <class T, std::size_t N>
  void choose_or_warn(const char* name, const std::array<Choice<T>, N>& choices, T& value,
                      std::ostream& err) {
    const std::optional<Error> before = std::exchange(error, std::nullopt);
    choose(name, choices, value);
    if (error) {
      err << "papr: " << one_line(error->message, 100) << ": none of " << words_of(choices) << "; "
          << name_of(value) << " is used instead\n";
    }
    error = before;
  }

  void duration(const char* name, std::chrono::milliseconds& value) {
    const auto text = environment_(name);
    if (!text) return;
    if (const auto parsed = parse_duration(*text)) {
      value = *parsed;
    } else {
      refuse(name, *text, "a time with its unit, like 150ms, 2s or 30m");
    }
  }

  void text(const char* name, std::string& value) const {
    if (auto given = environment_(name)) value = std::move(*given);
  }

  std::optional<Error> error;

 private:
  template <class T, std::size_t N>
  static std::string words_of(const std::array<Choice<T>, N>& choices) {
    std::string all;
    for (const auto& [word, meaning] : choices) {
      all += (all.empty() ? "" : ", ") + std::string(word);
    }
    return all;
  }

  void refuse(const char* name, const std::string& text, const std::string& wanted) {
    if (error) return;
    error = Error{ErrorCode::kInvalidArgument, std::string("read ") + name + "=\"" + text + "\"",
                  "set it to " + wanted + ", or unset it"};
  }

  const Environment& environment_;
};

}  // namespace

Result<GuardOptions> guard_settings(const Context& context) {
  GuardOptions options;
  Reader read(context.environment);
  read.choose("PAPR_CACHE_CLEAR", kClearPolicies, options.clear);
  read.duration("PAPR_CACHE_COOLDOWN", options.clear_cooldown);
  read.duration("PAPR_LATENCY_BUDGET", options.latency_budget);
  read.choose("PAPR_ALLOW_CPU", kSwitches, options.allow_cpu);
  read.choose_or_warn("PAPR_COREML_COMPUTE_UNITS", kComputeUnits, options.compute_units,
                      context.err);
  bool probe_in_child = false;
  read.choose("PAPR_PROBE_IN_CHILD", kSwitches, probe_in_child);
  if (probe_in_child) options.probe_command = context.probe_command;
  read.text("PAPR_APP_ID", options.cache.app_id);
  std::string caches_dir;
  read.text("PAPR_CACHES_DIR", caches_dir);
  options.cache.caches_dir = caches_dir;
  if (read.error) return std::unexpected(*read.error);
  if (const auto id = app_id_of(options.cache); !id) {
    return while_doing("read PAPR_APP_ID", id.error());
  }
  return options;
}

Result<ClientOptions> client_settings(const Context& context) {
  ClientOptions options;
  Reader read(context.environment);
  read.choose("PAPR_CLOUD", kCloudUses, options.cloud_use);
  read.duration("PAPR_HEDGE_AFTER", options.hedge_after);
  read.choose("PAPR_UNLOAD_ON_CRITICAL", kSwitches, options.unload_on_critical);
  if (read.error) return std::unexpected(*read.error);
  auto guard = guard_settings(context);
  if (!guard) return std::unexpected(guard.error());
  options.guard = std::move(*guard);

  auto pressure = pressure_options("", context.environment);
  if (!pressure) return std::unexpected(pressure.error());
  options.pressure = std::move(*pressure);
  auto cloud = cloud_credentials_of(context.environment);
  if (!cloud) return std::unexpected(cloud.error());
  options.cloud = std::move(*cloud);
  if (auto path = state_file_path(context.environment)) options.state_file = std::move(*path);
  if (auto folder = compiled_models_folder(context.environment)) {
    options.compiled_models = std::move(*folder);
  }
  return options;
}

}  // namespace papr::cli
