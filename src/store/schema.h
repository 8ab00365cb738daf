// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "papr/result.h"
#include "sqlite.h"
#include "store_options.h"

namespace papr {

/// "papr" in ASCII, in the header of every store (docs/formats/store.md).
inline constexpr std::int64_t kStoreApplicationId = 0x70617072;
/// Goes up when an older papr would misread the file.
inline constexpr std::int64_t kStoreFormatVersion = 1;

/// Opens the file as a store in WAL mode; makes the tables in an empty one.
/// @error kCorrupt      not SQLite, damaged, or another program's database.
/// @error kUnsupported  a newer format; an older papr must not write to it.
/// @error kUnavailable  locked for longer than the wait, or not to be written to.
[[nodiscard]] Result<Database> open_database(const std::filesystem::path& path,
                                             const StoreOptions& options);

}  // namespace papr
