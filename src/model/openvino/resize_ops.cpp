// SPDX-License-Identifier: Apache-2.0
// Ops that sample a plane anew. Modes whose grid OpenVINO has not are refused. The nearest place is
// looked up: OpenVINO's Interpolate multiplies with a rounded scale, and is one off where that
// falls short of a place.
#include <algorithm>
#include <cmath>
#include <limits>
#include <openvino/op/add.hpp>
#include <openvino/op/divide.hpp>
#include <openvino/op/equal.hpp>
#include <openvino/op/floor.hpp>
#include <openvino/op/gather.hpp>
#include <openvino/op/grid_sample.hpp>
#include <openvino/op/interpolate.hpp>
#include <openvino/op/multiply.hpp>
#include <openvino/op/range.hpp>
#include <openvino/op/select.hpp>
#include <openvino/op/slice.hpp>
#include <openvino/op/squeeze.hpp>
#include <openvino/op/unsqueeze.hpp>

#include "bad_program.h"
#include "graph_parts.h"
#include "op_table.h"

namespace papr {
namespace {

using Interpolate = ov::op::v4::Interpolate;
using Base = ov::op::util::InterpolateBase;
using Grid = Base::CoordinateTransformMode;

constexpr std::int64_t kLongestAxis = 1 << 24;  // floats count up to it

Grid grid_of(const std::string& sampling_mode) {
  if (sampling_mode == "DEFAULT") return Grid::ASYMMETRIC;
  if (sampling_mode == "STRICT_ALIGN_CORNERS") return Grid::ALIGN_CORNERS;
  if (sampling_mode == "UNALIGN_CORNERS") return Grid::HALF_PIXEL;
  reject_unsupported("sampling_mode \"" + sampling_mode + "\"");
}

// The last axes of `x`, as many as `sizes` has, at new lengths. Of rank 3 it gets a fourth axis in
// between: OpenVINO's kernels are for planes of channels of a batch.
Value resized(Value x, const Value& sizes, std::size_t axes, Grid grid) {
  if (!x.get_element_type().is_real()) reject_unsupported("a resize of integers");
  const std::size_t rank = rank_of(x);
  if (axes < 1 || axes > 2 || rank < 3 || rank > 4) {
    reject_unsupported("a resize of other than 1 or 2 axes of a tensor of rank 3 or 4");
  }
  if (rank == 3) x = make<ov::op::v0::Unsqueeze>(x, integer_of(0));
  Interpolate::InterpolateAttrs how;
  how.mode = Base::InterpolateMode::LINEAR_ONNX;
  how.shape_calculation_mode = Base::ShapeCalcMode::SIZES;
  how.coordinate_transformation_mode = grid;
  how.pads_begin = how.pads_end = {0};
  const Value scales =
      ov::op::v0::Constant::create(ov::element::f32, ov::Shape{axes}, std::vector<float>(axes, 1));
  const Value made = make<Interpolate>(x, sizes, scales, list_of(axes_between(4 - axes, 4)), how);
  if (rank == 3) return make<ov::op::v0::Squeeze>(made, integer_of(0));
  return made;
}

// For each place of an axis that gets `made` of them, the one that it had at place * had / made.
// Halves keep the quotient clear of whole numbers, which floats do not always hit.
Value nearest_places(const Value& had, const Value& made) {
  const Value places =
      make<ov::op::v4::Range>(integer_of(0), made, integer_of(1), ov::element::f32);
  const Value share = make<ov::op::v1::Add>(
      make<ov::op::v1::Multiply>(places, converted(had, ov::element::f32)), number_of(0.5f));
  return converted(
      make<ov::op::v0::Floor>(make<ov::op::v1::Divide>(share, converted(made, ov::element::f32))),
      ov::element::i32);
}

// The same where both are known.
Value nearest_places(std::int64_t had, std::int64_t made) {
  if (made > kLongestAxis) reject_unsupported("a plane of that size");
  std::vector<std::int64_t> places;
  for (std::int64_t place = 0; place < made; ++place) places.push_back(place * had / made);
  return list_of(places);
}

// The last axes of `x`, as many as `sizes` has, at new lengths.
Value nearest(Value x, const Value& sizes, std::size_t axes) {
  const std::size_t rank = rank_of(x);
  if (axes > rank) reject_corrupt("operand \"x\": less axes than get new lengths");
  const auto known = ov::as_type_ptr<ov::op::v0::Constant>(sizes.get_node_shared_ptr());
  for (std::size_t i = 0; i < axes; ++i) {
    const auto axis = static_cast<std::int64_t>(rank - axes + i);
    const ov::Dimension& had = x.get_partial_shape()[axis];
    Value places;
    if (known && had.is_static()) {
      places = nearest_places(had.get_length(), known->cast_vector<std::int64_t>()[i]);
    } else {
      const Value made =
          make<ov::op::v8::Gather>(sizes, integer_of(static_cast<std::int64_t>(i)), integer_of(0));
      places = nearest_places(make<ov::op::v0::Squeeze>(length_of(x, axis)), made);
    }
    x = make<ov::op::v8::Gather>(x, places, integer_of(axis));
  }
  return x;
}

Value target_sizes(const Operands& operands) {
  const std::int64_t height = operands.integer("target_size_height", 1);
  const std::int64_t width = operands.integer("target_size_width", 1);
  if (height < 1 || width < 1) reject_corrupt("a target size below 1");
  return list_of({height, width});
}

// Factors are integers or floats.
float factor(const Operands& operands, const char* name) {
  if (!operands.has(name)) return 1;
  const std::vector<float> values = values_of(operands.literal(name));
  if (values.size() != 1 || !(values.front() > 0)) {
    reject_corrupt(std::string("operand \"") + name + "\"");
  }
  return values.front();
}

// The last two axes, each by its factor.
Value scaled_sizes(const Operands& operands, const Value& x) {
  const auto rank = static_cast<std::int64_t>(rank_of(x));
  if (rank < 3) reject_corrupt("operand \"x\": less than three axes");
  const auto scaled = [&](std::int64_t axis, const char* name) {
    const ov::Dimension length = x.get_partial_shape()[axis];
    if (length.is_dynamic()) reject_unsupported("a plane of no fixed size");
    // Rounded to floats, as coremltools computes what it declares.
    const auto places = static_cast<float>(length.get_length());
    const float scaled_places = std::floor(places * factor(operands, name));
    if (!(scaled_places >= 1 && scaled_places <= kLongestAxis)) {
      reject_corrupt(std::string("operand \"") + name + "\": a plane of no sane size");
    }
    return static_cast<std::int64_t>(scaled_places);
  };
  return list_of({scaled(rank - 2, "scale_factor_height"), scaled(rank - 1, "scale_factor_width")});
}

Results resize_bilinear(const Operands& operands) {
  const Grid grid = grid_of(operands.text("sampling_mode", "DEFAULT"));
  return resized(operands.tensor("x"), target_sizes(operands), 2, grid);
}

Results resize_nearest_neighbor(const Operands& operands) {
  return nearest(operands.tensor("x"), target_sizes(operands), 2);
}

Results upsample_bilinear(const Operands& operands) {
  const Value x = operands.tensor("x");
  const bool align = operands.flag("align_corners", true);
  const bool half = operands.flag("half_pixel_centers", !align);
  if (align && half) reject_unsupported("both align_corners and half_pixel_centers");
  const Grid grid = align ? Grid::ALIGN_CORNERS : half ? Grid::HALF_PIXEL : Grid::ASYMMETRIC;
  return resized(x, scaled_sizes(operands, x), 2, grid);
}

Results upsample_nearest_neighbor(const Operands& operands) {
  const Value x = operands.tensor("x");
  return nearest(x, scaled_sizes(operands, x), 2);
}

// The last of "shape" are the new lengths; a 0 keeps that of the axis.
Value resized_lengths(const Operands& operands, const Value& x, std::int64_t axes) {
  const auto rank = static_cast<std::int64_t>(rank_of(x));
  const Value shape = operands.shape("shape");
  const auto count = static_cast<std::int64_t>(shape.get_shape()[0]);
  if (axes < 1 || axes > rank || axes > count) reject_corrupt("operand \"resized_dims\"");
  if (const auto known = ov::as_type_ptr<ov::op::v0::Constant>(shape.get_node_shared_ptr())) {
    auto lengths = known->cast_vector<std::int64_t>();
    lengths.erase(lengths.begin(), lengths.end() - axes);
    for (std::int64_t i = 0; i < axes; ++i) {
      std::int64_t& length = lengths[static_cast<std::size_t>(i)];
      if (length < 0) reject_corrupt("operand \"shape\": negative");
      const ov::Dimension& given = x.get_partial_shape()[rank - axes + i];
      if (length == 0 && given.is_static()) length = given.get_length();
    }
    if (std::ranges::find(lengths, 0) == lengths.end()) return list_of(lengths);
  }
  const auto last = [axes](const Value& list) {
    return make<ov::op::v8::Slice>(list, list_of({-axes}),
                                   list_of({std::numeric_limits<std::int32_t>::max()}),
                                   list_of({1}), list_of({0}));
  };
  const Value given = converted(last(shape), ov::element::i64);
  const Value kept = make<ov::op::v1::Equal>(given, integer_of(0));
  return make<ov::op::v1::Select>(kept, last(lengths_of(x)), given);
}

Results resize(const Operands& operands) {
  const Value x = operands.tensor("x");
  const std::string mode = operands.text("interpolation_mode", "LINEAR");
  if (mode != "LINEAR" && mode != "NEAREST_NEIGHBOR") {
    reject_unsupported("interpolation_mode \"" + mode + "\"");
  }
  const Grid grid = grid_of(operands.text("sampling_mode", "DEFAULT"));
  if (mode != "LINEAR" && grid != Grid::ASYMMETRIC) {
    reject_unsupported("a sampling_mode with NEAREST_NEIGHBOR");
  }
  const std::int64_t axes = operands.integer("resized_dims");
  const Value lengths = resized_lengths(operands, x, axes);
  if (mode != "LINEAR") return nearest(x, lengths, static_cast<std::size_t>(axes));
  return resized(x, lengths, static_cast<std::size_t>(axes), grid);
}

ov::op::v9::GridSample::PaddingMode padding_of(const Operands& operands) {
  using Padding = ov::op::v9::GridSample::PaddingMode;
  const std::string mode = operands.text("padding_mode");
  if (mode == "constant" && operands.number("padding_value", 0) == 0) return Padding::ZEROS;
  if (mode == "border") return Padding::BORDER;
  if (mode == "reflection") return Padding::REFLECTION;
  reject_unsupported("padding_mode \"" + mode + "\", or another padding_value than 0");
}

Results resample(const Operands& operands) {
  using ov::op::v9::GridSample;
  if (operands.text("coordinates_mode") != "normalized_minus_one_to_one") {
    reject_unsupported("a coordinates_mode other than normalized_minus_one_to_one");
  }
  const std::string mode = operands.text("sampling_mode");
  if (mode != "bilinear") reject_unsupported("sampling_mode \"" + mode + "\"");
  const bool align = operands.flag("align_corners", false);
  const GridSample::PaddingMode padding = padding_of(operands);
  if (padding == GridSample::PaddingMode::REFLECTION && !align) {
    reject_unsupported("padding_mode \"reflection\" without align_corners");
  }
  const GridSample::Attributes how(align, GridSample::InterpolationMode::BILINEAR, padding);
  return make<GridSample>(operands.floats("x"), operands.floats("coordinates"), how);
}

}  // namespace

std::span<const OpEntry> resize_ops() {
  static constexpr OpEntry kOps[] = {
      {"resample",
       "x coordinates sampling_mode padding_mode padding_value coordinates_mode align_corners",
       &resample, "GridSample", 2e-6},
      {"resize", "x shape resized_dims interpolation_mode sampling_mode", &resize,
       "Interpolate; Gather for NEAREST_NEIGHBOR", 2e-6},
      {"resize_bilinear", "x target_size_height target_size_width sampling_mode", &resize_bilinear,
       "Interpolate", 2e-6},
      {"resize_nearest_neighbor", "x target_size_height target_size_width",
       &resize_nearest_neighbor, "Gather"},
      {"upsample_bilinear",
       "x scale_factor_height scale_factor_width align_corners half_pixel_centers",
       &upsample_bilinear, "Interpolate", 2e-6},
      {"upsample_nearest_neighbor", "x scale_factor_height scale_factor_width",
       &upsample_nearest_neighbor, "Gather"},
  };
  return kOps;
}

}  // namespace papr
