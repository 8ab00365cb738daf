// SPDX-License-Identifier: Apache-2.0
#include "memory_cgroup.h"

#include <algorithm>
#include <string>
#include <utility>

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
std::optional<Mount> mount_in(const TextLine& line, int version) {
  std::string_view rest = line.text;
  for (int i = 0; i < 3; ++i) take_until(rest, ' ');
  const std::string_view root = take_until(rest, ' ');
  const std::string_view point = take_until(rest, ' ');
  const std::size_t dash = rest.find(" - ");
  if (dash == std::string_view::npos || !line.ended) return std::nullopt;
  if (!root.starts_with('/') || !point.starts_with('/')) return std::nullopt;
  rest.remove_prefix(dash + 3);
  const std::string_view type = take_until(rest, ' ');
  take_until(rest, ' ');
  const bool ours = version == 2 ? type == "cgroup2" : type == "cgroup" && in_list(rest, "memory");
  if (!ours) return std::nullopt;
  return Mount{.root = unescaped(root), .point = unescaped(point)};
}

// The part of `path` that is below a mount of `root`; nothing when it does not lie there, or
// climbs. Both may begin with "/..", where they lie outside of this process's cgroup namespace.
std::optional<fs::path> below_mount(const fs::path& path, const fs::path& root) {
  auto [part, of_root] = std::ranges::mismatch(path, root);
  if (of_root != root.end()) return std::nullopt;
  fs::path below;
  for (; part != path.end(); ++part) {
    if (part->empty() || *part == "." || *part == "..") return std::nullopt;
    below /= *part;
  }
  return below;
}

struct Place {
  fs::path point;
  fs::path below;  ///< empty where only the mount itself can be seen
};

// The first mount that shows the group, or else the first. A container may see no more of itself
// than the latter.
std::optional<Place> place_of(const Membership& membership, std::string_view mountinfo_text) {
  std::optional<Place> first;
  TextLines lines(mountinfo_text);
  while (const auto line = lines.next()) {
    const auto mount = mount_in(*line, membership.version);
    if (!mount) continue;
    if (auto below = below_mount(membership.path, mount->root)) {
      return Place{.point = mount->point, .below = std::move(*below)};
    }
    if (!first) first = Place{.point = mount->point, .below = {}};
  }
  return first;
}

}  // namespace

std::optional<MemoryCgroup> find_memory_cgroup(std::string_view cgroup_text,
                                               std::string_view mountinfo_text) {
  const auto membership = membership_in(cgroup_text);
  if (!membership) return std::nullopt;
  const auto place = place_of(*membership, mountinfo_text);
  if (!place) return std::nullopt;
  MemoryCgroup cgroup{.version = membership->version, .folders = {}};
  fs::path folder = place->point;
  cgroup.folders.push_back(folder);
  for (const fs::path& part : place->below) {
    folder /= part;
    cgroup.folders.push_back(folder);
  }
  std::ranges::reverse(cgroup.folders);
  return cgroup;
}

}  // namespace papr
