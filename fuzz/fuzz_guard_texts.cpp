// SPDX-License-Identifier: Apache-2.0
// The texts that the guard reads: what it wrote to the state file, error texts, /proc/PID/stat.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "../src/model/ledger_state.h"
#include "../src/model/load_error.h"
#include "../src/model/proc_stat.h"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void read_ledger(const std::string& text) {
  using namespace papr;
  const auto value = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const LedgerState state = parse_ledger(value);
  const auto written = json_of(state);
  check(json_of(parse_ledger(written)) == written);
  const WallTime now(std::chrono::milliseconds(1'790'000'000'000));
  const LedgerState settled =
      settle(state, [](const ProcessIdentity&) { return false; }, "boot", now);
  check(settled.processes.empty());
  const LoadMemory memory = recall(settled, {}, "m", {}, now);
  check(memory.crashes >= 0 && !memory.in_use_elsewhere);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read_ledger(text);
  const auto outcome = papr::outcome_of({papr::ErrorCode::kUnavailable, text, ""});
  check(outcome != papr::StepOutcome::kDone && outcome != papr::StepOutcome::kGood);
  if (const auto ticks = papr::start_ticks_of(text)) {
    check(!ticks->empty() && ticks->find_first_not_of("0123456789") == std::string::npos);
  }
  return 0;
}
