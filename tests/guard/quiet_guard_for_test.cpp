// SPDX-License-Identifier: Apache-2.0
// Goes the guard's way round a load and twenty searches' readings, on this system's default source,
// between two lines on standard output. Its test looks with strace at what the OS was asked for.
#include <unistd.h>

#include <memory>
#include <string_view>

#include "../../src/base/fake_clock.h"
#include "../../src/model/fake_model_backend.h"
#include "../../src/model/guarded_loader.h"
#include "../../src/pressure/memory_source.h"
#include "../../src/pressure/pressure_meter.h"
#include "papr/pressure.h"

namespace {

void mark(std::string_view text) {
  [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
}

bool go_the_way_of_the_guard() {
  auto source = papr::make_memory_source("");
  if (!source) return false;
  const auto clock = std::make_shared<papr::FakeClock>();
  papr::PressureMeter meter({.source = std::move(*source), .thresholds = {}, .clock = clock});
  papr::FakeModelBackend backend(clock);
  papr::GuardedLoader loader({.backend = backend, .pressure = meter, .clock = clock}, {});
  const auto outcome = loader.load("/nowhere/model.mlpackage");
  for (int i = 0; i < 20; ++i) {
    if (meter.read().level != papr::PressureLevel::kNormal) return false;
  }
  return outcome.model != nullptr &&
         papr::check_memory_pressure().level == papr::PressureLevel::kNormal;
}

}  // namespace

int main() {
  mark("begin\n");
  const bool went = go_the_way_of_the_guard();
  mark("end\n");
  return went ? 0 : 1;
}
