// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "papr/result.h"

namespace papr {

/// Where things are in a package, relative to its folder.
struct PackageLayout {
  std::filesystem::path model_file;   ///< as Data/com.apple.CoreML/model.mlmodel
  std::filesystem::path data_folder;  ///< what `@model_path` stands for in a program
};

/// Parses the text of a package's Manifest.json.
///
/// @error kCorrupt      not JSON, a field is missing, or a path leads out of the package.
/// @error kUnsupported  a newer major version of the format.
/// Source: coremltools, modelpackage/src/ModelPackage.cpp.
[[nodiscard]] Result<PackageLayout> parse_package_manifest(std::string_view text);

/// `text` as a path that, taken below some folder, stays there: relative and without "..".
/// Symbolic links are not looked at: a package out of Hugging Face's cache consists of them.
/// @error kCorrupt  it is not.
[[nodiscard]] Result<std::filesystem::path> path_inside(std::string_view text);

}  // namespace papr
