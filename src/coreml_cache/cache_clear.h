// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../base/clock.h"
#include "papr/coreml_cache.h"
#include "papr/result.h"

namespace papr {

/// Everything below the caches folder that holds compiled models, of every class, by path. A folder
/// that is not there gives nothing; one that cannot be read is in the list with `why` saying so.
/// @error kNotFound     options.caches_dir was given and is not there.
/// @error kUnavailable  the caches folder itself cannot be read.
[[nodiscard]] Result<std::vector<CachePlace>> locate_caches(const CacheOptions& options,
                                                            const CacheOwnership& ownership,
                                                            WallTime now);

/// What beside an *own* place is ours: entries that appeared during our own loads (as the state
/// file remembers), by path.
struct CacheOwnership {
  std::set<std::filesystem::path> entries;
};

/// Who asks for a clear, and so how much may go.
enum class ClearScope {
  kOurs,           ///< the loader's: what is ours, nothing else
  kOursAndLegacy,  ///< a person's or program's explicit call: also legacy entries nobody uses
};

/// What is to go and what stays, decided from measured places alone. Pure.
struct ClearPlan {
  struct Kept {
    std::filesystem::path path;
    CacheClass cache_class;
    std::string why;
  };
  std::vector<std::filesystem::path> entries;  ///< each a direct child of a place
  std::vector<Kept> kept;
};

/// What a clear did. Errors are per entry; what is in `cleared` is out of its place for good.
struct ClearReport {
  struct Cleared {
    std::filesystem::path path;
    std::uint64_t bytes = 0;
  };
  struct Failed {
    std::filesystem::path path;
    Error error;
  };
  bool dry_run = false;
  std::uint64_t freed_bytes = 0;
  std::vector<Cleared> cleared;
  std::vector<ClearPlan::Kept> kept;
  std::vector<Failed> errors;
};

}  // namespace papr
