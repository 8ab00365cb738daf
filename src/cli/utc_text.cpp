// SPDX-License-Identifier: Apache-2.0
#include "utc_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace papr::cli {

std::string utc_text(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto milliseconds = (time - seconds).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), milliseconds);
}

}  // namespace papr::cli
