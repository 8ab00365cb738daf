// SPDX-License-Identifier: Apache-2.0
#include "line_reader.h"

#include <ios>
#include <streambuf>
#include <string_view>

namespace papr {

Result<std::optional<Line>> LineReader::next() try {
  using Traits = std::char_traits<char>;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

  std::streambuf* const buffer = stream_.rdbuf();
  Line line{.number = number_ + 1, .text = {}};
  bool any = false;
  for (;;) {
    const auto got = buffer->sbumpc();
    if (Traits::eq_int_type(got, Traits::eof())) break;
    any = true;
    ++bytes_read_;
    const char letter = Traits::to_char_type(got);
    if (letter == '\n') break;
    if (line.too_long) continue;
    line.text += letter;
    if (line.text.size() > longest_bytes_) {
      line.too_long = true;
      line.text = {};
    }
  }
  if (!any) return std::nullopt;
  number_ = line.number;
  if (line.text.ends_with('\r')) line.text.pop_back();
  if (line.number == 1 && line.text.starts_with(kByteOrderMark)) {
    line.text.erase(0, kByteOrderMark.size());
  }
  return line;
} catch (const std::ios_base::failure& error) {
  // libstdc++ throws here when read(2) fails, whatever the stream's exception mask says.
  return fail(ErrorCode::kUnavailable,
              "read line " + std::to_string(number_ + 1) + ": " + error.code().message(),
              "see that the input is open and readable, then repeat; what is stored is skipped");
}

}  // namespace papr
