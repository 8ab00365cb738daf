// SPDX-License-Identifier: Apache-2.0
#include "window.h"

#include <algorithm>

#include "bad_program.h"

namespace papr {
namespace {

ov::op::PadType pad_type_of(const std::string& name) {
  if (name == "valid" || name == "custom") return ov::op::PadType::EXPLICIT;
  if (name == "same") return ov::op::PadType::SAME_UPPER;
  if (name == "same_lower") return ov::op::PadType::SAME_LOWER;
  reject_unsupported("pad_type \"" + name + "\"");
}

// One number of at least `least` for each axis.
std::vector<std::int64_t> numbers(const Operands& operands, const char* name, std::size_t count,
                                  std::int64_t least) {
  if (!operands.has(name)) return std::vector<std::int64_t>(count, least);
  auto list = operands.integers(name, 2 * Operands::kMostAxes);
  if (list.size() != count || std::ranges::min(list) < least) {
    reject_corrupt(std::string("operand \"") + name + "\"");
  }
  return list;
}

}  // namespace

Window window_of(const Operands& operands, std::size_t axes) {
  const std::string type = operands.text("pad_type", "valid");
  Window window{.pad_type = pad_type_of(type)};
  const auto strides = numbers(operands, "strides", axes, 1);
  const auto dilations = numbers(operands, "dilations", axes, 1);
  const auto pads = numbers(operands, "pad", 2 * axes, 0);
  for (std::size_t i = 0; i < axes; ++i) {
    window.strides.push_back(static_cast<std::size_t>(strides[i]));
    window.dilations.push_back(static_cast<std::size_t>(dilations[i]));
    window.pads_begin.push_back(type == "custom" ? pads[2 * i] : 0);
    window.pads_end.push_back(type == "custom" ? pads[2 * i + 1] : 0);
  }
  return window;
}

}  // namespace papr
