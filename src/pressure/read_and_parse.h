// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "papr/result.h"
#include "small_file.h"

namespace papr {

using SmallFileBuffer = std::array<char, 32768>;  // /proc/vmstat of Linux 6.18 has 5 KB

/// What `parse` makes of the whole file. An error of either names the file.
template <class T>
Result<T> read_and_parse(SmallFile& file, Result<T> (*parse)(std::string_view)) {
  SmallFileBuffer buffer;
  const auto text = file.read(buffer);
  if (!text) return std::unexpected(text.error());
  auto parsed = parse(*text);
  if (!parsed) return while_doing("\"" + file.path().string() + "\"", parsed.error());
  return parsed;
}

/// The same, but a file that is not there is nothing (SmallFile::read_if_there).
template <class T>
Result<std::optional<T>> read_and_parse_if_there(SmallFile& file,
                                                 Result<T> (*parse)(std::string_view)) {
  SmallFileBuffer buffer;
  const auto text = file.read_if_there(buffer);
  if (!text) return std::unexpected(text.error());
  if (!*text) return std::optional<T>();
  auto parsed = parse(**text);
  if (!parsed) return while_doing("\"" + file.path().string() + "\"", parsed.error());
  return std::optional<T>(std::move(*parsed));
}

}  // namespace papr
