// SPDX-License-Identifier: Apache-2.0
// What one reading of memory pressure takes: of each source that is named, by turns, so that a
// noisy moment hits all alike. Prints one JSON object, microseconds by source; null: it cannot be
// read.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "../src/pressure/memory_source.h"
#include "../src/pressure/pressure_meter.h"

namespace {

constexpr int kRounds = 21;

struct Measured {
  std::string name;
  std::unique_ptr<papr::PressureMeter> meter{};  ///< null where it cannot be read
  int at_once = 1;                               ///< a reading may be too short for the clock
  std::vector<double> times_us{};
};

Measured measured_of(const std::string& spec) {
  Measured measured{.name = spec.substr(0, spec.find(':'))};
  auto source = papr::make_memory_source(spec);
  if (!source) return measured;
  if ((*source)->is_quick()) measured.at_once = spec == "none" ? 10'000 : 500;
  auto meter = std::make_unique<papr::PressureMeter>(
      papr::PressureMeterParts{.source = std::move(*source),
                               .thresholds = {},
                               .clock = std::make_shared<const papr::SystemClock>()});
  // The first opens what later ones keep open.
  if (meter->try_read()) measured.meter = std::move(meter);
  return measured;
}

double reading_us(Measured& measured) {
  const auto start = std::chrono::steady_clock::now();
  // What is not quick is given again by read(), but not by try_read().
  const bool again = measured.meter->is_quick();
  for (int i = 0; i < measured.at_once; ++i) {
    if (again) {
      (void)measured.meter->read();
    } else {
      (void)measured.meter->try_read();
    }
  }
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  return took.count() / measured.at_once;
}

nlohmann::json median(std::vector<double> values) {
  if (values.empty()) return nullptr;
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

}  // namespace

int main(int count, char** words) {
  std::vector<Measured> all;
  for (int i = 1; i < count; ++i) all.push_back(measured_of(words[i]));
  for (int round = 0; round < kRounds; ++round) {
    for (Measured& measured : all) {
      if (measured.meter) measured.times_us.push_back(reading_us(measured));
    }
  }
  nlohmann::json readings = nlohmann::json::object();
  for (Measured& measured : all) readings[measured.name] = median(std::move(measured.times_us));
  std::cout << readings.dump() << '\n';
  return 0;
}
