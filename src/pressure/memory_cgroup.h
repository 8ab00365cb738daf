// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace papr {

/// The cgroup that counts the memory of a process.
struct MemoryCgroup {
  int version = 2;  ///< 1 or 2
  /// Its folder and those above it up to the mount, innermost first: each may have a limit.
  std::vector<std::filesystem::path> folders;
};

/// Finds the memory cgroup in the texts of /proc/self/cgroup and /proc/self/mountinfo. Where both
/// versions are mounted, the one that has the memory controller. Nothing when there is none: then
/// there is no limit either. Where a container's mounts do not show the group itself, only what
/// they do show: the mount, which is the container's own as a rule. Lines that are not as
/// documented are passed over. Source: cgroups(7), proc_pid_mountinfo(5).
[[nodiscard]] std::optional<MemoryCgroup> find_memory_cgroup(std::string_view cgroup_text,
                                                             std::string_view mountinfo_text);

}  // namespace papr
