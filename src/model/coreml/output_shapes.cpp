// SPDX-License-Identifier: Apache-2.0
#include "output_shapes.h"

#include <algorithm>
#include <optional>

#include "../verify_model.h"

namespace papr {
namespace {

bool described(const ModelInfo& info) {
  return std::ranges::none_of(info.outputs,
                              [](const TensorInfo& output) { return output.shape.empty(); });
}

// The same model as if it took only other lengths than those of the probe, where it can; nothing
// where every length is fixed.
std::optional<ModelInfo> with_other_lengths(const ModelInfo& info,
                                            const std::vector<ProbeInput>& probe) {
  ModelInfo other = info;
  bool differs = false;
  for (std::size_t i = 0; i < other.inputs.size(); ++i) {
    TensorInfo& input = other.inputs[i];
    if (input.allowed.size() > 1) {
      std::ranges::rotate(input.allowed, input.allowed.begin() + 1);
      differs = true;
      continue;
    }
    for (std::size_t axis = 0; axis < input.shape.size(); ++axis) {
      AxisRange& range = input.shape[axis];
      const std::int64_t seen = probe[i].shape[axis];
      const std::int64_t next = range.contains(seen + 1) ? seen + 1 : seen - 1;
      if (!range.contains(next)) continue;
      range = {.shortest = next, .longest = next};
      differs = true;
    }
  }
  return differs ? std::optional(std::move(other)) : std::nullopt;
}

Result<std::vector<Tensor>> predict_on(const std::vector<ProbeInput>& probe,
                                       const Predict& predict) {
  std::vector<TensorView> views;
  for (const ProbeInput& input : probe) {
    views.push_back({input.info.name, input.info.type, input.shape, input.bytes});
  }
  return predict(views);
}

std::vector<AxisRange> axes_of(const std::vector<std::int64_t>& one,
                               const std::vector<std::int64_t>& other) {
  std::vector<AxisRange> axes;
  for (std::size_t axis = 0; axis < one.size(); ++axis) {
    if (one[axis] == other[axis]) {
      axes.push_back({.shortest = one[axis], .longest = one[axis]});
    } else {
      axes.push_back({.shortest = 1, .longest = std::nullopt});
    }
  }
  return axes;
}

}  // namespace

Result<> find_output_shapes(ModelInfo& info, const Predict& predict) {
  if (described(info)) return {};
  const auto probe = make_probe_inputs(info);
  if (!probe) return std::unexpected(probe.error());
  const auto some = predict_on(*probe, predict);
  if (!some) return while_doing("find shapes of outputs", some.error());
  auto others = some;
  if (const auto other = with_other_lengths(info, *probe)) {
    const auto second = make_probe_inputs(*other);
    if (!second) return std::unexpected(second.error());
    others = predict_on(*second, predict);
    if (!others) return while_doing("find shapes of outputs", others.error());
  }
  for (TensorInfo& output : info.outputs) {
    const auto one = std::ranges::find(*some, output.name, &Tensor::name);
    const auto other = std::ranges::find(*others, output.name, &Tensor::name);
    if (!output.shape.empty() || one == some->end() || other == others->end()) continue;
    if (one->shape.size() == other->shape.size()) output.shape = axes_of(one->shape, other->shape);
  }
  return {};
}

}  // namespace papr
