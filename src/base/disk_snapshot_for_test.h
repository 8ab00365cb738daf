// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

namespace papr {

/// By path below a folder: kind and permissions in octal, then the bytes of a file, or what a link
/// names. Two of them are equal where nothing changed but times and numbers of names.
using DiskSnapshot = std::map<std::string, std::string>;

/// Everything below a folder, following no link; empty where there is none. For tests only.
inline DiskSnapshot snapshot_of(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  DiskSnapshot snapshot;
  std::error_code gone;
  for (fs::recursive_directory_iterator below(folder, gone), end; !gone && below != end;
       below.increment(gone)) {
    struct stat status{};
    if (::lstat(below->path().c_str(), &status) != 0) continue;
    std::string text =
        std::to_string(status.st_mode >> 9) + ':' + std::to_string(status.st_mode & 0777) + ' ';
    if (S_ISLNK(status.st_mode)) text += fs::read_symlink(below->path(), gone).string();
    if (S_ISREG(status.st_mode)) {
      std::ifstream stream(below->path(), std::ios::binary);
      text.append(std::istreambuf_iterator<char>(stream), {});
    }
    snapshot[below->path().lexically_relative(folder).string()] = std::move(text);
  }
  return snapshot;
}

/// What of it lies at or below `path`, which is spelled as in the snapshot.
inline DiskSnapshot part_of(const DiskSnapshot& snapshot, const std::string& path) {
  DiskSnapshot part;
  for (const auto& [name, text] : snapshot) {
    if (name == path || name.starts_with(path + '/')) part.emplace(name, text);
  }
  return part;
}

/// What of it does not.
inline DiskSnapshot without(DiskSnapshot snapshot, const std::string& path) {
  for (const auto& [name, text] : part_of(snapshot, path)) snapshot.erase(name);
  return snapshot;
}

/// The names that are in one only, or differ: for the message of a test.
inline std::string difference(const DiskSnapshot& before, const DiskSnapshot& after) {
  std::string names;
  for (const auto& [name, text] : before) {
    const auto found = after.find(name);
    if (found == after.end()) names += " gone: " + name;
    if (found != after.end() && found->second != text) names += " changed: " + name;
  }
  for (const auto& [name, text] : after) {
    if (!before.contains(name)) names += " new: " + name;
  }
  return names;
}

}  // namespace papr
