// SPDX-License-Identifier: Apache-2.0
#include "boot_id.h"
#include "file_reader.h"

namespace papr {

// Source: proc_sys_kernel(5), /proc/sys/kernel/random.
std::optional<std::string> boot_id() {
  constexpr std::uint64_t kLongestBytes = 100;
  auto text = make_disk_file_reader()->read("/proc/sys/kernel/random/boot_id", kLongestBytes);
  if (!text) return std::nullopt;
  text->erase(text->find_last_not_of(" \n") + 1);
  return text->empty() ? std::nullopt : std::optional(std::move(*text));
}

}  // namespace papr
