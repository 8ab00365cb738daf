// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "../base/clock.h"
#include "papr/coreml_cache.h"
#include "papr/result.h"

namespace papr {

/// What stays the same when a name is taken away or given to something else.
struct FileId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  auto operator<=>(const FileId&) const = default;
};

/// A place by the folder that the caller trusts and the way below it. The root is opened as it is
/// named; no link is followed on the way below.
struct PlaceAddress {
  std::filesystem::path root;
  std::filesystem::path below;
  [[nodiscard]] std::filesystem::path path() const { return root / below; }
};

/// One direct child of a place.
struct CacheEntry {
  std::string name;
  FileId id;
  bool is_link = false;
  std::uint64_t bytes = 0;                ///< allocated on disk; links and clones counted once
  std::optional<WallTime> newest_use;     ///< of files, read or written; of folders, changed
  bool of_other_user = false;             ///< it, or something in it
  std::optional<std::int64_t> maker_pid;  ///< where its name says which process made it
  std::string problem;                    ///< why not all of it could be read; empty: all was
};

/// One place with what is in it.
struct MeasuredPlace {
  PlaceAddress address;
  CacheClass cache_class = CacheClass::kOtherApp;
  std::string app;
  std::string os_build;
  FileId id;
  std::vector<CacheEntry> entries;  ///< by name
  std::string problem;              ///< why the place itself could not be read; empty: it was
};

/// How much a survey looks at.
enum class Breadth {
  kMayClear,   ///< own, interpreter and legacy places: what a clear could take from
  kTemporary,  ///< what processes left in the temporary folder, alone
  kAll,        ///< every class; on macOS a look at another app's container may ask the user
};

/// How much a survey has measured. A long one is minutes away from its end on a slow disk.
struct SurveyCount {
  std::uint64_t files = 0;  ///< and folders
  std::uint64_t bytes = 0;
};

/// Told now and then, from the thread that surveys.
using SurveyProgress = std::function<void(const SurveyCount&)>;

/// Finds and measures the places below the caches folder and in the temporary folder. What cannot
/// be read is in the list with its problem. No link is followed. Empty where no caches folder is
/// known, or where the default one is missing.
/// @error kInvalidArgument  options.app_id is no identity of ours: see app_id_of.
/// @error kNotFound         options.caches_dir was given and is not there.
/// @error kUnavailable      the caches folder itself cannot be read.
[[nodiscard]] Result<std::vector<MeasuredPlace>> survey(const CacheOptions& options,
                                                        Breadth breadth,
                                                        const SurveyProgress& progress = {});

}  // namespace papr
