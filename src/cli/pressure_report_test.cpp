// SPDX-License-Identifier: Apache-2.0
#include "pressure_report.h"

#include <gtest/gtest.h>

#include "../base/clock.h"

namespace papr::cli {
namespace {

using namespace std::chrono_literals;

PressureReading low() {
  PressureReading reading;
  reading.level = PressureLevel::kWarn;
  reading.state = PressureState::kActive;
  reading.reason = "Low free memory (35.2%)";
  reading.source = "macos-tools";
  reading.free_percent = 35.2;
  reading.swap_used_gb = 2.236025405;
  reading.swap_ins = 616876;
  reading.swap_outs = 910136;
  reading.kernel_level = 2;
  reading.sampled_at = WallTime(1'769'847'300'250ms);
  return reading;
}

TEST(PressureReport, JsonHasEveryKeyAndNullForWhatIsNotKnown) {
  const std::string expected =
      R"json({"level":"warn","free_percent":35.2,"swap_used_gb":2.236025405,"page_ins":null,)json"
      R"json("page_outs":null,"reason":"Low free memory (35.2%)","source":"macos-tools","active":true,)json"
      R"json("kernel_level":2,"swap_ins":616876,"swap_outs":910136,"swap_in_pages_per_s":null,)json"
      R"json("swap_out_pages_per_s":null,"stall_percent_10s":null,)json"
      R"json("sampled_at":"2026-01-31T08:15:00.250Z"})json";
  EXPECT_EQ(json_of(low()).dump(), expected);
}

TEST(PressureReport, PeopleReadTheLevelTheReasonItsMeaningAndTheNumbers) {
  EXPECT_EQ(text_of(low()),
            "warn: Low free memory (35.2%); memory is short now: a model may load slowly or end up "
            "on the CPU\n"
            "  35.2% free; 2.24 GB of swap used; swapped since boot 616,876 pages in, 910,136 out; "
            "kernel level 2; source macos-tools");
}

TEST(PressureReport, InAStreamALineHasItsTime) {
  EXPECT_TRUE(line_of(low()).starts_with("08:15:00Z warn: Low free memory (35.2%); 35.2% free; "));
}

TEST(PressureReport, EveryStateSaysWhatItMeans) {
  PressureReading reading = low();
  for (const auto& [state, part] : {std::pair{PressureState::kCalm, "can be loaded"},
                                    {PressureState::kHistoryOnly, "nothing is going on now"},
                                    {PressureState::kActive, "short now"},
                                    {PressureState::kUnreadable, "nobody knows"}}) {
    reading.state = state;
    EXPECT_NE(text_of(reading).find(part), std::string::npos) << text_of(reading);
  }
  reading.state = PressureState::kActive;
  reading.level = PressureLevel::kCritical;
  EXPECT_NE(text_of(reading).find("load nothing large"), std::string::npos);
}

TEST(PressureReport, AReasonThatIsNotOursCannotSteerTheTerminal) {
  PressureReading reading = low();
  reading.reason = "open \"a\x1b[2J\nb\"";
  EXPECT_EQ(text_of(reading).find('\x1b'), std::string::npos);
  EXPECT_EQ(line_of(reading).find('\n'), std::string::npos);
}

}  // namespace
}  // namespace papr::cli
