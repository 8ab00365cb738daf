// SPDX-License-Identifier: Apache-2.0
#include "pressure_file.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace papr {
namespace {

using Json = nlohmann::json;

constexpr const char* kShape = R"(write it like {"level": "warn"} or {"free_percent": 35.2})";

std::unexpected<Error> fail_file(const std::string& what) {
  return fail(ErrorCode::kCorrupt, "read pressure: " + what, kShape);
}

// What one key sets; false when its value is not of the type or range of the key.
using Setter = bool (*)(const Json&, MemorySample&);

bool number_up_to(const Json& value, double most) {
  return value.is_number() && value.get<double>() >= 0 && value.get<double>() <= most;
}

template <std::optional<std::uint64_t> MemorySample::* field>
bool set_count(const Json& value, MemorySample& sample) {
  if (!value.is_number_unsigned()) return false;
  sample.*field = value.get<std::uint64_t>();
  return true;
}

template <std::optional<double> MemorySample::* field>
bool set_percent(const Json& value, MemorySample& sample) {
  if (!number_up_to(value, 100)) return false;
  sample.*field = value.get<double>();
  return true;
}

template <std::optional<double> MemorySample::* field>
bool set_rate(const Json& value, MemorySample& sample) {
  if (!number_up_to(value, 1e15)) return false;
  sample.*field = value.get<double>();
  return true;
}

bool set_swap_used(const Json& value, MemorySample& sample) {
  if (!number_up_to(value, 1e9)) return false;
  sample.swap_used_bytes = static_cast<std::uint64_t>(value.get<double>() * 1e9);
  return true;
}

bool set_kernel_level(const Json& value, MemorySample& sample) {
  if (value != 1 && value != 2 && value != 4) return false;
  sample.kernel_level = value.get<int>();
  return true;
}

bool set_level(const Json& value, MemorySample& sample) {
  if (sample.kernel_level) return value == "normal" || value == "warn" || value == "critical";
  if (value == "normal") sample.kernel_level = 1;
  if (value == "warn") sample.kernel_level = 2;
  if (value == "critical") sample.kernel_level = 4;
  return sample.kernel_level.has_value();
}

// What follows from the numbers, or from when they are read: checked, but not taken.
bool check_text(const Json& value, MemorySample&) { return value.is_string(); }
bool check_flag(const Json& value, MemorySample&) { return value.is_boolean(); }

// `kernel_level` before `level`, which gives way to it.
constexpr std::pair<const char*, Setter> kKeys[] = {
    {"kernel_level", set_kernel_level},
    {"level", set_level},
    {"free_percent", set_percent<&MemorySample::free_percent>},
    {"swap_used_gb", set_swap_used},
    {"page_ins", set_count<&MemorySample::page_ins>},
    {"page_outs", set_count<&MemorySample::page_outs>},
    {"swap_ins", set_count<&MemorySample::swap_ins>},
    {"swap_outs", set_count<&MemorySample::swap_outs>},
    {"swap_in_pages_per_s", set_rate<&MemorySample::swap_in_pages_per_s>},
    {"swap_out_pages_per_s", set_rate<&MemorySample::swap_out_pages_per_s>},
    {"stall_percent_10s", set_percent<&MemorySample::some_stall_percent_10s>},
    {"reason", check_text},
    {"source", check_text},
    {"sampled_at", check_text},
    {"active", check_flag}};

}  // namespace

Result<MemorySample> parse_pressure_file(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return fail_file("not JSON");
  if (!json.is_object()) return fail_file("not a JSON object but " + std::string(json.type_name()));
  MemorySample sample;
  bool known = false;
  for (const auto& [key, set] : kKeys) {
    const auto found = json.find(key);
    if (found == json.end()) continue;
    known = true;
    if (found->is_null()) continue;
    if (!set(*found, sample)) {
      return fail_file("\"" + std::string(key) + "\" has a value that no reading has");
    }
  }
  // {"levle": "critical"} must not pass for a calm machine.
  if (!known) return fail_file("none of the keys of `papr pressure --json`");
  // A level that comes of the counters since boot alone is not the kernel's: those say it again.
  const bool told_kernel_level = json.contains("kernel_level") && !json["kernel_level"].is_null();
  if (json.value("active", true) == false && !told_kernel_level) sample.kernel_level.reset();
  return sample;
}

}  // namespace papr
