// SPDX-License-Identifier: Apache-2.0
#include "linux_source.h"

#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "../base/file_reader.h"
#include "cgroup_limits.h"
#include "memory_cgroup.h"
#include "proc_counters.h"
#include "psi.h"
#include "read_and_parse.h"
#include "small_file.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNoStalls = "Stalls are not known (no PSI)";

class LinuxSource final : public MemorySource {
 public:
  explicit LinuxSource(fs::path root)
      : root_(std::move(root)),
        meminfo_(root_ / "proc/meminfo"),
        vmstat_(root_ / "proc/vmstat"),
        stalls_(root_ / "proc/pressure/memory"),
        membership_(root_ / "proc/self/cgroup") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "linux"; }

  Result<MemorySample> sample(SteadyTime now) override {
    const bool first = !refreshed_at_;
    auto sample = sample_once(now);
    if (sample) return sample;
    refreshed_at_.reset();
    groups_are_of_.reset();
    // Its group may be gone because the process was moved to another since.
    return first ? sample : sample_once(now);
  }

 private:
  // What is read at most every kLinuxRefreshEvery.
  struct Slow {
    VmCounters counters;
    std::optional<Psi> stalls;
    std::optional<std::uint64_t> group_swap_bytes;
  };

  Result<MemorySample> sample_once(SteadyTime now) {
    const auto memory = read_and_parse(meminfo_, parse_meminfo);
    if (!memory) return std::unexpected(memory.error());
    if (!refreshed_at_ || now - *refreshed_at_ >= kLinuxRefreshEvery) {
      auto slow = refresh(memory->total_bytes);
      if (!slow) return std::unexpected(slow.error());
      slow_ = *slow;
      refreshed_at_ = now;
    }
    MemorySample sample = sample_of(*memory);
    sample.taken_at = now;
    for (CgroupLimits& group : groups_) {
      if (!group.limit_bytes()) continue;
      const auto free_percent = group.free_percent();
      if (!free_percent) return std::unexpected(free_percent.error());
      sample.free_percent = std::min(*sample.free_percent, *free_percent);
    }
    return sample;
  }

  MemorySample sample_of(const MemInfo& memory) const {
    MemorySample sample;
    sample.counted_at = refreshed_at_;
    sample.free_percent =
        100 * static_cast<double>(memory.available_bytes) / static_cast<double>(memory.total_bytes);
    sample.swap_used_bytes = slow_.group_swap_bytes;
    if (!sample.swap_used_bytes && memory.swap_total_bytes) {
      sample.swap_used_bytes = *memory.swap_total_bytes - memory.swap_free_bytes.value_or(0);
    }
    const auto pages_of = [this](std::optional<std::uint64_t> kib) {
      return kib ? std::optional(*kib / page_kib_) : std::nullopt;
    };
    sample.page_ins = pages_of(slow_.counters.read_kib);
    sample.page_outs = pages_of(slow_.counters.written_kib);
    sample.swap_ins = slow_.counters.swapped_in_pages;
    sample.swap_outs = slow_.counters.swapped_out_pages;
    if (slow_.stalls) {
      sample.some_stall_percent_10s = slow_.stalls->some_percent_10s;
      sample.full_stall_percent_10s = slow_.stalls->full_percent_10s;
    } else {
      sample.caveat = kNoStalls;
    }
    return sample;
  }

  Result<Slow> refresh(std::uint64_t total_bytes) {
    if (auto found = find_groups(); !found) return std::unexpected(found.error());
    CgroupLimits* tightest = nullptr;
    for (CgroupLimits& group : groups_) {
      if (auto done = group.refresh(total_bytes); !done) return std::unexpected(done.error());
      if (!group.limit_bytes()) continue;
      if (!tightest || *group.limit_bytes() < *tightest->limit_bytes()) tightest = &group;
    }
    Slow slow;
    if (tightest) {
      slow.group_swap_bytes = tightest->swap_used_bytes();
      auto stalls = read_and_parse_if_there(tightest->stalls(), parse_psi);
      if (!stalls) return std::unexpected(stalls.error());
      slow.stalls = *stalls;
    }
    if (!slow.stalls) {
      auto stalls = read_and_parse_if_there(stalls_, parse_psi);
      if (!stalls) return std::unexpected(stalls.error());
      slow.stalls = *stalls;
    }
    const auto counters = read_and_parse_if_there(vmstat_, parse_vmstat);
    if (!counters) return std::unexpected(counters.error());
    slow.counters = counters->value_or(VmCounters{});
    return slow;
  }

  // Only where the process was not in the same groups before: the mounts are slow to tell.
  Result<> find_groups() {
    SmallFileBuffer buffer;
    const auto membership = membership_.read_if_there(buffer);
    if (!membership) return std::unexpected(membership.error());
    const std::string_view text = membership->value_or("");
    if (groups_are_of_ == text) return {};
    constexpr std::uint64_t kLongestBytes = 4 << 20;  // a machine can have many mounts
    const auto mounts = make_disk_file_reader()->read(root_ / "proc/self/mountinfo", kLongestBytes);
    if (!mounts && mounts.error().code != ErrorCode::kNotFound) {
      return std::unexpected(mounts.error());
    }
    groups_.clear();
    if (const auto cgroup = find_memory_cgroup(text, mounts.value_or(""))) {
      for (const fs::path& folder : cgroup->folders) {
        groups_.emplace_back(root_ / folder.relative_path(), cgroup->version);
      }
    }
    groups_are_of_ = text;
    return {};
  }

  fs::path root_;
  SmallFile meminfo_;
  SmallFile vmstat_;
  SmallFile stalls_;
  SmallFile membership_;
  std::optional<std::string> groups_are_of_;  ///< the text of `membership_`
  std::vector<CgroupLimits> groups_;          ///< innermost first
  std::optional<SteadyTime> refreshed_at_;
  Slow slow_;
  std::uint64_t page_kib_ = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 1024;
};

}  // namespace

std::unique_ptr<MemorySource> make_linux_source(fs::path root) {
  return std::make_unique<LinuxSource>(std::move(root));
}

}  // namespace papr
