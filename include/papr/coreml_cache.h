// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "papr/events.h"
#include "papr/result.h"

namespace papr {

/// Whose compiled models a place holds.
enum class CacheClass {
  kOwn,          ///< folder of a private identity: our bundle id, or the one configured
  kInterpreter,  ///< folder of a process name that many programs share, as "org.python.python"
  kLegacy,       ///< ~/Library/Caches/com.apple.CoreML
  kOtherApp,     ///< of another program, sandboxed or not
  kShared,       ///< of all apps of the user; an entry cannot be traced to one
  kSystem,       ///< of the system, protected
  kTemporary,    ///< compiled models that a process left in the temporary folder
  kCompiled,     ///< what this library compiled by itself and keeps, in a folder of its own
};

/// As in JSON output: "own", "interpreter", "legacy", "other_app", "shared", "system", "temporary",
/// "compiled".
[[nodiscard]] std::string_view name_of(CacheClass cache_class) noexcept;

/// One thing in such a folder, in most cases one compiled model.
struct CacheItem {
  std::string name;
  std::uint64_t bytes = 0;
  std::optional<std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>>
      newest_use;
  bool clearable = false;
  std::string why;  ///< why it is or is not, in words; never empty
};

/// One folder of compiled models, measured.
struct CachePlace {
  std::filesystem::path path;
  CacheClass cache_class = CacheClass::kOtherApp;
  std::string app;       ///< bundle id or process name; empty where it is nobody's in particular
  std::string os_build;  ///< "24E214"; empty where the place is not divided by build
  /// Allocated on disk. A hard link or a copy-on-write clone of what was measured before adds
  /// nothing; on macOS a clone that has changed since then counts whole.
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;  ///< direct children that hold compiled models
  std::optional<std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>>
      newest_use;          ///< of files, read or written, of folders, changed; nullopt where empty
  bool read_whole = true;  ///< false: something could not be read, and `bytes` is a lower bound
  bool clearable = false;  ///< by the explicit clear of its class, as things are now
  std::string why;         ///< why it is or is not, in words; never empty
  std::vector<CacheItem> items;  ///< by name; as many as `entries`
};

/// Where to look and who we are.
struct CacheOptions {
  std::filesystem::path caches_dir;  ///< stands for ~/Library/Caches; empty: that
  /// Our bundle id or process name; empty: "ai.papr.ondevice". One that many programs run under, as
  /// "python3", makes nothing ours.
  std::string app_id;
  /// Stands for the user's temporary folder; empty: that, or none where `caches_dir` is given.
  std::filesystem::path temporary_dir;
};

/// The seed's place: `com.apple.CoreML` below the caches folder. Nothing where no home is known.
[[nodiscard]] std::optional<std::filesystem::path> get_coreml_cache_dir(
    const CacheOptions& options = {});

/// Bytes on disk of what is ours and of the legacy place, together. 0 where there is neither, as
/// off macOS without `caches_dir`. An entry of which a part cannot be read counts with the rest of
/// it. Event: "cache_unreadable" {path, reason}, for each such entry and each place that cannot be
/// read.
/// @error kUnavailable      a place is there but cannot be read; the message names the first.
/// @error kNotFound         options.caches_dir was given and is not there.
/// @error kInvalidArgument  options.app_id is no single folder name, or is Apple's.
[[nodiscard]] Result<std::uint64_t> get_cache_size(const CacheOptions& options = {},
                                                   EventSink* events = nullptr);

}  // namespace papr
