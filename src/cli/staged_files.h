// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../base/unique_fd.h"
#include "papr/result.h"

namespace papr::cli {

/// Files that appear in a folder whole: each is written beside its place under a name of its own,
/// `.NAME.unfinished-RANDOM`, and takes its place once all of them are on the disk. What has not,
/// goes with the object; and where its process was killed, with the next one that writes there. Who
/// is at a file holds a lock on it, so that nobody takes it for one of the dead.
class StagedFiles {
 public:
  /// Makes `folder` and those above it where they are missing.
  [[nodiscard]] static Result<StagedFiles> open(const std::filesystem::path& folder);

  StagedFiles(StagedFiles&& other) noexcept;
  StagedFiles& operator=(StagedFiles&&) = delete;
  ~StagedFiles();

  /// Writes a file of these parts, one after the other. `name` is a plain file name.
  /// @error kDiskFull, kDenied or kUnavailable, as the OS has it.
  [[nodiscard]] Result<> write(const std::string& name,
                               std::initializer_list<std::string_view> parts);

  /// Puts all of them in their places, over what is there.
  [[nodiscard]] Result<> publish();

 private:
  struct File {
    UniqueFd open;
    std::filesystem::path unfinished;
    std::filesystem::path place;
  };

  explicit StagedFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;
  std::vector<File> files_;
};

/// `name` as a plain file name of ASCII: what else it has becomes "_", and so does a dot in front.
[[nodiscard]] std::string plain_file_name(std::string_view name);

}  // namespace papr::cli
