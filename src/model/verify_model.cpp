// SPDX-License-Identifier: Apache-2.0
#include "verify_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace papr {
namespace {

constexpr std::int64_t kMostValues = 1'000'000;
constexpr std::size_t kWarmCalls = 5;
constexpr std::ptrdiff_t kDecided = 3;  // so many of five put the median where they are

template <class ValueAt>
std::vector<std::byte> filled(std::size_t count, ValueAt value_at) {
  using T = decltype(value_at(std::size_t{0}));
  std::vector<std::byte> bytes(count * sizeof(T));
  for (std::size_t i = 0; i < count; ++i) {
    const T value = value_at(i);
    std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
  }
  return bytes;
}

/// Integers are ones, so that no id is padding and no token masked. Token types are the exception,
/// as models with one type have no second row to look up, and so is a table that says so itself.
/// Floats differ, for a normalisation makes zeros of equal ones.
std::vector<std::byte> probe_values(const TensorInfo& input, std::size_t count) {
  constexpr std::size_t kDifferent = 14;
  const bool one_row = input.name.contains("type_ids") || input.table_rows == 1;
  switch (input.type) {
    case ElementType::kInt32:
      return filled(count, [one_row](std::size_t) { return std::int32_t{one_row ? 0 : 1}; });
    case ElementType::kFloat16:  // 1 and the halves that follow it in steps of 1/16
      return filled(count, [](std::size_t i) {
        return static_cast<std::uint16_t>(0x3c00 + 0x40 * (i % kDifferent));
      });
    case ElementType::kFloat32:
      return filled(count,
                    [](std::size_t i) { return 1.0F + static_cast<float>(i % kDifferent) / 16; });
  }
  return {};  // Unreachable; no default above, so -Wswitch finds a new value.
}

// Of an ordinary question. A runtime specialises for the shapes that it meets, so the first search
// finds the work of the probe done.
constexpr std::int64_t kProbeTokens = 16;

// The length that is wanted, or the nearest to it that the axis has.
std::int64_t probe_length(const AxisRange& axis, std::int64_t wanted) {
  if (wanted < axis.shortest) return axis.shortest;
  return axis.longest ? std::min(wanted, *axis.longest) : wanted;
}

/// The number of values in a tensor, or nothing when there are too many to count.
std::optional<std::size_t> values_in(const std::vector<std::int64_t>& shape, std::int64_t most) {
  std::int64_t count = 1;
  for (const std::int64_t length : shape) {
    if (length < 0 || (length > 0 && count > most / length)) return std::nullopt;
    count *= length;
  }
  return static_cast<std::size_t>(count);
}

struct Seen {
  bool finite = true;
  bool zeros = true;
};

template <class T, class IsFinite>
Seen look_at(const std::vector<std::byte>& bytes, IsFinite is_finite) {
  Seen seen;
  for (std::size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    seen.finite = seen.finite && is_finite(value);
    seen.zeros = seen.zeros && value == T{};
  }
  return seen;
}

Seen look_at(const Tensor& tensor) {
  switch (tensor.type) {
    case ElementType::kInt32:
      return look_at<std::int32_t>(tensor.bytes, [](std::int32_t) { return true; });
    case ElementType::kFloat16:  // all exponent bits set: infinite or not a number
      return look_at<std::uint16_t>(tensor.bytes,
                                    [](std::uint16_t bits) { return (bits & 0x7c00) != 0x7c00; });
    case ElementType::kFloat32:
      return look_at<float>(tensor.bytes, [](float value) { return std::isfinite(value); });
  }
  return {};
}

bool right_size(const TensorInfo& wanted, const Tensor& given) {
  constexpr std::int64_t kMostOutputValues = std::int64_t{1} << 40;
  if (given.type != wanted.type || given.shape.size() != wanted.shape.size()) return false;
  for (std::size_t axis = 0; axis < given.shape.size(); ++axis) {
    if (!wanted.shape[axis].contains(given.shape[axis])) return false;
  }
  const auto count = values_in(given.shape, kMostOutputValues);
  return count && *count * size_bytes_of(given.type) == given.bytes.size();
}

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

Result<std::vector<ProbeInput>> make_probe_inputs(const ModelInfo& info) {
  std::vector<ProbeInput> probe;
  for (const TensorInfo& input : info.inputs) {
    ProbeInput one{.info = input, .shape = {}, .bytes = {}};
    if (!input.allowed.empty()) one.shape = input.allowed.front();
    for (std::size_t axis = one.shape.size(); axis < input.shape.size(); ++axis) {
      one.shape.push_back(probe_length(input.shape[axis], axis == 0 ? 1 : kProbeTokens));
    }
    const auto count = values_in(one.shape, kMostValues);
    if (!count) {
      return fail(ErrorCode::kUnsupported,
                  "probe input \"" + input.name + "\": more than a million values");
    }
    one.bytes = probe_values(input, *count);
    probe.push_back(std::move(one));
  }
  return probe;
}

std::string problem_of_outputs(const ModelInfo& info, const std::vector<Tensor>& outputs) {
  bool zeros = false;
  bool others = false;
  for (const TensorInfo& wanted : info.outputs) {
    const auto given = std::ranges::find(outputs, wanted.name, &Tensor::name);
    const std::string output = "output \"" + wanted.name + '"';
    if (given == outputs.end()) return output + " is missing";
    if (!right_size(wanted, *given)) return output + " is of a wrong type, shape or size";
    const Seen seen = look_at(*given);
    if (!seen.finite) return output + " has values that are not finite";
    const bool idle = seen.zeros && wanted.type != ElementType::kInt32;
    (idle ? zeros : others) = true;
  }
  return zeros && !others ? "the outputs are nothing but zeros" : "";
}

std::string slow_advice(double warm_ms) {
  return fmt::format(
      "PAPR_LATENCY_BUDGET={:.0f}ms takes it as fast enough; PAPR_ALLOW_CPU=1 has it answer though "
      "it "
      "is slow, while memory is not short",
      std::ceil(warm_ms * 1.5));
}

Result<Verification> verify_model(LoadedModel& model, const Clock& clock, double budget_ms) {
  const auto probe = make_probe_inputs(model.info());
  if (!probe) return std::unexpected(probe.error());
  std::vector<TensorView> views;
  for (const ProbeInput& input : *probe) {
    views.push_back({input.info.name, input.info.type, input.shape, input.bytes});
  }
  Verification result{.placement = model.placement(), .budget_ms = budget_ms};
  std::vector<double> warm_ms;
  const auto decided = [&] {
    return warm_ms.size() == kWarmCalls ||
           std::ranges::count_if(warm_ms, [&](double ms) { return ms > budget_ms; }) == kDecided;
  };
  for (bool first = true; first || !decided(); first = false) {
    const SteadyTime start = clock.steady_now();
    const auto outputs = model.run(views);
    const std::chrono::duration<double, std::milli> took = clock.steady_now() - start;
    if (!outputs) return while_doing("verify model", outputs.error());
    if (first) result.first_ms = took.count();
    result.problem = problem_of_outputs(model.info(), *outputs);
    if (!result.problem.empty()) {
      result.output_ok = false;
      break;
    }
    if (!first) warm_ms.push_back(took.count());
  }
  if (!warm_ms.empty()) result.warm_ms = median_of(warm_ms);
  return result;
}

}  // namespace papr
