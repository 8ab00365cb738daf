// SPDX-License-Identifier: Apache-2.0
#include "linux_source.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "../base/file_reader.h"
#include "memory_cgroup.h"
#include "proc_counters.h"
#include "psi.h"
#include "small_file.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

using Buffer = std::array<char, 32768>;  // /proc/vmstat of Linux 6.18 has 5 KB

template <class T>
Result<T> read_and_parse(SmallFile& file, Result<T> (*parse)(std::string_view)) {
  Buffer buffer;
  const auto text = file.read(buffer);
  if (!text) return std::unexpected(text.error());
  auto parsed = parse(*text);
  if (!parsed) return while_doing("\"" + file.path().string() + "\"", parsed.error());
  return parsed;
}

// What is not there is nothing; what is there and cannot be understood is an error.
template <class T>
Result<std::optional<T>> read_if_there(SmallFile& file, Result<T> (*parse)(std::string_view)) {
  auto parsed = read_and_parse(file, parse);
  if (parsed) return std::optional<T>(std::move(*parsed));
  if (parsed.error().code == ErrorCode::kCorrupt) return std::unexpected(parsed.error());
  return std::optional<T>();
}

// A cgroup that can have a limit.
struct Level {
  SmallFile limit;
  SmallFile used;
  SmallFile stat;
  SmallFile psi;  ///< in version 2 only
};

std::vector<Level> levels_of(const MemoryCgroup& cgroup, const fs::path& root) {
  const bool first = cgroup.version == 1;
  std::vector<Level> levels;
  for (const fs::path& folder : cgroup.folders) {
    const fs::path here = root / folder.relative_path();
    SmallFile limit(here / (first ? "memory.limit_in_bytes" : "memory.max"));
    // The root of version 2 has none, nor has a group whose parent does not share memory out.
    Buffer buffer;
    if (!limit.read(buffer)) continue;
    levels.push_back(
        {.limit = std::move(limit),
         .used = SmallFile(here / (first ? "memory.usage_in_bytes" : "memory.current")),
         .stat = SmallFile(here / "memory.stat"),
         .psi = SmallFile(here / "memory.pressure")});
  }
  return levels;
}

struct Room {
  double free_percent = 100;
  std::uint64_t limit_bytes = 0;
};

// Nothing where the group has no limit below `total_bytes`.
Result<std::optional<Room>> room_in(Level& level, std::uint64_t total_bytes) {
  const auto limit = read_and_parse(level.limit, parse_limit_bytes);
  if (!limit) return std::unexpected(limit.error());
  if (!*limit || **limit >= total_bytes || **limit == 0) return std::optional<Room>();
  const auto used = read_and_parse(level.used, parse_limit_bytes);
  if (!used) return std::unexpected(used.error());
  const auto reclaimable = read_and_parse(level.stat, parse_reclaimable_bytes);
  if (!reclaimable) return std::unexpected(reclaimable.error());
  // As the kernel reckons MemAvailable of the machine: file pages and slabs can be taken back.
  const std::uint64_t used_bytes = used->value_or(0);
  const std::uint64_t kept_bytes = used_bytes - std::min(used_bytes, *reclaimable);
  const std::uint64_t free_bytes = **limit - std::min(**limit, kept_bytes);
  return Room{.free_percent = 100 * static_cast<double>(free_bytes) / static_cast<double>(**limit),
              .limit_bytes = **limit};
}

class LinuxSource final : public MemorySource {
 public:
  explicit LinuxSource(fs::path root)
      : root_(std::move(root)),
        meminfo_(root_ / "proc/meminfo"),
        vmstat_(root_ / "proc/vmstat"),
        psi_(root_ / "proc/pressure/memory") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "linux"; }

  Result<MemorySample> sample(SteadyTime now) override {
    if (!levels_) levels_ = find_levels();
    MemorySample sample;
    sample.taken_at = now;
    const auto memory = read_and_parse(meminfo_, parse_meminfo);
    if (!memory) return std::unexpected(memory.error());
    sample.free_percent = 100 * static_cast<double>(memory->available_bytes) /
                          static_cast<double>(memory->total_bytes);
    if (memory->swap_total_bytes) {
      sample.swap_used_bytes = *memory->swap_total_bytes - memory->swap_free_bytes.value_or(0);
    }
    SmallFile* psi = &psi_;
    if (auto limited = apply_limits(memory->total_bytes, sample, psi); !limited) {
      levels_.reset();  // As when this process was moved: looked for again next time.
      return std::unexpected(limited.error());
    }
    if (auto read = read_stalls(*psi, sample); !read) return std::unexpected(read.error());
    if (auto read = read_counters(sample); !read) return std::unexpected(read.error());
    return sample;
  }

 private:
  std::vector<Level> find_levels() const {
    constexpr std::uint64_t kLongestBytes = 4 << 20;  // a machine can have many mounts
    const auto reader = make_disk_file_reader();
    const auto groups = reader->read(root_ / "proc/self/cgroup", kLongestBytes);
    const auto mounts = reader->read(root_ / "proc/self/mountinfo", kLongestBytes);
    const auto cgroup = find_memory_cgroup(groups.value_or(""), mounts.value_or(""));
    return cgroup ? levels_of(*cgroup, root_) : std::vector<Level>();
  }

  // The tightest limit decides, and the stalls of those who share it are those that count.
  Result<> apply_limits(std::uint64_t total_bytes, MemorySample& sample, SmallFile*& psi) {
    std::uint64_t tightest_bytes = total_bytes;
    for (Level& level : *levels_) {
      const auto room = room_in(level, total_bytes);
      if (!room) return std::unexpected(room.error());
      if (!*room) continue;
      sample.free_percent = std::min(*sample.free_percent, (*room)->free_percent);
      Buffer buffer;
      if ((*room)->limit_bytes < tightest_bytes && level.psi.read(buffer)) {
        tightest_bytes = (*room)->limit_bytes;
        psi = &level.psi;
      }
    }
    return {};
  }

  static Result<> read_stalls(SmallFile& file, MemorySample& sample) {
    const auto psi = read_if_there(file, parse_psi);
    if (!psi) return std::unexpected(psi.error());
    if (!*psi) return {};
    sample.some_stall_percent_10s = (*psi)->some_percent_10s;
    sample.full_stall_percent_10s = (*psi)->full_percent_10s;
    return {};
  }

  Result<> read_counters(MemorySample& sample) {
    const auto counters = read_if_there(vmstat_, parse_vmstat);
    if (!counters) return std::unexpected(counters.error());
    if (!*counters) return {};
    const auto pages_of = [this](std::optional<std::uint64_t> kib) {
      return kib ? std::optional(*kib / page_kib_) : std::nullopt;
    };
    sample.page_ins = pages_of((*counters)->read_kib);
    sample.page_outs = pages_of((*counters)->written_kib);
    sample.swap_ins = (*counters)->swapped_in_pages;
    sample.swap_outs = (*counters)->swapped_out_pages;
    return {};
  }

  fs::path root_;
  SmallFile meminfo_;
  SmallFile vmstat_;
  SmallFile psi_;
  std::optional<std::vector<Level>> levels_;
  std::uint64_t page_kib_ = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 1024;
};

}  // namespace

std::unique_ptr<MemorySource> make_linux_source(fs::path root) {
  return std::make_unique<LinuxSource>(std::move(root));
}

}  // namespace papr
