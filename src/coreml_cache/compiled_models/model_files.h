// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "../../base/clock.h"
#include "disk_steps.h"
#include "manifest.h"
#include "remembered_hashes.h"

namespace papr {

/// SHA-256 of all bytes of an open regular file, remembered where that is sound.
/// @error kUnavailable  it cannot be read, or changed meanwhile.
[[nodiscard]] Result<std::string> hash_of(int file, const std::string& name,
                                          RememberedHashes& hashes, WallTime now);

/// All files below an open folder, by path, each with its hash. Whoever compares them sees every
/// byte that a model may read: links and special files are refused, but for those whose name starts
/// with a '.'. `synced`, where it is not null, puts each file and folder on the disk.
/// @error kCorrupt      something is there that is no file and no folder, or is 32 folders deep.
/// @error kUnavailable  something cannot be read.
[[nodiscard]] Result<std::vector<ManifestFile>> files_below(int folder, RememberedHashes& hashes,
                                                            WallTime now,
                                                            const DiskSteps* synced = nullptr);

}  // namespace papr
