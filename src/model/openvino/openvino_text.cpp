// SPDX-License-Identifier: Apache-2.0
#include "openvino_text.h"

#include "../../base/text_line.h"

namespace papr {
namespace {

/// Behind the number of the line: "src/a.cpp:12: text" has it behind "12:".
std::size_t end_of_place(std::string_view text, std::size_t from) {
  for (auto colon = text.find(':', from); colon != text.npos; colon = text.find(':', colon + 1)) {
    const auto end = text.find_first_not_of("0123456789", colon + 1);
    if (end != text.npos && end > colon + 1 && text[end] == ':') return end + 1;
  }
  return text.size();
}

/// Takes out each part from `opening` to the end of the place that it names.
std::string without(std::string text, std::string_view opening, std::string_view place) {
  for (auto at = text.find(opening); at != text.npos; at = text.find(opening, at)) {
    const auto named = text.find(place, at);
    if (named == text.npos) break;
    text.erase(at, end_of_place(text, named) - at);
  }
  return text;
}

}  // namespace

std::string openvino_text(std::string_view what) {
  const std::string kept =
      without(without(std::string(what), "Exception from ", "src/"), "Check '", " failed at ");
  const bool blank = kept.find_first_not_of(" \t\n") == kept.npos;
  return one_line(blank ? what : kept);
}

}  // namespace papr
