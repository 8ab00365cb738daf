// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openvino/core/coordinate_diff.hpp>
#include <openvino/core/strides.hpp>
#include <openvino/op/util/attr_types.hpp>

#include "operands.h"

namespace papr {

/// How a kernel walks over the plane of a tensor, in convolutions and poolings alike.
struct Window {
  ov::Strides strides;
  ov::Strides dilations;
  ov::CoordinateDiff pads_begin;
  ov::CoordinateDiff pads_end;
  ov::op::PadType pad_type;
};

/// Of the operands "strides", "dilations", "pad_type" and "pad", for a plane of `axes` axes.
/// Throws BadProgram.
[[nodiscard]] Window window_of(const Operands& operands, std::size_t axes);

}  // namespace papr
