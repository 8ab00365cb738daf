// SPDX-License-Identifier: Apache-2.0
#include "memory_cgroup.h"

#include <algorithm>
#include <string>

#include "text_scan.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

std::string_view take_until(std::string_view& text, char separator) noexcept {
  const std::size_t end = text.find(separator);
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

bool in_list(std::string_view list, std::string_view wanted) noexcept {
  while (!list.empty()) {
    if (take_until(list, ',') == wanted) return true;
  }
  return false;
}

// mountinfo writes blanks and backslashes in paths as \040 and the like.
std::string unescaped(std::string_view text) {
  const auto octal = [](char c) { return c >= '0' && c <= '7'; };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && octal(text[i + 1]) && octal(text[i + 2]) &&
        octal(text[i + 3])) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                 (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

struct Membership {
  int version = 0;
  std::string_view path;
};

// Lines "4:memory:/a/b" (version 1) and "0::/a/b" (version 2). The controller is in one only.
std::optional<Membership> membership_in(std::string_view cgroup_text) {
  std::optional<Membership> found;
  TextLines lines(cgroup_text);
  while (const auto line = lines.next()) {
    std::string_view rest = line->text;
    const std::string_view id = take_until(rest, ':');
    const std::string_view controllers = take_until(rest, ':');
    if (!rest.starts_with('/') || !line->ended) continue;
    if (in_list(controllers, "memory")) return Membership{.version = 1, .path = rest};
    if (id == "0" && controllers.empty()) found = Membership{.version = 2, .path = rest};
  }
  return found;
}

struct Mount {
  std::string root;  ///< the cgroup that is seen at `point`
  std::string point;
};

// "32 31 0:29 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory"
std::optional<Mount> mount_in(std::string_view mountinfo_text, int version) {
  TextLines lines(mountinfo_text);
  while (const auto line = lines.next()) {
    std::string_view rest = line->text;
    for (int i = 0; i < 3; ++i) take_until(rest, ' ');
    const std::string_view root = take_until(rest, ' ');
    const std::string_view point = take_until(rest, ' ');
    const std::size_t dash = rest.find(" - ");
    if (dash == std::string_view::npos || !line->ended) continue;
    rest.remove_prefix(dash + 3);
    const std::string_view type = take_until(rest, ' ');
    take_until(rest, ' ');
    if (version == 2 ? type == "cgroup2" : type == "cgroup" && in_list(rest, "memory")) {
      return Mount{.root = unescaped(root), .point = unescaped(point)};
    }
  }
  return std::nullopt;
}

// The part of `path` that is below the mount. Outside of a container's own view ("/../x", or a root
// that the path does not lie in) only the mount itself can be seen.
fs::path below_mount(std::string_view path, std::string_view root) {
  const fs::path normal = fs::path(path).lexically_normal();
  if (std::ranges::find(normal, fs::path("..")) != normal.end() || fs::path(path) != normal) {
    return {};
  }
  const fs::path relative = normal.lexically_relative(root);
  if (relative.empty() || *relative.begin() == ".." || relative == ".") return {};
  return relative;
}

}  // namespace

std::optional<MemoryCgroup> find_memory_cgroup(std::string_view cgroup_text,
                                               std::string_view mountinfo_text) {
  const auto membership = membership_in(cgroup_text);
  if (!membership) return std::nullopt;
  const auto mount = mount_in(mountinfo_text, membership->version);
  if (!mount || !mount->point.starts_with('/')) return std::nullopt;
  MemoryCgroup cgroup{.version = membership->version, .folders = {}};
  fs::path folder = mount->point;
  cgroup.folders.push_back(folder);
  for (const fs::path& part : below_mount(membership->path, mount->root)) {
    folder /= part;
    cgroup.folders.push_back(folder);
  }
  std::ranges::reverse(cgroup.folders);
  return cgroup;
}

}  // namespace papr
