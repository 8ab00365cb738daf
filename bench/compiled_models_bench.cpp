// SPDX-License-Identifier: Apache-2.0
// One load of a package and its first predictions, as a process that has just started does it: with
// a folder in which compiled models are kept, or without one. Prints one JSON object; the hash is
// that of the first prediction's output, with all its bits.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../src/base/process_memory.h"
#include "../src/base/sha256.h"
#include "../src/model/model_backend.h"
#include "../src/model/verify_model.h"

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kWarmRuns = 50;

double milliseconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

papr::Result<nlohmann::json> measure(const std::filesystem::path& package,
                                     const std::filesystem::path& folder) {
  const auto start = SteadyClock::now();
  const auto model =
      papr::make_system_model_backend({.compiled_models = folder})->load(package, {});
  const double load_ms = milliseconds_since(start);
  if (!model) return std::unexpected(model.error());
  const auto probe = papr::make_probe_inputs((*model)->info());
  if (!probe) return std::unexpected(probe.error());
  std::vector<papr::TensorView> views;
  for (const papr::ProbeInput& input : *probe) {
    views.push_back({input.info.name, input.info.type, input.shape, input.bytes});
  }
  const auto outputs = (*model)->run(views);
  const double ready_ms = milliseconds_since(start);
  if (!outputs) return std::unexpected(outputs.error());
  papr::Sha256 hash;
  hash.update((*outputs)[0].bytes);
  const auto peak_bytes = papr::peak_resident_bytes();
  std::vector<double> warm_ms;
  for (int i = 0; i < kWarmRuns; ++i) {
    const auto again = SteadyClock::now();
    if (const auto done = (*model)->run(views); !done) return std::unexpected(done.error());
    warm_ms.push_back(milliseconds_since(again));
  }
  std::ranges::nth_element(warm_ms, warm_ms.begin() + kWarmRuns / 2);
  return nlohmann::json{{"load_ms", load_ms},
                        {"ready_ms", ready_ms},
                        {"hash", hash.hex()},
                        {"warm_ms", warm_ms[kWarmRuns / 2]},
                        {"peak_bytes", peak_bytes}};
}

}  // namespace

int main(int count, char** words) {
  if (count != 2 && count != 3) {
    std::cerr << "usage: compiled_models_bench PACKAGE [FOLDER]\n";
    return 2;
  }
  const auto measured = measure(words[1], count == 3 ? words[2] : "");
  if (!measured) {
    std::cerr << "compiled_models_bench: " << measured.error().message << '\n';
    return 1;
  }
  std::cout << measured->dump() << '\n';
  return 0;
}
