// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "papr/result.h"

namespace papr {

struct RunningProgram {
  std::int64_t pid = 0;
  std::filesystem::path executable;  ///< empty where it has none, or it cannot be known
  bool hidden = false;               ///< the system will not say what it runs
};

/// The processes of this user, this one among them; for root those of all users, since root may
/// clear what others use.
/// @error kUnavailable  the system does not say.
[[nodiscard]] Result<std::vector<RunningProgram>> running_programs();

/// Whether Core ML would call the program by this name, in small or capital letters: its file is
/// named so, or it is the executable of a bundle (X.app/Contents/MacOS/x) whose Info.plist has the
/// name in it. The plist is searched for the text, not understood, so an id that is a part of
/// another counts as running: the mistake that loses nothing.
[[nodiscard]] bool runs_as(const std::filesystem::path& executable, std::string_view app_id);

/// One of `programs` that runs as the app, leaving out the process `self`.
[[nodiscard]] std::optional<std::int64_t> process_of(std::span<const RunningProgram> programs,
                                                     std::string_view app_id, std::int64_t self);

}  // namespace papr
