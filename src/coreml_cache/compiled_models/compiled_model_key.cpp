// SPDX-License-Identifier: Apache-2.0
#include "compiled_model_key.h"

#include <algorithm>
#include <utility>

#include "../../base/text_line.h"
#include "text_fields.h"

namespace papr {
namespace {

constexpr std::size_t kLongestBuild = 32;

bool is_build(std::string_view text) {
  const auto is_inner = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.';
  };
  return !text.empty() && text.size() <= kLongestBuild && text.front() != '.' &&
         text.back() != '.' && std::ranges::all_of(text, is_inner);
}

std::unexpected<Error> bad(std::string_view part, std::string_view text) {
  return fail(ErrorCode::kInvalidArgument,
              "name compiled model: " + std::string(part) + " \"" + one_line(text, 80) + "\"");
}

/// The number after `letter`, if that is all of `text`.
std::optional<std::uint32_t> number_after(char letter, std::string_view text) {
  if (text.empty() || text.front() != letter) return std::nullopt;
  const auto number = parse_number(text.substr(1));
  if (!number || !std::in_range<std::uint32_t>(*number)) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

}  // namespace

Result<ModelKey> ModelKey::make(ModelKeyParts parts) {
  if (!is_sha256(parts.content_hash)) return bad("content hash", parts.content_hash);
  if (!is_build(parts.os_build)) return bad("OS build", parts.os_build);
  return ModelKey(std::move(parts));
}

std::optional<ModelKey> ModelKey::parse(std::string_view name) {
  const auto fields = split(name, '-');
  if (fields.size() != 4) return std::nullopt;
  const auto format = number_after('f', fields[2]);
  const auto generation = number_after('g', fields[3]);
  if (!format || !generation) return std::nullopt;
  auto key = make({std::string(fields[0]), std::string(fields[1]), *format, *generation});
  if (!key) return std::nullopt;
  return std::move(*key);
}

std::string ModelKey::name() const {
  return parts_.content_hash + '-' + parts_.os_build + "-f" + std::to_string(parts_.format) + "-g" +
         std::to_string(parts_.generation);
}

ModelKey ModelKey::with_generation(std::uint32_t generation) const {
  ModelKey other = *this;
  other.parts_.generation = generation;
  return other;
}

bool ModelKey::same_but_generation(const ModelKey& other) const {
  return with_generation(0) == other.with_generation(0);
}

}  // namespace papr
