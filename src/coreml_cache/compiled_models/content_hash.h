// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "compiled_model_store.h"
#include "papr/result.h"

namespace papr {

/// SHA-256 of a package (a folder `*.mlpackage`): 64 hex digits over the sorted names, lengths and
/// bytes of its files, for ModelKeyParts. Links to files are followed, as downloads keep packages;
/// names that start with a '.' do not count. What it has read it remembers in the store's folder,
/// so that a package that did not change since is not read again.
/// @error kNotFound         there is no such folder.
/// @error kInvalidArgument  something in it is no file and no folder, or a link to a folder.
/// @error kUnavailable      something cannot be read, or changes meanwhile.
[[nodiscard]] Result<std::string> content_hash(const std::filesystem::path& package,
                                               const CompiledModelStoreOptions& store);

}  // namespace papr
