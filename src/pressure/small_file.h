// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "../base/unique_fd.h"
#include "papr/result.h"

namespace papr {

/// A file that is read again and again, as those of /proc: kept open, read from its start into the
/// caller's memory. Nothing is opened before the first read. For one thread at a time.
class SmallFile {
 public:
  explicit SmallFile(std::filesystem::path path);

  /// The whole file, in `buffer`. After an error the next call opens it anew.
  /// @error kNotFound     no such file.
  /// @error kUnavailable  not a regular file (a FIFO does not block), or the OS refused.
  /// @error kCorrupt      it does not fit into `buffer`.
  [[nodiscard]] Result<std::string_view> read(std::span<char> buffer);

  /// The same for a file that may well be missing, or that the kernel has but does not fill, as PSI
  /// where it is switched off: nothing then, and no memory is allocated for a message.
  [[nodiscard]] Result<std::optional<std::string_view>> read_if_there(std::span<char> buffer);

  /// Closes it, so that the next read finds what has that name then.
  void close() noexcept { fd_.reset(); }

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  struct Failure {
    std::string_view verb;
    int number = 0;  ///< an errno, or one of those below
  };
  static constexpr int kNotRegular = -1;
  static constexpr int kTooLong = -2;

  std::expected<void, Failure> open() noexcept;
  std::expected<std::string_view, Failure> read_all(std::span<char> buffer) noexcept;
  [[nodiscard]] std::unexpected<Error> error_of(const Failure& failure, std::size_t room) const;

  std::filesystem::path path_;
  UniqueFd fd_;
};

}  // namespace papr
