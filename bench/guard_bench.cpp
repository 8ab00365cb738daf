// SPDX-License-Identifier: Apache-2.0
// What the guard costs where all is well: a warm, calm search against the same work without a guard
// (embed, scan), interleaved. The model is one that counts words, so that it does not hide the
// difference. Where an API may be asked, a search has a deadline and so runs on a thread that can
// be left behind: what this machine takes to hand work over to a thread and back is measured beside
// it. Prints one JSON object, in microseconds.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "../src/base/task_threads.h"
#include "../src/client/client_bench_for_test.h"
#include "../src/pressure/memory_source.h"
#include "../src/pressure/pressure_meter.h"

namespace {

using SteadyClock = std::chrono::steady_clock;

double microseconds_of(const std::function<void()>& work) {
  const auto start = SteadyClock::now();
  work();
  return std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count();
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

// Medians of both, taken by turns so that a noisy moment hits them alike.
std::pair<double, double> compare(int rounds, const std::function<void()>& one,
                                  const std::function<void()>& other) {
  std::vector<double> ones;
  std::vector<double> others;
  for (int i = 0; i < rounds; ++i) {
    ones.push_back(microseconds_of(one));
    others.push_back(microseconds_of(other));
  }
  return {median(std::move(ones)), median(std::move(others))};
}

double hand_over_us() {
  papr::TaskThreads threads;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<double> times;
  for (int round = 0; round < 2001; ++round) {
    times.push_back(microseconds_of([&] {
      bool done = false;
      (void)threads.run([&] {
        const std::lock_guard lock(mutex);
        done = true;
        changed.notify_one();
      });
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return done; });
    }));
  }
  (void)threads.wait_until_idle(std::chrono::minutes(1));
  return median(std::move(times));
}

nlohmann::json search_us(papr::ClientBench& bench, const std::string& source, bool cloud) {
  bench.cloud_script = nullptr;
  if (cloud) {
    bench.cloud_script = [](const papr::HttpRequest&, const papr::CancelToken&) {
      return papr::Result<papr::HttpResponse>(papr::HttpResponse{.status = 500});
    };
  }
  papr::ClientParts parts = bench.parts();
  parts.hedge_after = std::chrono::minutes(1);
  parts.pressure = std::make_shared<papr::PressureMeter>(
      papr::PressureMeterParts{.source = papr::make_memory_source(source).value(),
                               .thresholds = {},
                               .clock = parts.clock,
                               .events = parts.events.get()});
  const auto store = parts.store;
  papr::Client client = papr::make_client(std::move(parts));
  const papr::LocalLoad load = bench.load();
  const auto bare = [&] {
    const auto embedding = load.local->embedder.embed("tea");
    (void)store->nearest(load.local->identity, embedding->values, 10, {});
  };
  const auto guarded = [&] { (void)client.search("tea"); };
  guarded();
  bare();
  const auto [with, without] = compare(2001, guarded, bare);
  return {{"guarded", with}, {"bare", without}, {"guard", with - without}};
}

}  // namespace

int main() {
  papr::ClientBench bench;
  if (!bench.open().add({.id = "1", .content = "tea cup"})) {
    std::cerr << "guard_bench: the store cannot be made\n";
    return 1;
  }
  const nlohmann::json searches = {
      {"source none, no API", search_us(bench, "none", false)},
      {"source none, API may be asked", search_us(bench, "none", true)},
      {"source linux, no API", search_us(bench, "linux", false)},
      {"source linux, API may be asked", search_us(bench, "linux", true)}};
  std::cout << nlohmann::json{{"search_us", searches}, {"hand_over_us", hand_over_us()}}.dump()
            << '\n';
  return 0;
}
