// SPDX-License-Identifier: Apache-2.0
#include "remembered_hashes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "text_fields.h"

namespace papr {
namespace {

constexpr std::string_view kFirstLine = "papr hashes 1";
// Coarser than the clock of any file system that we may be on; exFAT counts in steps of 2 s.
constexpr std::int64_t kSettledNs = 2'000'000'000;
constexpr std::size_t kNumbers = 5;

}  // namespace

std::optional<std::string> RememberedHashes::find(const FileId& id, const FileState& state) const {
  const auto known = known_.find(id);
  if (known == known_.end() || known->second.state != state) return std::nullopt;
  return known->second.sha256;
}

void RememberedHashes::add(const FileId& id, const FileState& state, const std::string& sha256,
                           std::int64_t read_ns) {
  const std::int64_t newest_ns = std::max(state.modified_ns, state.changed_ns);
  if (state.modified_ns < 0 || state.changed_ns < 0 || newest_ns > read_ns - kSettledNs) return;
  for (const auto number : {id.device, id.inode, state.bytes}) {
    if (!std::in_range<std::int64_t>(number)) return;  // `text` has no way to write it
  }
  // Which of many goes first hardly matters: it is read once more.
  if (known_.size() >= kMost && !known_.contains(id)) known_.erase(known_.begin());
  known_[id] = {state, sha256};
  changed_ = true;
}

std::string RememberedHashes::text() const {
  std::string body = std::string(kFirstLine) + '\n';
  for (const auto& [id, known] : known_) {
    body += known.sha256;
    for (const auto number : {id.device, id.inode, known.state.bytes,
                              static_cast<std::uint64_t>(known.state.modified_ns),
                              static_cast<std::uint64_t>(known.state.changed_ns)}) {
      body += ' ' + std::to_string(number);
    }
    body += '\n';
  }
  return with_checksum(std::move(body));
}

RememberedHashes RememberedHashes::parse(std::string_view text) {
  const auto body = without_checksum(text);
  if (!body) return {};
  const auto lines = split(*body, '\n');
  if (lines.size() > kMost + 2 || lines[0] != kFirstLine) return {};
  RememberedHashes hashes;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    const auto fields = split(lines[i], ' ');
    if (fields.size() != kNumbers + 1 || !is_sha256(fields[0])) return {};
    std::array<std::int64_t, kNumbers> numbers{};
    for (std::size_t n = 0; n < kNumbers; ++n) {
      const auto number = parse_number(fields[n + 1]);
      if (!number) return {};
      numbers[n] = *number;
    }
    const auto [device, inode, bytes, modified, changed] = numbers;
    const FileId id{static_cast<std::uint64_t>(device), static_cast<std::uint64_t>(inode)};
    hashes.known_[id] = {{static_cast<std::uint64_t>(bytes), modified, changed},
                         std::string(fields[0])};
  }
  return hashes;
}

}  // namespace papr
