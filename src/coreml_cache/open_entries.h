// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <set>
#include <span>
#include <string>

#include "survey.h"

namespace papr {

/// Which entries other processes of this user have open.
struct OpenEntries {
  std::set<std::filesystem::path> paths;  ///< as the survey spells them
  std::string unknown;  ///< why there may be more; empty: these are all that can be seen
};

/// Asks the system, about own, interpreter and legacy places only.
[[nodiscard]] OpenEntries find_open_entries(std::span<const MeasuredPlace> places);

/// Pure: which entries of `place` the files lie in or are. `root` is the place's root without
/// links.
[[nodiscard]] std::set<std::filesystem::path> entries_holding(const MeasuredPlace& place,
                                                              const std::filesystem::path& root,
                                                              std::span<const std::string> files);

}  // namespace papr
