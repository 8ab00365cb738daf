// SPDX-License-Identifier: Apache-2.0
// How fast the store is on this machine, as one JSON object on standard output:
//   papr_store_bench [--rows N] [--dim N] [--searches N] [--limit N] [--content-bytes N]
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../src/base/temporary_folder.h"
#include "papr/memory_store.h"

namespace papr {
namespace {

using Settings = std::map<std::string_view, std::size_t>;

std::optional<Settings> parse(int argc, char** argv) {
  Settings settings{{"--rows", 10000},
                    {"--dim", 384},
                    {"--searches", 1000},
                    {"--limit", 10},
                    {"--content-bytes", 300}};
  for (int i = 1; i < argc; i += 2) {
    const auto setting = settings.find(argv[i]);
    if (setting == settings.end() || i + 1 == argc) return std::nullopt;
    const std::string_view text = argv[i + 1];
    const char* const end = text.data() + text.size();
    const auto [stop, code] = std::from_chars(text.data(), end, setting->second);
    if (code != std::errc{} || stop != end || setting->second == 0) return std::nullopt;
  }
  return settings;
}

double ms_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

std::vector<float> random_unit(std::mt19937& random, std::size_t dim) {
  std::normal_distribution<float> normal;
  std::vector<float> vector(dim);
  float squares = 0;
  for (float& value : vector) {
    value = normal(random);
    squares += value * value;
  }
  for (float& value : vector) value /= std::sqrt(squares);
  return vector;
}

// The value that `share` of the sorted times do not exceed.
double percentile(std::vector<double> times, double share) {
  std::ranges::sort(times);
  return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
}

Result<nlohmann::ordered_json> measure(const Settings& settings) {
  const std::size_t rows = settings.at("--rows");
  const std::size_t dim = settings.at("--dim");
  const std::size_t limit = settings.at("--limit");
  const ModelIdentity model{"bench", dim};
  std::mt19937 random(1);
  std::vector<EmbeddedMemory> batch;
  std::vector<std::vector<EmbeddedMemory>> batches;
  for (std::size_t i = 0; i < rows; ++i) {
    Memory memory;
    memory.id = "memory-" + std::to_string(i);
    memory.content = std::string(settings.at("--content-bytes"), 'x');
    memory.metadata_json = R"({"section":")" + std::to_string(i % 10) + R"("})";
    memory.user_id = "user-" + std::to_string(i % 10);
    batch.push_back({std::move(memory), random_unit(random, dim)});
    if (batch.size() == 256 || i + 1 == rows) batches.push_back(std::exchange(batch, {}));
  }

  const TemporaryFolder folder;
  const auto path = folder.path() / "bench.db";
  nlohmann::ordered_json report{{"rows", rows}, {"dim", dim}, {"limit", limit}};
  {
    auto store = MemoryStore::open(path);
    if (!store) return std::unexpected(store.error());
    const auto start = std::chrono::steady_clock::now();
    for (const auto& each : batches) {
      const auto put = store->put(model, each);
      if (!put) return std::unexpected(put.error());
    }
    report["put_rows_per_s"] = std::round(static_cast<double>(rows) / ms_since(start) * 1000);
  }
  report["file_bytes"] = std::filesystem::file_size(path);

  // A new connection, the file in the system's cache: what a new process pays.
  std::vector<double> cold;
  for (int i = 0; i < 15; ++i) {
    const auto start = std::chrono::steady_clock::now();
    auto store = MemoryStore::open(path);
    if (!store) return std::unexpected(store.error());
    const auto hits = store->nearest(model, batches[0][0].vector, limit);
    if (!hits) return std::unexpected(hits.error());
    cold.push_back(ms_since(start));
  }
  report["open_and_first_search_ms"] = percentile(cold, 0.5);

  auto store = MemoryStore::open(path);
  if (!store) return std::unexpected(store.error());
  const auto time_searches = [&](const MemoryFilter& filter) -> Result<std::vector<double>> {
    std::vector<double> times;
    for (std::size_t i = 0; i < settings.at("--searches"); ++i) {
      const auto query = random_unit(random, dim);
      const auto start = std::chrono::steady_clock::now();
      const auto hits = store->nearest(model, query, limit, filter);
      if (!hits) return std::unexpected(hits.error());
      times.push_back(ms_since(start));
    }
    return times;
  };
  MemoryFilter by_user;
  by_user.user_id = "user-3";
  MemoryFilter by_metadata;
  by_metadata.metadata["section"] = "3";
  for (const auto& [name, filter] : {std::pair<std::string, MemoryFilter>{"search", {}},
                                     {"search_by_user", by_user},
                                     {"search_by_metadata", by_metadata}}) {
    const auto times = time_searches(filter);
    if (!times) return std::unexpected(times.error());
    report[name + "_p50_ms"] = percentile(*times, 0.5);
    report[name + "_p99_ms"] = percentile(*times, 0.99);
  }
  return report;
}

}  // namespace
}  // namespace papr

int main(int argc, char** argv) {
  const auto settings = papr::parse(argc, argv);
  if (!settings) {
    std::fputs(
        "usage: papr_store_bench [--rows N] [--dim N] [--searches N] [--limit N] "
        "[--content-bytes N]\n",
        stderr);
    return 2;
  }
  const auto report = papr::measure(*settings);
  if (!report) {
    std::fprintf(stderr, "papr_store_bench: %s\n", report.error().message.c_str());
    return 1;
  }
  std::puts(report->dump().c_str());
  return 0;
}
