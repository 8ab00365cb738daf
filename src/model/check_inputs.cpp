// SPDX-License-Identifier: Apache-2.0
#include "check_inputs.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "shape_text.h"

namespace papr {
namespace {

bool may_have(const TensorInfo& wanted, std::span<const std::int64_t> shape) {
  const auto contains = [](const AxisRange& range, std::int64_t length) {
    return range.contains(length);
  };
  const auto same = [&](const std::vector<std::int64_t>& one) {
    return std::ranges::equal(one, shape);
  };
  return std::ranges::equal(wanted.shape, shape, contains) &&
         (wanted.allowed.empty() || std::ranges::any_of(wanted.allowed, same));
}

// "[1..64, 384]", or each shape where they are listed.
std::string shapes_text(const TensorInfo& wanted) {
  if (wanted.allowed.empty()) return shape_text(wanted.shape);
  std::string text;
  for (const auto& one : wanted.allowed) text += (text.empty() ? "" : " or ") + shape_text(one);
  return text;
}

// True when the bytes are those of the shape. Divides, as a product could overflow.
bool fills(const TensorView& view) {
  std::size_t left = view.bytes.size();
  for (const std::int64_t length : view.shape) {
    if (left % static_cast<std::size_t>(length) != 0) return false;  // lengths are 1 or more
    left /= static_cast<std::size_t>(length);
  }
  return left == size_bytes_of(view.type);
}

// The first value that is no row of the table; a runtime may take zeros for that row.
std::optional<std::int32_t> beyond(const TensorView& view, std::int64_t rows) {
  for (std::size_t at = 0; at < view.bytes.size(); at += sizeof(std::int32_t)) {
    std::int32_t value = 0;
    std::memcpy(&value, view.bytes.data() + at, sizeof value);
    if (value < -rows || value >= rows) return value;
  }
  return std::nullopt;
}

Result<void> check(const TensorInfo& wanted, const TensorView& given) {
  const std::string place = "input \"" + wanted.name + "\": ";
  const auto bad = [&place](const std::string& what) {
    return fail(ErrorCode::kInvalidArgument, place + what);
  };
  if (given.type != wanted.type) {
    return bad("type " + std::string(name_of(given.type)) + ", the model takes " +
               std::string(name_of(wanted.type)));
  }
  if (!may_have(wanted, given.shape)) {
    return bad("shape " + shape_text(given.shape) + ", the model takes " + shapes_text(wanted));
  }
  if (!fills(given)) {
    return bad(std::to_string(given.bytes.size()) + " bytes do not fill shape " +
               shape_text(given.shape));
  }
  if (wanted.table_rows && given.type == ElementType::kInt32) {
    if (const auto value = beyond(given, *wanted.table_rows)) {
      return bad("value " + std::to_string(*value) + ", and the model's table has " +
                 std::to_string(*wanted.table_rows) + " rows");
    }
  }
  return {};
}

}  // namespace

Result<std::vector<const TensorView*>> match_inputs(const ModelInfo& info,
                                                    std::span<const TensorView> inputs) {
  std::vector<const TensorView*> matched;
  for (const TensorInfo& wanted : info.inputs) {
    const auto given = std::ranges::find(inputs, wanted.name, &TensorView::name);
    if (given == inputs.end() && wanted.optional) {
      matched.push_back(nullptr);
      continue;
    }
    if (given == inputs.end()) {
      return fail(ErrorCode::kInvalidArgument, "input \"" + wanted.name + "\": missing");
    }
    const auto checked = check(wanted, *given);
    if (!checked) return std::unexpected(checked.error());
    matched.push_back(&*given);
  }
  for (const TensorView& given : inputs) {
    if (std::ranges::find(matched, &given) == matched.end()) {
      return fail(ErrorCode::kInvalidArgument,
                  "input \"" + std::string(given.name) + "\": unknown, or given twice");
    }
  }
  return matched;
}

}  // namespace papr
