// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <openvino/core/model.hpp>
#include <openvino/runtime/core.hpp>
#include <vector>

#include "translate.h"

namespace papr {

/// The first output of a graph with one float32 input of a fixed shape. For tests only.
inline std::vector<float> run_graph(const TranslatedModel& model, const std::vector<float>& input) {
  static ov::Core core;
  auto compiled =
      core.compile_model(model.graph, "CPU", ov::hint::inference_precision(ov::element::f32));
  auto request = compiled.create_infer_request();
  ov::Tensor given(ov::element::f32, model.graph->input(0).get_shape());
  std::memcpy(given.data(), input.data(), given.get_byte_size());
  request.set_input_tensor(given);
  request.infer();
  const ov::Tensor output = request.get_output_tensor(0);
  const float* const values = output.data<float>();
  return {values, values + output.get_size()};
}

}  // namespace papr
