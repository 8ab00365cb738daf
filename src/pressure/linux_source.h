// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "memory_source.h"

namespace papr {

/// How old what `linux` does not read for every sample may be. The kernel itself renews the stalls
/// every 2 s, and rates are taken over no less than this.
inline constexpr std::chrono::milliseconds kLinuxRefreshEvery{100};

/// Source `linux`: /proc and the cgroup that this process is in. The files stay open.
///
/// Every sample reads /proc/meminfo, and of each limited cgroup how much is used. At most every
/// kLinuxRefreshEvery, as they cost several times as much: the counters of /proc/vmstat
/// (`counted_at` says when), the stalls, limits, memory.stat, and which cgroup it is: a process
/// that was moved, or whose limit was changed, is seen to be so that late.
///
/// The process's own cgroup and all above it count where their limit is below the machine's memory:
/// the least free share of these and of the machine is `free_percent`. Stalls and used swap are
/// those of the group with the lowest limit where its kernel tells (version 2: memory.pressure,
/// memory.swap.current; version 1: swap in memory.stat), else the machine's, whose `some` stalls
/// include the group's. The counters are the machine's. A kernel without PSI leaves the stalls
/// unknown, and the sample's caveat says so.
///
/// Allocates nothing unless the cgroup changes or something cannot be read. After a fork() the
/// child must make its own.
///
/// `root` stands for "/", so that tests can have a /proc of their own.
[[nodiscard]] std::unique_ptr<MemorySource> make_linux_source(std::filesystem::path root = "/");

}  // namespace papr
