// SPDX-License-Identifier: Apache-2.0
#include "reference_file_for_test.h"

#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>

#include "../base/file_reader.h"
#include "../base/hex.h"
#include "../base/sha256.h"
#include "pooling.h"

namespace papr {
namespace {

constexpr std::string_view kMagic = "PAPRREF1";
constexpr std::size_t kHashBytes = 32;
constexpr std::uint64_t kLongestFile = std::uint64_t{1} << 26;

/// Takes little-endian values off the front of a file; past its end it gives zeros and says so.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::string_view take(std::size_t size) {
    if (size > rest_.size()) cut_short_ = true;
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::uint32_t number(std::size_t size) {
    std::uint32_t value = 0;
    unsigned shift = 0;
    for (const char byte : take(size)) {
      value |= std::uint32_t{static_cast<unsigned char>(byte)} << shift;
      shift += 8;
    }
    return value;
  }
  [[nodiscard]] bool cut_short() const noexcept { return cut_short_; }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool cut_short_ = false;
};

std::unexpected<Error> bad(std::string_view why) {
  return fail(ErrorCode::kCorrupt, "read reference: " + std::string(why),
              "run tools/make_reference.py");
}

std::vector<ReferenceText> parse_texts(std::string_view lines) {
  std::vector<ReferenceText> texts;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    const auto record = nlohmann::json::parse(lines.substr(0, end));
    const auto part = record.at("text").get<std::string>();
    ReferenceText text{.kind = record.at("kind").get<std::string>()};
    for (int i = record.value("repeat", 1); i > 0; --i) text.text += part;
    texts.push_back(std::move(text));
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
  }
  return texts;
}

}  // namespace

Result<std::vector<ReferenceText>> read_reference(const std::filesystem::path& folder) {
  const auto disk = make_disk_file_reader();
  const auto lines = disk->read(folder / "texts.jsonl", kLongestFile);
  if (!lines) return std::unexpected(lines.error());
  const auto data = disk->read(folder / "reference.bin", kLongestFile);
  if (!data) return std::unexpected(data.error());

  Sha256 hash;
  hash.update(*lines);
  Reader reader(*data);
  if (reader.take(kMagic.size()) != kMagic) return bad("reference.bin is of another format");
  if (hex_of(std::as_bytes(std::span(reader.take(kHashBytes)))) != hash.hex())
    return bad("it is of other texts");
  auto texts = parse_texts(*lines);
  const std::size_t count = reader.number(4);
  const std::size_t dim = reader.number(4);
  if (count != texts.size()) return bad("it has another number of texts");
  for (ReferenceText& text : texts) {
    text.ids.resize(reader.number(2));
    for (std::int32_t& id : text.ids) id = static_cast<std::int32_t>(reader.number(2));
    const auto bytes = std::as_bytes(std::span(reader.take(2 * dim)));
    if (reader.cut_short()) return bad("reference.bin is cut short");
    const auto vector = float_values({.name = "reference",
                                      .type = ElementType::kFloat16,
                                      .shape = {static_cast<std::int64_t>(dim)},
                                      .bytes = {bytes.begin(), bytes.end()}});
    if (!vector) return std::unexpected(vector.error());
    text.vector = *vector;
  }
  if (!reader.at_end()) return bad("reference.bin is too long");
  return texts;
}

}  // namespace papr
