// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "../base/clock.h"
#include "../base/temporary_folder.h"
#include "papr/coreml_cache.h"

namespace papr {

/// A clock that stands where it is put.
class StillClock final : public Clock {
 public:
  explicit StillClock(WallTime now) : now_(now) {}
  [[nodiscard]] SteadyTime steady_now() const noexcept override { return SteadyTime(); }
  [[nodiscard]] WallTime wall_now() const noexcept override { return now_; }
  void advance(std::chrono::milliseconds time) { now_ += time; }

 private:
  WallTime now_;
};

/// A caches folder of a test's own, in which nothing was used for an hour before `now()`.
class FakeCaches {
 public:
  static constexpr std::string_view kBundles = "com.apple.e5rt.e5bundlecache";

  FakeCaches() { std::filesystem::create_directories(caches()); }

  [[nodiscard]] std::filesystem::path caches() const { return folder_.path() / "Library/Caches"; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] CacheOptions options() const { return {.caches_dir = caches()}; }
  [[nodiscard]] std::filesystem::path own() const { return bundles("ai.papr.ondevice"); }
  [[nodiscard]] std::filesystem::path bundles(std::string_view id) const {
    return caches() / id / kBundles / "24E214";
  }
  [[nodiscard]] std::filesystem::path legacy() const { return caches() / "com.apple.CoreML"; }
  [[nodiscard]] std::filesystem::path shared() const { return caches() / kBundles / "24E214"; }
  [[nodiscard]] std::filesystem::path container(const std::string& id) const {
    return folder_.path() / "Library/Containers" / id / "Data/Library/Caches" / id / kBundles /
           "24E214";
  }
  [[nodiscard]] std::filesystem::path trash() const {
    return caches() / "ai.papr.ondevice/.papr-trash";
  }

  /// An entry as the runtime makes it: a folder with a bundle in it. Gives its path.
  static std::filesystem::path add(const std::filesystem::path& place, std::string_view name,
                                   std::size_t bytes = 10'000) {
    const auto entry = place / name;
    const auto bundle = entry / (std::string(name) + ".bundle");
    std::filesystem::create_directories(bundle);
    write(bundle / "H16C.e5", bytes);
    write(entry / "model.milhash", 64);
    age(entry, std::chrono::hours(1));
    return entry;
  }

  static void write(const std::filesystem::path& file, std::size_t bytes) {
    std::ofstream(file, std::ios::binary) << std::string(bytes, 'e');
  }

  /// Sets every time at and below `path` to `before` ago.
  static void age(const std::filesystem::path& path, std::chrono::seconds before) {
    if (std::filesystem::is_directory(std::filesystem::symlink_status(path))) {
      for (const auto& below : std::filesystem::directory_iterator(path)) age(below, before);
    }
    const auto time =
        std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - before);
    const struct timespec times[2] = {{time, 0}, {time, 0}};
    ::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW);
  }

  [[nodiscard]] static WallTime now() { return SystemClock().wall_now(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace papr
