// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <string>

#include "survey.h"

namespace papr {

/// Which entries other processes of this user have open.
struct OpenEntries {
  std::set<std::filesystem::path> paths;  ///< as the survey spells them
  std::set<std::int64_t> living;          ///< the running processes of this user
  std::string unknown;  ///< why there may be more; empty: these are all that can be seen
};

/// Asks the system, about own, interpreter, legacy and temporary places only.
[[nodiscard]] OpenEntries find_open_entries(std::span<const MeasuredPlace> places);

/// Pure: the names in `folder` that the files lie below or are.
[[nodiscard]] std::set<std::string> names_held(const std::filesystem::path& folder,
                                               std::span<const std::string> files);

/// Pure: which entries of `place` the files lie in or are. `root` is the place's root without
/// links.
[[nodiscard]] std::set<std::filesystem::path> entries_holding(const MeasuredPlace& place,
                                                              const std::filesystem::path& root,
                                                              std::span<const std::string> files);

}  // namespace papr
