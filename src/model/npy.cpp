// SPDX-License-Identifier: Apache-2.0
#include "npy.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "../base/text_line.h"

namespace papr {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kMostAxes = 32;  // as many as NumPy 1 allows
constexpr std::int64_t kMostElements = std::int64_t{1} << 40;

std::unexpected<Error> corrupt(std::string what) {
  return fail(ErrorCode::kCorrupt, "read .npy: " + std::move(what),
              "write it again: numpy.save(FILE, array)");
}

// The header's text is a Python dictionary of three keys.
struct Header {
  std::optional<std::string_view> descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<std::int64_t>> shape;
};

class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : text_(text) {}

  std::optional<Header> parse() {
    Header header;
    if (!take('{')) return std::nullopt;
    while (!take('}')) {
      const auto key = quoted();
      if (!key || !take(':') || !member(*key, header)) return std::nullopt;
      if (!take(',') && !at('}')) return std::nullopt;
    }
    skip_blanks();
    const bool whole = text_.empty() && header.descr && header.fortran_order && header.shape;
    return whole ? std::optional(std::move(header)) : std::nullopt;
  }

 private:
  bool member(std::string_view key, Header& header) {
    if (key == "descr" && !header.descr) return (header.descr = description()).has_value();
    if (key == "fortran_order" && !header.fortran_order) {
      return (header.fortran_order = flag()).has_value();
    }
    return key == "shape" && !header.shape && (header.shape = tuple()).has_value();
  }

  void skip_blanks() {
    text_.remove_prefix(std::min(text_.find_first_not_of(" \n"), text_.size()));
  }
  bool at(char wanted) {
    skip_blanks();
    return text_.starts_with(wanted);
  }
  bool take(char wanted) {
    if (!at(wanted)) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool take_word(std::string_view word) {
    skip_blanks();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  std::optional<std::string_view> quoted() {
    skip_blanks();
    if (text_.empty() || (text_[0] != '\'' && text_[0] != '"')) return std::nullopt;
    const std::size_t end = text_.find(text_[0], 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view word = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return word;
  }

  // A list is a type with fields. It is skipped here and refused by its name.
  std::optional<std::string_view> description() {
    if (!at('[')) return quoted();
    const std::size_t end = text_.rfind(']');
    if (end == std::string_view::npos) return std::nullopt;
    text_.remove_prefix(end + 1);
    return "fields";
  }

  std::optional<bool> flag() {
    if (take_word("True")) return true;
    if (take_word("False")) return false;
    return std::nullopt;
  }

  std::optional<std::vector<std::int64_t>> tuple() {
    if (!take('(')) return std::nullopt;
    std::vector<std::int64_t> lengths;
    while (!take(')')) {
      skip_blanks();
      std::int64_t length = 0;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), length);
      if (error != std::errc() || length < 0 || lengths.size() == kMostAxes) return std::nullopt;
      text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
      lengths.push_back(length);
      if (!take(',') && !at(')')) return std::nullopt;
    }
    return lengths;
  }

  std::string_view text_;
};

std::string_view descr_of(ElementType type) {
  switch (type) {
    case ElementType::kInt32:
      return "<i4";
    case ElementType::kFloat16:
      return "<f2";
    case ElementType::kFloat32:
      return "<f4";
  }
  return {};  // Unreachable; no default above, so -Wswitch finds a new value.
}

Result<ElementType> type_of(std::string_view descr) {
  for (const auto type : {ElementType::kInt32, ElementType::kFloat16, ElementType::kFloat32}) {
    if (descr == descr_of(type)) return type;
  }
  const std::string name = one_line(descr, 40);
  if (descr.starts_with('>')) {
    return fail(ErrorCode::kUnsupported, "read .npy: big-endian element type \"" + name + "\"",
                "save it little-endian: numpy.save(FILE, array.astype(\"<" +
                    one_line(descr.substr(1), 40) + "\"))");
  }
  return fail(ErrorCode::kUnsupported, "read .npy: element type \"" + name + "\"",
              "models take int32, float16 and float32: numpy.save(FILE, array.astype(\"int32\")) "
              "or another of them");
}

// Divides, as a product could overflow.
std::optional<std::uint64_t> size_bytes(const std::vector<std::int64_t>& shape, ElementType type) {
  if (std::ranges::find(shape, 0) != shape.end()) return 0;
  std::int64_t count = 1;
  for (const std::int64_t length : shape) {
    if (count > kMostElements / length) return std::nullopt;
    count *= length;
  }
  return static_cast<std::uint64_t>(count) * size_bytes_of(type);
}

struct Parts {
  std::string_view header;
  std::span<const std::byte> values;
};

// After the magic and two bytes of version comes the header's length: two bytes, later four.
Result<Parts> split(std::span<const std::byte> file) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (!text.starts_with(kMagic)) return corrupt("it does not begin as one");
  if (file.size() < 10) return corrupt("it ends within its header");
  const auto byte = [&file](std::size_t at) { return std::to_integer<std::size_t>(file[at]); };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3) {
    return fail(ErrorCode::kUnsupported,
                "read .npy: version " + std::to_string(version) + ", known are 1 to 3",
                "write it again: numpy.save(FILE, array)");
  }
  std::size_t start = 10;
  std::size_t length = byte(8) | byte(9) << 8U;
  if (version > 1) {
    if (file.size() < 12) return corrupt("it ends within its header");
    start = 12;
    length |= byte(10) << 16U | byte(11) << 24U;
  }
  if (file.size() - start < length) return corrupt("it ends within its header");
  return Parts{text.substr(start, length), file.subspan(start + length)};
}

}  // namespace

Result<NpyArray> parse_npy(std::span<const std::byte> file) {
  const auto parts = split(file);
  if (!parts) return std::unexpected(parts.error());
  auto header = HeaderParser(parts->header).parse();
  if (!header) return corrupt("its header is damaged");
  const auto type = type_of(*header->descr);
  if (!type) return std::unexpected(type.error());
  if (*header->fortran_order && header->shape->size() > 1) {
    return fail(ErrorCode::kUnsupported, "read .npy: column by column (Fortran order)",
                "save it row by row: numpy.save(FILE, numpy.ascontiguousarray(array))");
  }
  const auto wanted = size_bytes(*header->shape, *type);
  if (!wanted || parts->values.size() != *wanted) {
    return corrupt("it has " + std::to_string(parts->values.size()) +
                   " bytes of values, its shape and type make " +
                   (wanted ? std::to_string(*wanted) : "more than fits"));
  }
  return NpyArray{*type, std::move(*header->shape), parts->values};
}

std::string npy_header(ElementType type, std::span<const std::int64_t> shape) {
  std::string dictionary =
      "{'descr': '" + std::string(descr_of(type)) + "', 'fortran_order': False, 'shape': (";
  for (const std::int64_t length : shape) {
    dictionary += std::to_string(length) + (shape.size() == 1 ? "," : ", ");
  }
  if (shape.size() > 1) dictionary.resize(dictionary.size() - 2);
  dictionary += "), }";
  constexpr std::size_t kAlignment = 64;
  const std::size_t used = kMagic.size() + 4 + dictionary.size() + 1;
  dictionary.append((kAlignment - used % kAlignment) % kAlignment, ' ');
  dictionary += '\n';
  const std::size_t length = dictionary.size();  // far below 2^16: at most 32 axes of 20 digits
  std::string header(kMagic);
  header += {'\x01', '\x00', static_cast<char>(length & 0xFFU), static_cast<char>(length >> 8U)};
  return header + dictionary;
}

}  // namespace papr
