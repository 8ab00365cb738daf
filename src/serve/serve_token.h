// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "papr/result.h"

namespace papr::serve {

/// The token in the text of its file: one word of 32 to 256 visible ASCII characters, with or
/// without a line break after it.
/// @error kCorrupt  anything else; the message does not repeat it.
[[nodiscard]] Result<std::string> parse_token(std::string_view text);

/// The token in `path`, made there when there is none: 32 random bytes in hex, 0600, in folders of
/// 0700. Of several servers that start at once all get the same.
/// @error kDenied       the file is not ours alone: another user's, or others may read or write it.
/// @error kCorrupt      as parse_token.
/// @error kUnavailable  it can be neither read nor made; kInvalidArgument, kDiskFull.
[[nodiscard]] Result<std::string> open_token(const std::filesystem::path& path);

/// `bytes` random bytes, at most 256, from the operating system; two digits each.
[[nodiscard]] Result<std::string> random_hex(std::size_t bytes);

}  // namespace papr::serve
