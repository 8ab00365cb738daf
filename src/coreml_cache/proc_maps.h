// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace papr {

/// The files below `folder` that the text of a /proc/PID/maps names, each as often as it is mapped.
/// A line that is not of the form is passed over. Source: proc(5); a line feed in a name is "\012".
[[nodiscard]] std::vector<std::string> mapped_below(std::string_view maps, std::string_view folder);

}  // namespace papr
