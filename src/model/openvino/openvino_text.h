// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace papr {

/// What OpenVINO says went wrong, as one line: without the places in its sources
/// ("Exception from src/…:224:", "Check '…' failed at src/…:116:"). All of it where nothing else
/// would be left.
[[nodiscard]] std::string openvino_text(std::string_view what);

}  // namespace papr
