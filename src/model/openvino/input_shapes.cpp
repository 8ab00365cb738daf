// SPDX-License-Identifier: Apache-2.0
#include "input_shapes.h"

#include <algorithm>
#include <limits>
#include <string>

namespace papr {
namespace {

using Shape = std::vector<AxisRange>;

constexpr std::int64_t kLongestAxis = std::numeric_limits<std::int32_t>::max();

// The ranges as they are written, whatever their values.
Shape described_shape(const coreml::ArrayFeatureType& type) {
  Shape shape;
  if (type.has_shaperange()) {
    for (const coreml::SizeRange& range : type.shaperange().sizeranges()) {
      AxisRange axis;
      // Of 0 the shortest that makes sense; what is too long is found by sane().
      axis.shortest =
          static_cast<std::int64_t>(std::clamp<std::uint64_t>(range.lowerbound(), 1, kLongestAxis));
      if (range.upperbound() >= 0) axis.longest = range.upperbound();
      shape.push_back(axis);
    }
    return shape;
  }
  for (const std::int64_t length : type.shape()) shape.push_back({length, length});
  if (!type.has_enumeratedshapes()) return shape;
  for (const auto& choice : type.enumeratedshapes().shapes()) {
    if (choice.shape_size() != static_cast<int>(shape.size())) return {};
    for (int axis = 0; axis < choice.shape_size(); ++axis) {
      AxisRange& range = shape[static_cast<std::size_t>(axis)];
      range.shortest = std::min<std::int64_t>(range.shortest, choice.shape(axis));
      range.longest = std::max<std::int64_t>(*range.longest, choice.shape(axis));
    }
  }
  return shape;
}

bool sane(const AxisRange& range) {
  return range.shortest >= 1 && range.shortest <= kLongestAxis &&
         (!range.longest || (*range.longest >= range.shortest && *range.longest <= kLongestAxis));
}

// True when a program whose axis is `dimension` takes the lengths of `range`.
bool agree(const mil::Dimension& dimension, const AxisRange& range) {
  if (!dimension.has_constant()) return true;
  return range.fixed() && static_cast<std::uint64_t>(range.shortest) == dimension.constant().size();
}

}  // namespace

Result<std::vector<AxisRange>> input_shape(const FeatureDescriptions& described_inputs,
                                           const mil::NamedValueType& input) {
  const std::string place = "input \"" + input.name() + "\": ";
  const auto described =
      std::ranges::find(described_inputs, input.name(), &coreml::FeatureDescription::name);
  if (described == described_inputs.end()) {
    return fail(ErrorCode::kCorrupt, place + "not in the model's description");
  }
  if (!input.type().has_tensortype() || !described->type().has_multiarraytype()) {
    return fail(ErrorCode::kUnsupported, place + "not a tensor",
                "convert the model with ct.TensorType; images are not taken, nor are dictionaries");
  }
  const mil::TensorType& tensor = input.type().tensortype();
  Shape shape = described_shape(described->type().multiarraytype());
  if (tensor.dimensions_size() != static_cast<int>(shape.size())) {
    return fail(ErrorCode::kCorrupt, place + "program and description differ in its axes");
  }
  for (int axis = 0; axis < tensor.dimensions_size(); ++axis) {
    const AxisRange& range = shape[static_cast<std::size_t>(axis)];
    if (!sane(range) || !agree(tensor.dimensions(axis), range)) {
      return fail(ErrorCode::kCorrupt, place + "impossible range of axis " + std::to_string(axis));
    }
  }
  return shape;
}

}  // namespace papr
