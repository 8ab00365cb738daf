// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "../../base/clock.h"
#include "../../base/unique_fd.h"
#include "papr/result.h"

namespace papr {

/// Every way in which the store changes the disk: nothing else of it does. Each tells
/// `before_change` before each single change, so that a test can die there. Links are never
/// followed. Errors are those of errno_error.h; messages have the bare name.
class DiskSteps {
 public:
  explicit DiskSteps(std::function<void()> before_change)
      : before_change_(std::move(before_change)) {}

  /// Opens a folder of our own user, making it (0700) where it is missing.
  [[nodiscard]] Result<UniqueFd> make_folder(int parent, const std::string& name) const;

  /// Opens a file to be locked, making it (0600) where it is missing.
  [[nodiscard]] Result<UniqueFd> make_lock_file(int parent, const std::string& name) const;

  /// Makes a file that is not there yet, 0600, and waits until it is on the disk.
  [[nodiscard]] Result<> write_new(int parent, const std::string& name,
                                   std::string_view text) const;

  /// Makes all of an open, locked file anew. After a power cut it may be any part of that.
  [[nodiscard]] Result<> rewrite(int file, const std::string& name, std::string_view text) const;

  [[nodiscard]] Result<> move(int from, const std::string& name, int to,
                              const std::string& new_name) const;
  [[nodiscard]] Result<> unlink(int parent, const std::string& name) const;

  /// Gives the owner of an open folder the right to take things out of it, and to move it.
  [[nodiscard]] Result<> make_writable(int folder, const std::string& name) const;

  /// Deletes what is there, as remove_tree does; nothing there is fine. Gives the bytes freed.
  [[nodiscard]] Result<std::uint64_t> remove_all(int parent, const std::string& name) const;

  /// Sets when an open file was last written, for the order of eviction alone: a refusal, as on a
  /// volume that may only be read, is none of the caller's business.
  void touch(int file, WallTime now) const;

  /// Waits until an open file or folder is on the disk.
  [[nodiscard]] Result<> sync(int file, const std::string& name) const;

  void tell() const {
    if (before_change_) before_change_();
  }

 private:
  std::function<void()> before_change_;
};

/// Opens a folder that must be of our own user; a link is none.
/// @error kNotFound, kUnavailable
[[nodiscard]] Result<UniqueFd> open_own_folder(int parent, const std::string& name);

/// Whether the lock was to be had (`how`: LOCK_SH or LOCK_EX); never waits.
/// @error kUnavailable  the volume has no such locks, or no more of them: nobody holds it.
[[nodiscard]] Result<bool> try_flock(int file, int how, const std::string& name);

/// All of a regular file, no link. `longest_bytes` is a limit on damage: a longer one is kCorrupt,
/// and so is what is no file.
/// @error kNotFound, kCorrupt, kUnavailable
[[nodiscard]] Result<std::string> read_file(int parent, const std::string& name,
                                            std::uint64_t longest_bytes);

}  // namespace papr
