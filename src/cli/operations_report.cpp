// SPDX-License-Identifier: Apache-2.0
#include "operations_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace papr::cli {
namespace {

constexpr std::array kDevices = {Placement::kNeuralEngine, Placement::kGpu, Placement::kCpu,
                                 Placement::kUnknown};

double weight_of(const PlannedOperation& operation) {
  const double weight = operation.weight.value_or(0);
  return std::isfinite(weight) && weight > 0 ? weight : 0;
}

std::string share_text(const PlannedOperation& operation, double total) {
  if (!operation.weight || !std::isfinite(*operation.weight) || total <= 0) return "-";
  return fmt::format("{:.1f} %", 100 * weight_of(operation) / total);
}

std::string supported_text(const PlannedOperation& operation) {
  std::string text;
  for (const Placement device : operation.supported) {
    text += (text.empty() ? "" : ", ") + std::string(name_of(device));
  }
  return text.empty() ? "-" : text;
}

std::string summary(const std::vector<PlannedOperation>& operations, double total) {
  std::string text = fmt::format("operations   {}", operations.size());
  for (const Placement device : kDevices) {
    double work = 0;
    std::size_t count = 0;
    for (const PlannedOperation& operation : operations) {
      if (device_of(operation) != device) continue;
      work += weight_of(operation);
      ++count;
    }
    if (count == 0) continue;
    text += fmt::format("; {} on {}", count, name_of(device));
    if (total > 0) text += fmt::format(" ({:.1f} % of the work)", 100 * work / total);
  }
  return text + '\n';
}

}  // namespace

Json json_of(const std::vector<PlannedOperation>& operations) {
  Json list = Json::array();
  for (const PlannedOperation& operation : operations) {
    Json supported = Json::array();
    for (const Placement device : operation.supported) supported.push_back(name_of(device));
    list.push_back({{"type", operation.type},
                    {"name", operation.name},
                    {"weight", operation.weight ? Json(*operation.weight) : Json()},
                    {"preferred", name_of(operation.preferred)},
                    {"supported", std::move(supported)}});
  }
  return list;
}

std::string text_of(const std::vector<PlannedOperation>& operations) {
  double total = 0;
  for (const PlannedOperation& operation : operations) total += weight_of(operation);
  std::string text = summary(operations, total);
  std::vector<const PlannedOperation*> sorted;
  for (const PlannedOperation& operation : operations) sorted.push_back(&operation);
  std::ranges::stable_sort(sorted, [](const auto* one, const auto* other) {
    const bool first_on = device_of(*one) == Placement::kNeuralEngine;
    const bool second_on = device_of(*other) == Placement::kNeuralEngine;
    return first_on != second_on ? second_on : weight_of(*one) > weight_of(*other);
  });
  if (!sorted.empty()) text += "  work     runs on         could run on              operation\n";
  for (const PlannedOperation* operation : sorted) {
    text += fmt::format("  {:<8} {:<15} {:<25} {} {}\n", share_text(*operation, total),
                        name_of(device_of(*operation)), supported_text(*operation),
                        one_line(operation->type, 40), one_line(operation->name, 80));
  }
  return text;
}

}  // namespace papr::cli
