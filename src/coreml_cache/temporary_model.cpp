// SPDX-License-Identifier: Apache-2.0
#include "temporary_model.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace papr {
namespace {

constexpr std::string_view kCompiled = ".mlmodelc";
constexpr std::string_view kOnnxRuntime = "onnxruntime-";
constexpr std::string_view kHexDigits = "0123456789ABCDEFabcdef";
constexpr std::size_t kUuidLength = 36;

bool is_uuid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::ranges::equal(text, kForm, [](char letter, char form) {
    return form == '-' ? letter == '-' : kHexDigits.contains(letter);
  });
}

bool is_of_core_ml(std::string_view name) {
  if (!name.ends_with(kCompiled)) return false;
  name.remove_suffix(kCompiled.size());
  if (name.size() < kUuidLength + 2) return false;  // a letter of its own, and the '_'
  return name[name.size() - kUuidLength - 1] == '_' &&
         is_uuid(name.substr(name.size() - kUuidLength));
}

/// `text` is "PID-COUNTER", perhaps with more after it that begins with '.' or '_'.
std::optional<std::int64_t> maker_in(std::string_view text) {
  std::int64_t pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  if (error != std::errc() || pid <= 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!text.starts_with('-')) return std::nullopt;
  const std::string_view counter = text.substr(1, text.find_first_of("._") - 1);
  const bool is_hex = counter.find_first_not_of(kHexDigits) == counter.npos;
  return is_hex && !counter.empty() ? std::optional(pid) : std::nullopt;
}

std::optional<std::int64_t> maker_by_onnx_runtime(std::string_view name) {
  if (!name.starts_with(kOnnxRuntime)) return std::nullopt;
  name.remove_prefix(kOnnxRuntime.size());
  if (name.size() <= kUuidLength || !is_uuid(name.substr(0, kUuidLength)) ||
      name[kUuidLength] != '-') {
    return std::nullopt;
  }
  return maker_in(name.substr(kUuidLength + 1));
}

}  // namespace

std::optional<TemporaryModel> parse_temporary_model(std::string_view name) {
  // First: what Core ML compiled for ONNX Runtime has the form of both, and this one says more.
  if (const auto maker = maker_by_onnx_runtime(name)) return TemporaryModel{.maker_pid = maker};
  return is_of_core_ml(name) ? std::optional(TemporaryModel{}) : std::nullopt;
}

}  // namespace papr
