// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "cache_clear.h"
#include "fake_caches.h"
#include "plan_of_for_test.h"

namespace papr {

/// The explicit call, as things are now. For tests only.
inline Result<ClearReport> clear_all(const FakeCaches& fake, const ClearOptions& options = {}) {
  return clear(plan_of(fake), fake.caches(), options);
}

/// How many files there are; none where there is no folder.
inline std::size_t count_files(const std::filesystem::path& folder) {
  std::size_t files = 0;
  std::error_code none;
  for (const auto& below : std::filesystem::recursive_directory_iterator(folder, none)) {
    if (below.is_regular_file()) ++files;
  }
  return files;
}

/// An entry in the trash, as a run leaves it that was killed when it had moved it. Gives its path.
inline std::filesystem::path add_leftover(const FakeCaches& fake, std::size_t bytes = 10'000) {
  const auto entry = FakeCaches::add(fake.trash(), "taken", bytes);
  struct stat status{};
  static_cast<void>(::lstat(entry.c_str(), &status));
  const auto leftover = fake.trash() / (std::to_string(status.st_ino) + "-0");
  std::filesystem::rename(entry, leftover);
  return leftover;
}

}  // namespace papr
