// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "context.h"
#include "papr/result.h"

namespace papr::cli {

/// The options that every command understands, as given; empty where not given.
struct GlobalOptions {
  bool json = false;
  bool quiet = false;
  std::string model;
  std::string store;
};

/// The package to use: argument, then PAPR_MODEL.
/// @error kInvalidArgument  neither is there.
[[nodiscard]] Result<std::filesystem::path> named_model_path(const GlobalOptions& options,
                                                             const Context& context);

/// The same where nothing but this model will do.
/// @error kCorrupt  what is named is a folder that holds one package; the remedy names that.
[[nodiscard]] Result<std::filesystem::path> model_path(const GlobalOptions& options,
                                                       const Context& context);

/// The store to use: argument, then PAPR_STORE, then memories.sqlite in the user's data folder.
/// @error kInvalidArgument  none of them, because the environment names no home.
[[nodiscard]] Result<std::filesystem::path> store_path(const GlobalOptions& options,
                                                       const Context& context);

/// The same for a command that only reads: the store must be there already.
/// @error kNotFound  it is not; a mistyped name must not become an empty store.
[[nodiscard]] Result<std::filesystem::path> existing_store_path(const GlobalOptions& options,
                                                                const Context& context);

}  // namespace papr::cli
