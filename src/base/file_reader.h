// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "papr/result.h"

namespace papr {

/// The bytes of a file, mapped and not copied. Valid while any copy of `owner` lives.
struct MappedFile {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;
  bool from_disk = false;  ///< `bytes` are pages of the file, see release_pages
};

/// Lets go of the memory of a part of a mapped file. Whoever needs it again gets it from the file.
void release_pages(const MappedFile& file, std::span<const std::byte> part) noexcept;

/// Reading from the disk. Only regular files are read: a FIFO, device or folder is
/// kInvalidArgument. Implementations may be called from several threads.
class FileReader {
 public:
  virtual ~FileReader() = default;

  /// The whole file. A file longer than `longest_bytes` is kInvalidArgument, never cut.
  /// @error kNotFound  no such file; kUnavailable: it is there but the OS refused.
  [[nodiscard]] virtual Result<std::string> read(const std::filesystem::path& path,
                                                 std::uint64_t longest_bytes) = 0;

  /// The whole file, mapped read-only. An empty file gives an empty span. Errors as `read`.
  [[nodiscard]] virtual Result<MappedFile> map(const std::filesystem::path& path) = 0;
};

/// Reads the real disk.
[[nodiscard]] std::unique_ptr<FileReader> make_disk_file_reader();

}  // namespace papr
