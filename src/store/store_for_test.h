// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cmath>
#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "../base/clock.h"
#include "papr/memory_store.h"
#include "store_options.h"

namespace papr {

/// A clock that a test sets.
class FakeClock final : public Clock {
 public:
  SteadyTime steady_now() const noexcept override { return {}; }
  WallTime wall_now() const noexcept override { return now; }
  WallTime now{std::chrono::milliseconds(1'000'000)};
};

/// A direction on the unit circle, so that cosines are known: angle in degrees. Shape [2].
inline std::vector<float> at_degrees(double degrees) {
  const double radians = degrees * 3.14159265358979323846 / 180;
  return {static_cast<float>(std::cos(radians)), static_cast<float>(std::sin(radians))};
}

inline const ModelIdentity kModel{"aaaaaaaaaaaabbbb", 2};

inline Memory memory_of(std::string id, std::string content = "text") {
  Memory memory;
  memory.id = std::move(id);
  memory.content = std::move(content);
  return memory;
}

inline EmbeddedMemory embedded(std::string id, double degrees = 0, std::string content = "text") {
  return {memory_of(std::move(id), std::move(content)), at_degrees(degrees)};
}

/// A random direction; shape [dim].
inline std::vector<float> random_unit(std::mt19937& random, std::size_t dim) {
  std::normal_distribution<double> normal;
  std::vector<double> vector(dim);
  double squares = 0;
  for (double& value : vector) {
    value = normal(random);
    squares += value * value;
  }
  std::vector<float> unit;
  for (const double value : vector) unit.push_back(static_cast<float>(value / std::sqrt(squares)));
  return unit;
}

/// The ids of memories or hits, in their order.
inline std::vector<std::string> ids_of(const std::vector<Memory>& memories) {
  std::vector<std::string> ids;
  for (const Memory& memory : memories) ids.push_back(memory.id);
  return ids;
}
inline std::vector<std::string> ids_of(const std::vector<Hit>& hits) {
  std::vector<std::string> ids;
  for (const Hit& hit : hits) ids.push_back(hit.memory.id);
  return ids;
}

}  // namespace papr
