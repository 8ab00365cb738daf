// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "../survey.h"

namespace papr {

/// What tells, without reading it, that a file is still the one that was read.
struct FileState {
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;  ///< since 1970
  std::int64_t changed_ns = 0;   ///< of its content or status; no program can set it back
  bool operator==(const FileState&) const = default;
};

/// The hashes of files that need not be read again. A value: reading and writing the file that
/// keeps it is elsewhere.
class RememberedHashes {
 public:
  static constexpr std::size_t kMost = 4096;  ///< files; a store has a handful of each model

  /// The hash of a file in this state; nothing when it must be read.
  [[nodiscard]] std::optional<std::string> find(const FileId& id, const FileState& state) const;

  /// Remembers what was read from `read_ns` (since 1970) on. A file that changed less than 2 s
  /// before that is not remembered: the next change might leave its times as they are.
  void add(const FileId& id, const FileState& state, const std::string& sha256,
           std::int64_t read_ns);

  /// Whether `add` has remembered anything since the object was made.
  [[nodiscard]] bool changed() const noexcept { return changed_; }

  [[nodiscard]] std::string text() const;

  /// Empty for a text that is damaged: then files are read again.
  [[nodiscard]] static RememberedHashes parse(std::string_view text);

 private:
  struct Known {
    FileState state;
    std::string sha256;
  };
  std::map<FileId, Known> known_;
  bool changed_ = false;
};

}  // namespace papr
