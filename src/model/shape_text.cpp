// SPDX-License-Identifier: Apache-2.0
#include "shape_text.h"

namespace papr {
namespace {

std::string text_of(std::int64_t length) { return std::to_string(length); }

std::string text_of(const AxisRange& axis) {
  std::string text = std::to_string(axis.shortest);
  if (!axis.fixed()) text += ".." + (axis.longest ? std::to_string(*axis.longest) : "");
  return text;
}

template <class Axis>
std::string listed(std::span<const Axis> shape) {
  std::string text;
  for (const Axis& axis : shape) text += (text.empty() ? "" : ", ") + text_of(axis);
  return '[' + text + ']';
}

}  // namespace

std::string shape_text(std::span<const std::int64_t> shape) { return listed(shape); }
std::string shape_text(std::span<const AxisRange> shape) { return listed(shape); }

}  // namespace papr
