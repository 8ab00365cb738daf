// SPDX-License-Identifier: Apache-2.0
#include "openvino_text.h"

#include <algorithm>

#include "../../base/text_line.h"

namespace papr {
namespace {

/// A line up to where it names a place.
std::string_view before_place(std::string_view line) {
  if (line.starts_with("Exception from ") || line.starts_with("While validating ")) return {};
  const auto place = line.find(" failed at ");
  if (place == line.npos) return line;
  const auto check = line.rfind("Check '", place);
  return line.substr(0, check == line.npos ? place : check);
}

}  // namespace

std::string openvino_text(std::string_view what) {
  std::string kept;
  for (std::string_view rest = what; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    kept += std::string(before_place(rest.substr(0, end))) + ' ';
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const bool blank = kept.find_first_not_of(" \t") == kept.npos;
  return one_line(blank ? what : kept);
}

}  // namespace papr
