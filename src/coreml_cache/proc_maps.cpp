// SPDX-License-Identifier: Apache-2.0
#include "proc_maps.h"

namespace papr {
namespace {

constexpr std::string_view kEscapedLineFeed = "\\012";

// address, permissions, offset, device, inode; then blanks and the path, which may have blanks too.
std::string_view path_of(std::string_view line) {
  for (int field = 0; field < 5; ++field) {
    const auto end = line.find(' ');
    if (end == line.npos || end == 0) return {};
    line.remove_prefix(end + 1);
  }
  const auto start = line.find_first_not_of(' ');
  return start == line.npos ? std::string_view() : line.substr(start);
}

std::string unescaped(std::string_view path) {
  std::string text(path);
  for (auto at = text.find(kEscapedLineFeed); at != text.npos;
       at = text.find(kEscapedLineFeed, at + 1)) {
    text.replace(at, kEscapedLineFeed.size(), "\n");
  }
  return text;
}

}  // namespace

std::vector<std::string> mapped_below(std::string_view maps, std::string_view folder) {
  std::vector<std::string> found;
  std::string start(folder);
  if (!start.ends_with('/')) start += '/';
  while (!maps.empty()) {
    const auto end = maps.find('\n');
    std::string path = unescaped(path_of(maps.substr(0, end)));
    if (path.starts_with(start)) found.push_back(std::move(path));
    maps.remove_prefix(end == maps.npos ? maps.size() : end + 1);
  }
  return found;
}

}  // namespace papr
