// SPDX-License-Identifier: Apache-2.0
#include "model_key.h"

#include <algorithm>
#include <chrono>
#include <system_error>

namespace papr {

namespace fs = std::filesystem;

std::string model_key(const fs::path& package, const std::string& how) {
  constexpr int kMostFiles = 4096;  // a package has a handful; no end is a mistaken path
  std::error_code error;
  fs::path path = fs::weakly_canonical(package, error);
  if (error) path = package;
  auto newest = fs::file_time_type::min();
  auto file = fs::recursive_directory_iterator(path, error);
  for (int seen = 0; !error && file != fs::recursive_directory_iterator() && seen < kMostFiles;
       ++seen) {
    std::error_code unreadable;
    const auto written = file->last_write_time(unreadable);
    if (!unreadable) newest = std::max(newest, written);
    file.increment(error);
  }
  std::string key = path.string();
  if (newest != fs::file_time_type::min()) {
    // In milliseconds: libc++ counts files' times in 128 bits, which have no text.
    const auto since =
        std::chrono::duration_cast<std::chrono::milliseconds>(newest.time_since_epoch());
    key += '@' + std::to_string(since.count());
  }
  return how.empty() ? key : key + '@' + how;
}

}  // namespace papr
