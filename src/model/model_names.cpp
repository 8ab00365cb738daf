// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <string_view>

#include "model_backend.h"
#include "papr/model.h"

namespace papr {

std::string_view name_of(Placement placement) noexcept {
  switch (placement) {
    case Placement::kUnknown:
      return "unknown";
    case Placement::kCpu:
      return "cpu";
    case Placement::kGpu:
      return "gpu";
    case Placement::kNeuralEngine:
      return "neural_engine";
  }
  return "unknown";  // Unreachable; no default above, so -Wswitch finds a new value.
}

std::string_view name_of(ElementType type) noexcept {
  switch (type) {
    case ElementType::kInt32:
      return "int32";
    case ElementType::kFloat16:
      return "float16";
    case ElementType::kFloat32:
      return "float32";
  }
  return "unknown";
}

std::size_t size_bytes_of(ElementType type) noexcept {
  return type == ElementType::kFloat16 ? 2 : 4;
}

std::string_view name_of(Precision precision) noexcept {
  return precision == Precision::kBfloat16 ? "bf16" : "f32";
}

std::string_view name_of(ComputeUnits units) noexcept {
  switch (units) {
    case ComputeUnits::kAll:
      return "ALL";
    case ComputeUnits::kCpuAndNeuralEngine:
      return "CPU_AND_NE";
    case ComputeUnits::kCpuAndGpu:
      return "CPU_AND_GPU";
    case ComputeUnits::kCpuOnly:
      return "CPU_ONLY";
  }
  return "ALL";  // Unreachable; no default above, so -Wswitch finds a new value.
}

std::string_view name_of(OnAccelerator answer) noexcept {
  switch (answer) {
    case OnAccelerator::kOn:
      return "on";
    case OnAccelerator::kNotOn:
      return "not_on";
    case OnAccelerator::kUnknown:
      return "unknown";
  }
  return "unknown";
}

OnAccelerator on_accelerator(Placement placement) noexcept {
  switch (placement) {
    case Placement::kNeuralEngine:
      return OnAccelerator::kOn;
    case Placement::kCpu:
    case Placement::kGpu:
      return OnAccelerator::kNotOn;
    case Placement::kUnknown:
      return OnAccelerator::kUnknown;
  }
  return OnAccelerator::kUnknown;
}

std::string_view name_of(ModelVerdict verdict) noexcept {
  switch (verdict) {
    case ModelVerdict::kGood:
      return "good";
    case ModelVerdict::kSlow:
      return "slow";
    case ModelVerdict::kWrongOutput:
      return "wrong_output";
  }
  return "wrong_output";  // Unreachable; no default above, so -Wswitch finds a new value.
}

}  // namespace papr
