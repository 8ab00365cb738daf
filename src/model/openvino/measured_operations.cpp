// SPDX-License-Identifier: Apache-2.0
#include "measured_operations.h"

#include <chrono>

namespace papr {
namespace {

// What took less than a microsecond is said not to have been run.
bool was_run(const ov::ProfilingInfo& one) {
  return one.status != ov::ProfilingInfo::Status::OPTIMIZED_OUT;
}

}  // namespace

std::vector<PlannedOperation> measured_operations(std::span<const ov::ProfilingInfo> measured) {
  std::chrono::duration<double> total{0};
  for (const ov::ProfilingInfo& one : measured) {
    if (was_run(one)) total += one.real_time;
  }
  std::vector<PlannedOperation> operations;
  for (const ov::ProfilingInfo& one : measured) {
    if (!was_run(one)) continue;
    PlannedOperation operation{.type = one.node_type,
                               .name = one.node_name,
                               .preferred = Placement::kCpu,
                               .supported = {Placement::kCpu}};
    // A prediction may be over within the microsecond that is the finest it measures.
    if (total.count() > 0) {
      operation.weight = std::chrono::duration<double>(one.real_time) / total;
    }
    operations.push_back(std::move(operation));
  }
  return operations;
}

}  // namespace papr
