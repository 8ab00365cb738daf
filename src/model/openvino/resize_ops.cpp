// SPDX-License-Identifier: Apache-2.0
// Ops that sample a plane anew. Modes whose grid OpenVINO has not are refused.
#include <cmath>
#include <limits>
#include <openvino/op/equal.hpp>
#include <openvino/op/grid_sample.hpp>
#include <openvino/op/interpolate.hpp>
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

Grid grid_of(const std::string& sampling_mode) {
  if (sampling_mode == "DEFAULT") return Grid::ASYMMETRIC;
  if (sampling_mode == "STRICT_ALIGN_CORNERS") return Grid::ALIGN_CORNERS;
  if (sampling_mode == "UNALIGN_CORNERS") return Grid::HALF_PIXEL;
  reject_unsupported("sampling_mode \"" + sampling_mode + "\"");
}

// The last axes of `x`, as many as `sizes` has, at new lengths. Of rank 3 it gets a fourth axis in
// between: OpenVINO's kernels are for planes of channels of a batch.
Value resized(Value x, const Value& sizes, std::size_t axes, Grid grid, bool nearest) {
  if (!x.get_element_type().is_real()) reject_unsupported("a resize of integers");
  const std::size_t rank = rank_of(x);
  if (axes < 1 || axes > 2 || rank < 3 || rank > 4) {
    reject_unsupported("a resize of other than 1 or 2 axes of a tensor of rank 3 or 4");
  }
  if (rank == 3) x = make<ov::op::v0::Unsqueeze>(x, integer_of(0));
  Interpolate::InterpolateAttrs how;
  how.mode = nearest ? Base::InterpolateMode::NEAREST : Base::InterpolateMode::LINEAR_ONNX;
  how.shape_calculation_mode = Base::ShapeCalcMode::SIZES;
  how.coordinate_transformation_mode = grid;
  how.nearest_mode = Base::NearestMode::FLOOR;
  how.pads_begin = how.pads_end = {0};
  const Value scales =
      ov::op::v0::Constant::create(ov::element::f32, ov::Shape{axes}, std::vector<float>(axes, 1));
  const Value made = make<Interpolate>(x, sizes, scales, list_of(axes_between(4 - axes, 4)), how);
  if (rank == 3) return make<ov::op::v0::Squeeze>(made, integer_of(0));
  return made;
}

Value target_sizes(const Operands& operands) {
  const std::int64_t height = operands.integer("target_size_height", 1);
  const std::int64_t width = operands.integer("target_size_width", 1);
  if (height < 1 || width < 1) reject_corrupt("a target size below 1");
  return list_of({height, width});
}

// Factors are integers or floats.
double factor(const Operands& operands, const char* name) {
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
    const auto places = static_cast<double>(length.get_length());
    const double scaled_places = std::floor(places * factor(operands, name));
    if (scaled_places < 1 || scaled_places > std::numeric_limits<std::int32_t>::max()) {
      reject_corrupt(std::string("operand \"") + name + "\": a plane of no sane size");
    }
    return static_cast<std::int64_t>(scaled_places);
  };
  return list_of({scaled(rank - 2, "scale_factor_height"), scaled(rank - 1, "scale_factor_width")});
}

Results resize_bilinear(const Operands& operands) {
  const Grid grid = grid_of(operands.text("sampling_mode", "DEFAULT"));
  return resized(operands.tensor("x"), target_sizes(operands), 2, grid, false);
}

Results resize_nearest_neighbor(const Operands& operands) {
  return resized(operands.tensor("x"), target_sizes(operands), 2, Grid::ASYMMETRIC, true);
}

Results upsample_bilinear(const Operands& operands) {
  const Value x = operands.tensor("x");
  const bool align = operands.flag("align_corners", true);
  const bool half = operands.flag("half_pixel_centers", !align);
  if (align && half) reject_unsupported("both align_corners and half_pixel_centers");
  const Grid grid = align ? Grid::ALIGN_CORNERS : half ? Grid::HALF_PIXEL : Grid::ASYMMETRIC;
  return resized(x, scaled_sizes(operands, x), 2, grid, false);
}

Results upsample_nearest_neighbor(const Operands& operands) {
  const Value x = operands.tensor("x");
  return resized(x, scaled_sizes(operands, x), 2, Grid::ASYMMETRIC, true);
}

// The last of "shape" are the new lengths; a 0 keeps that of the axis.
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
  const auto rank = static_cast<std::int64_t>(rank_of(x));
  if (axes < 1 || axes > rank) reject_corrupt("operand \"resized_dims\"");
  const auto last = [axes](const Value& list) {
    return make<ov::op::v8::Slice>(list, list_of({-axes}),
                                   list_of({std::numeric_limits<std::int32_t>::max()}),
                                   list_of({1}), list_of({0}));
  };
  const Value given = converted(last(operands.shape("shape")), ov::element::i64);
  const Value kept = make<ov::op::v1::Equal>(given, integer_of(0));
  const Value sizes = make<ov::op::v1::Select>(kept, last(lengths_of(x)), given);
  return resized(x, sizes, static_cast<std::size_t>(axes), grid, mode != "LINEAR");
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
  const GridSample::Attributes how(operands.flag("align_corners", false),
                                   GridSample::InterpolationMode::BILINEAR, padding_of(operands));
  return make<GridSample>(operands.floats("x"), operands.floats("coordinates"), how);
}

}  // namespace

std::span<const OpEntry> resize_ops() {
  static constexpr OpEntry kOps[] = {
      {"resample",
       "x coordinates sampling_mode padding_mode padding_value coordinates_mode align_corners",
       &resample, "GridSample", 2e-6},
      {"resize", "x shape resized_dims interpolation_mode sampling_mode", &resize, "Interpolate",
       2e-6},
      {"resize_bilinear", "x target_size_height target_size_width sampling_mode", &resize_bilinear,
       "Interpolate", 2e-6},
      {"resize_nearest_neighbor", "x target_size_height target_size_width",
       &resize_nearest_neighbor, "Interpolate"},
      {"upsample_bilinear",
       "x scale_factor_height scale_factor_width align_corners half_pixel_centers",
       &upsample_bilinear, "Interpolate", 2e-6},
      {"upsample_nearest_neighbor", "x scale_factor_height scale_factor_width",
       &upsample_nearest_neighbor, "Interpolate"},
  };
  return kOps;
}

}  // namespace papr
