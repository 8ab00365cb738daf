// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "papr/result.h"

namespace papr {

/// The name that the vectors of a package go by: SHA-256, in hex, over what decides them.
///
/// Hashed are all files of the package and the `tokenizer.json` beside it, in the order of their
/// names, each as its name, its length and its bytes. Left out are `Manifest.json`, into which
/// coremltools writes new random identifiers at every save, and hidden files, which Finder leaves.
/// @error kNotFound         no package or no tokenizer.json there.
/// @error kInvalidArgument  the package holds something that is neither file nor folder.
/// @error kUnavailable      the OS refused.
[[nodiscard]] Result<std::string> fingerprint_of(const std::filesystem::path& package);

}  // namespace papr
