// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <istream>
#include <optional>
#include <string>

#include "papr/result.h"

namespace papr {

/// One line of a text stream, without its line break.
struct Line {
  std::size_t number = 0;  ///< 1 is the first
  std::string text;        ///< empty when `too_long`
  bool too_long = false;   ///< over the limit: skipped up to its end and not kept
};

/// Reads a stream line by line in bounded memory: a line over `longest_bytes` is reported, not
/// held. Takes "\n" and "\r\n"; a byte order mark at the start is skipped.
class LineReader {
 public:
  LineReader(std::istream& stream, std::size_t longest_bytes)
      : stream_(stream), longest_bytes_(longest_bytes) {}

  /// Nothing at the end of the stream.
  /// @error kUnavailable  the stream could not be read further.
  [[nodiscard]] Result<std::optional<Line>> next();

  [[nodiscard]] std::size_t bytes_read() const noexcept { return bytes_read_; }

 private:
  std::istream& stream_;
  std::size_t longest_bytes_;
  std::size_t number_ = 0;
  std::size_t bytes_read_ = 0;
};

}  // namespace papr
