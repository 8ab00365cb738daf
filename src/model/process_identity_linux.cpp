// SPDX-License-Identifier: Apache-2.0
#include "../base/file_reader.h"
#include "proc_stat.h"
#include "process_identity.h"

namespace papr {

std::optional<std::string> start_of_process(std::int64_t pid) {
  constexpr std::uint64_t kLongestBytes = 4096;
  const auto stat =
      make_disk_file_reader()->read("/proc/" + std::to_string(pid) + "/stat", kLongestBytes);
  if (!stat) return std::nullopt;
  return start_ticks_of(*stat);
}

}  // namespace papr
