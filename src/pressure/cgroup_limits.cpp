// SPDX-License-Identifier: Apache-2.0
#include "cgroup_limits.h"

#include <algorithm>

#include "proc_counters.h"
#include "read_and_parse.h"

namespace papr {

namespace fs = std::filesystem;

CgroupLimits::CgroupLimits(const fs::path& folder, int version)
    : version_(version),
      limit_(folder / (version == 1 ? "memory.limit_in_bytes" : "memory.max")),
      throttle_(folder / "memory.high"),
      used_(folder / (version == 1 ? "memory.usage_in_bytes" : "memory.current")),
      stat_(folder / "memory.stat"),
      swap_(folder / "memory.swap.current"),
      stalls_(folder / "memory.pressure") {}

// The lower of its limits; nothing where it has none.
Result<std::optional<std::uint64_t>> CgroupLimits::read_limit() {
  const auto limit = read_and_parse_if_there(limit_, parse_limit_bytes);
  if (!limit) return std::unexpected(limit.error());
  const auto most = limit->value_or(std::nullopt);
  if (!*limit || version_ == 1) return most;
  const auto throttle = read_and_parse_if_there(throttle_, parse_limit_bytes);
  if (!throttle) return std::unexpected(throttle.error());
  const auto high = throttle->value_or(std::nullopt);
  return !most || (high && *high < *most) ? high : most;
}

Result<std::optional<std::uint64_t>> CgroupLimits::read_swap() {
  if (version_ == 1) return std::optional<std::uint64_t>();
  const auto swap = read_and_parse_if_there(swap_, parse_limit_bytes);
  if (!swap) return std::unexpected(swap.error());
  return swap->value_or(std::nullopt);
}

Result<> CgroupLimits::refresh(std::uint64_t total_bytes) {
  limit_bytes_.reset();
  swap_used_bytes_.reset();
  const auto limit = read_limit();
  if (!limit) return std::unexpected(limit.error());
  if (!*limit || **limit >= total_bytes) return {};
  const auto stat = read_and_parse(stat_, parse_memory_stat);
  if (!stat) return std::unexpected(stat.error());
  const auto swap = read_swap();
  if (!swap) return std::unexpected(swap.error());
  limit_bytes_ = *limit;
  reclaimable_bytes_ = stat->reclaimable_bytes;
  swap_used_bytes_ = *swap ? *swap : stat->swap_used_bytes;
  return {};
}

Result<double> CgroupLimits::free_percent() {
  const auto used = read_and_parse(used_, parse_limit_bytes);
  if (!used) return std::unexpected(used.error());
  const std::uint64_t limit = limit_bytes_.value_or(0);
  if (limit == 0) return 0.0;  // As good as full: whatever is in it is in the way.
  const std::uint64_t used_bytes = used->value_or(0);
  const std::uint64_t kept_bytes = used_bytes - std::min(used_bytes, reclaimable_bytes_);
  const std::uint64_t free_bytes = limit - std::min(limit, kept_bytes);
  return 100 * static_cast<double>(free_bytes) / static_cast<double>(limit);
}

}  // namespace papr
