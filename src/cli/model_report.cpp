// SPDX-License-Identifier: Apache-2.0
#include "model_report.h"

#include <utility>

#include "../model/shape_text.h"

namespace papr::cli {

Json json_of(const std::vector<TensorInfo>& tensors) {
  Json list = Json::array();
  for (const TensorInfo& tensor : tensors) {
    Json shape = Json::array();
    for (const AxisRange& axis : tensor.shape) {
      if (axis.fixed()) {
        shape.push_back(axis.shortest);
      } else {
        shape.push_back({axis.shortest, axis.longest ? Json(*axis.longest) : Json()});
      }
    }
    list.push_back(
        {{"name", tensor.name}, {"shape", std::move(shape)}, {"type", name_of(tensor.type)}});
  }
  return list;
}

Json json_of(const Verification& verification) {
  return {{"verdict", name_of(verification.verdict())},
          {"placement", name_of(verification.placement)},
          {"on_accelerator", name_of(on_accelerator(verification.placement))},
          {"first_ms", verification.first_ms},
          {"warm_ms", verification.warm_ms > 0 ? Json(verification.warm_ms) : Json()},
          {"budget_ms", verification.budget_ms},
          {"problem", text_or_null(verification.problem)}};
}

std::string text_of(const TensorInfo& tensor) {
  return one_line(tensor.name, 120) + ' ' + shape_text(tensor.shape) + ' ' +
         std::string(name_of(tensor.type));
}

}  // namespace papr::cli
