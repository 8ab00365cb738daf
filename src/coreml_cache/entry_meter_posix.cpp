// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "entry_meter.h"
#include "file_status.h"
#include "walk_tree.h"

namespace papr {
namespace {

// Asking costs as much as the rest of a file's measure, and what is smaller hardly counts.
constexpr std::uint64_t kSmallestCloneBytes = 64 * 1024;

constexpr std::uint64_t kFilesAStep = 1000;

std::uint64_t bytes_on_disk(const struct stat& status) {
  return static_cast<std::uint64_t>(status.st_blocks) * 512;
}

}  // namespace

class EntryMeter::Visitor final : public TreeVisitor {
 public:
  Visitor(EntryMeter& meter, CacheEntry& entry) : meter_(meter), entry_(entry) {}

  void enter(int /*folder*/, const struct stat& /*status*/) override {}

  /// What was visited last, which of a whole walk is where it began.
  [[nodiscard]] FileId last() const { return last_; }

  void visit(int parent, const std::string& name, const struct stat& status) override {
    last_ = id_of(status);
    // A folder's access time is when somebody last listed it, as this very survey does.
    use(modified_at(status));
    if (S_ISREG(status.st_mode)) use(accessed_at(status));
    if (status.st_uid != ::geteuid()) entry_.of_other_user = true;
    const auto bytes = meter_.own_bytes(parent, name, status);
    entry_.bytes += bytes;
    meter_.count(bytes);
  }

  void problem(const std::string& message) override {
    if (entry_.problem.empty()) entry_.problem = message;
  }

 private:
  void use(WallTime time) { entry_.newest_use = std::max(entry_.newest_use.value_or(time), time); }

  EntryMeter& meter_;
  CacheEntry& entry_;
  FileId last_;
};

std::optional<CacheEntry> EntryMeter::measure(int folder, const std::string& name) {
  struct stat status{};
  if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  CacheEntry entry{.name = name, .id = id_of(status), .is_link = S_ISLNK(status.st_mode)};
  Visitor visitor(*this, entry);
  walk_tree(folder, name, visitor);
  // Swapped in between: it would have the age and the size of another thing, or none.
  if (visitor.last() != entry.id) visitor.problem("\"" + name + "\" changed at this moment");
  return entry;
}

void EntryMeter::count(std::uint64_t bytes) {
  so_far_.bytes += bytes;
  if (++so_far_.files % kFilesAStep == 0 && progress_) progress_(so_far_);
}

std::uint64_t EntryMeter::own_bytes(int parent, const std::string& name,
                                    const struct stat& status) {
  const auto bytes = bytes_on_disk(status);
  if (S_ISDIR(status.st_mode)) return bytes;
  if (status.st_nlink > 1 && !linked_.insert(id_of(status)).second) return 0;
  if (!S_ISREG(status.st_mode) || bytes < kSmallestCloneBytes) return bytes;
  std::uint64_t counted = 0;
  for (const SharedExtent& extent : shared_extents(parent, name)) {
    CountedRanges& storage = shared_[{static_cast<std::uint64_t>(status.st_dev), extent.storage}];
    counted += std::min(storage.add(extent.start, extent.end), bytes - counted);
  }
  return bytes - counted;
}

}  // namespace papr
