// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace papr {

/// The name under which a package's loads are remembered: its absolute path and when its newest
/// file was written, so that what was seen of one version is not held against the next. A package
/// that cannot be read is known by its path alone.
[[nodiscard]] std::string model_key(const std::filesystem::path& package);

}  // namespace papr
