// SPDX-License-Identifier: Apache-2.0
#include "open_entries.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "open_files.h"
#include "running_programs.h"

namespace papr {

namespace fs = std::filesystem;

std::set<fs::path> entries_holding(const MeasuredPlace& place, const fs::path& root,
                                   std::span<const std::string> files) {
  const std::string start = (root / place.address.below).string() + "/";
  std::set<std::string_view> names;
  for (std::string_view file : files) {
    if (!file.starts_with(start)) continue;
    file.remove_prefix(start.size());
    names.insert(file.substr(0, file.find('/')));
  }
  std::set<fs::path> held;
  for (const CacheEntry& entry : place.entries) {
    // Linux adds this to the name of a file that was unlinked while it is open.
    const bool is_held = names.contains(entry.name) || names.contains(entry.name + " (deleted)");
    if (is_held) held.insert(place.address.path() / entry.name);
  }
  return held;
}

OpenEntries find_open_entries(std::span<const MeasuredPlace> places) {
  OpenEntries open;
  std::map<fs::path, std::vector<const MeasuredPlace*>> by_root;
  for (const MeasuredPlace& place : places) {
    const bool may_be_cleared =
        place.cache_class == CacheClass::kOwn || place.cache_class == CacheClass::kInterpreter ||
        place.cache_class == CacheClass::kLegacy || place.cache_class == CacheClass::kTemporary;
    if (may_be_cleared && !place.entries.empty()) by_root[place.address.root].push_back(&place);
  }
  if (by_root.empty()) return open;
  if (const auto programs = running_programs()) {
    for (const RunningProgram& program : *programs) open.living.insert(program.pid);
  } else {
    open.unknown = programs.error().message;
  }
  for (const auto& [root, of_root] : by_root) {
    std::error_code error;
    const fs::path real_root = fs::canonical(root, error);
    const auto files = error ? fail(ErrorCode::kUnavailable, "resolve \"" + root.string() + "\"")
                             : open_files_below(real_root);
    if (!files) {
      open.unknown = files.error().message;
      continue;
    }
    for (const MeasuredPlace* const place : of_root) {
      open.paths.merge(entries_holding(*place, real_root, *files));
    }
  }
  return open;
}

}  // namespace papr
