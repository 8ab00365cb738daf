// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <cerrno>
#include <map>
#include <string_view>
#include <utility>

#include "cache_class.h"
#include "open_entries.h"
#include "open_files.h"
#include "running_programs.h"

namespace papr {

namespace fs = std::filesystem;

std::set<std::string> names_held(const fs::path& folder, std::span<const std::string> files) {
  const std::string start = (folder / "").string();
  std::set<std::string> names;
  for (std::string_view file : files) {
    if (!file.starts_with(start)) continue;
    file.remove_prefix(start.size());
    names.emplace(file.substr(0, file.find('/')));
  }
  return names;
}

std::set<fs::path> entries_holding(const MeasuredPlace& place, const fs::path& root,
                                   std::span<const std::string> files) {
  const auto names = names_held(root / place.address.below, files);
  std::set<fs::path> held;
  for (const CacheEntry& entry : place.entries) {
    // Linux adds this to the name of a file that was unlinked while it is open.
    const bool is_held = names.contains(entry.name) || names.contains(entry.name + " (deleted)");
    if (is_held) held.insert(place.address.path() / entry.name);
  }
  return held;
}

namespace {

bool is_alive(std::int64_t pid) {
  return std::in_range<pid_t>(pid) && (::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM);
}

}  // namespace

OpenEntries find_open_entries(std::span<const MeasuredPlace> places) {
  OpenEntries open;
  std::map<fs::path, std::vector<const MeasuredPlace*>> by_root;
  for (const MeasuredPlace& place : places) {
    const bool may_be_cleared =
        may_hold_ours(place.cache_class) || place.cache_class == CacheClass::kTemporary;
    if (may_be_cleared && !place.entries.empty()) by_root[place.address.root].push_back(&place);
  }
  if (by_root.empty()) return open;
  if (const auto programs = running_programs()) {
    for (const RunningProgram& program : *programs) open.living.insert(program.pid);
  } else {
    open.unknown = programs.error().message;
  }
  for (const MeasuredPlace& place : places) {
    for (const CacheEntry& entry : place.entries) {
      // A maker of another user is not in the list.
      const auto pid = entry.maker_pid.value_or(0);
      if (pid > 0 && is_alive(pid)) open.living.insert(pid);
    }
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
