// SPDX-License-Identifier: Apache-2.0
// Watches memory through source `linux`. A line of stdin starts it, each further one asks for a
// reading. Prints an object a line: what the monitor tells, and what was asked for ("asked": true).
// "told_at" is in nanoseconds of the clock that does not jump.
#include <sys/prctl.h>

#include <chrono>
#include <csignal>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "papr/pressure.h"
#include "papr/pressure_monitor.h"

namespace {

using namespace std::chrono_literals;

void print(const papr::PressureReading& reading, bool asked) {
  static std::mutex mutex;
  const auto told_at = std::chrono::steady_clock::now().time_since_epoch();
  const nlohmann::json line = {{"asked", asked},
                               {"told_at", std::chrono::nanoseconds(told_at).count()},
                               {"level", papr::name_of(reading.level)},
                               {"reason", reading.reason},
                               {"free_percent", reading.free_percent.value_or(-1)},
                               {"swap_ins", reading.swap_ins.value_or(0)},
                               {"swap_outs", reading.swap_outs.value_or(0)},
                               {"stall_percent_10s", reading.stall_percent_10s.value_or(-1)}};
  const std::lock_guard lock(mutex);
  std::cout << line.dump() << std::endl;
}

}  // namespace

int main() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::string line;
  if (!std::getline(std::cin, line)) return 2;
  const papr::PressureOptions options{.source = "linux", .thresholds = {}};
  const auto monitor = papr::PressureMonitor::start(
      {.pressure = options, .interval = 20ms, .calm = 500ms},
      [](const papr::PressureReading& reading) { print(reading, false); });
  if (!monitor) {
    std::cerr << monitor.error().message << '\n';
    return 1;
  }
  while (std::getline(std::cin, line)) print(papr::check_memory_pressure(options), true);
}
