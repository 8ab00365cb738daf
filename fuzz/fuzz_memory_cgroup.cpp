// SPDX-License-Identifier: Apache-2.0
// The text up to the first zero byte is /proc/self/cgroup, the rest /proc/self/mountinfo.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../src/pressure/memory_cgroup.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t middle = std::min(text.find('\0'), text.size());
  const auto cgroup = papr::find_memory_cgroup(text.substr(0, middle),
                                               text.substr(std::min(middle + 1, text.size())));
  if (!cgroup) return 0;
  if (cgroup->version != 1 && cgroup->version != 2) std::abort();
  if (cgroup->folders.empty()) std::abort();
  // Every folder lies in the mount, which is the last.
  for (const auto& folder : cgroup->folders) {
    if (!folder.string().starts_with(cgroup->folders.back().string())) std::abort();
    if (!folder.is_absolute()) std::abort();
  }
  // And none below the mount climbs out of it.
  const auto below = cgroup->folders.front().lexically_relative(cgroup->folders.back());
  for (const auto& part : below) {
    if (part == "..") std::abort();
  }
  return 0;
}
