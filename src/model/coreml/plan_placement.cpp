// SPDX-License-Identifier: Apache-2.0
#include "plan_placement.h"

#include <cmath>

namespace papr {
namespace {

// The lower of the two gates that McBopomofo has for the same figure (SlothERuntime.mm); the higher
// is 99 %. Between them a few small operations are on the CPU, as looking up embeddings is. No
// measurement of ours is behind it: the warm latency decides in the end (verify_model.h).
constexpr double kOnNeuralEngine = 0.8;
// Ours: with more of the operations than this without weight or device the rest is no fair sample.
constexpr double kMostUnknown = 0.2;

struct Work {
  double total = 0;
  double neural_engine = 0;
  double gpu = 0;
  double cpu = 0;
};

double* part_of(Work& work, Placement device) {
  switch (device) {
    case Placement::kNeuralEngine:
      return &work.neural_engine;
    case Placement::kGpu:
      return &work.gpu;
    case Placement::kCpu:
      return &work.cpu;
    case Placement::kUnknown:
      return nullptr;
  }
  return nullptr;  // Unreachable; no default above, so -Wswitch finds a new value.
}

Placement decide(const Work& work, double unknown) {
  if (work.neural_engine >= kOnNeuralEngine * work.total) return Placement::kNeuralEngine;
  if (work.neural_engine + unknown >= kOnNeuralEngine * work.total) return Placement::kUnknown;
  // Where most of it is on the neural engine the rest is what makes it slow.
  return work.gpu > work.cpu ? Placement::kGpu : Placement::kCpu;
}

}  // namespace

PlanPlacement placement_of_plan(std::span<const PlannedOperation> operations) {
  PlanPlacement plan{.operations = operations.size()};
  Work work;
  for (const PlannedOperation& operation : operations) {
    double* const part = part_of(work, device_of(operation));
    const bool weighed =
        operation.weight && std::isfinite(*operation.weight) && *operation.weight >= 0;
    if (weighed) work.total += *operation.weight;
    if (weighed && part != nullptr) *part += *operation.weight;
    if (!weighed || part == nullptr) ++plan.unknown;
  }
  if (work.total <= 0) return plan;
  plan.neural_engine_share = work.neural_engine / work.total;
  const double known = work.neural_engine + work.gpu + work.cpu;
  const bool fair =
      static_cast<double>(plan.unknown) <= kMostUnknown * static_cast<double>(plan.operations);
  if (fair) plan.placement = decide(work, work.total - known);
  return plan;
}

}  // namespace papr
