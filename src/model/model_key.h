// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace papr {

/// The name under which a package's loads are remembered: its absolute path and when its newest
/// file was written, and `how` it is run, as the build of the OS: what was seen of one is not held
/// against the next. A package that cannot be read is known without its time.
[[nodiscard]] std::string model_key(const std::filesystem::path& package, const std::string& how);

}  // namespace papr
