// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "../../base/file_reader.h"
#include "papr/result.h"

namespace CoreML::Specification {
class Model;
}

namespace papr {

/// A package whose model is an ML Program of a version that is known here.
struct Package {
  std::shared_ptr<const CoreML::Specification::Model> model;  ///< never null
  std::filesystem::path data_folder;  ///< what `@model_path` stands for in the program
};

/// Reads the manifest and the model of the folder `path`; weights are left where they are.
///
/// @error kCorrupt      not a package, or damaged.
/// @error kUnsupported  another kind of model, which the message names, or a newer version.
/// @error kUnavailable  the OS refused to read.
[[nodiscard]] Result<Package> read_package(FileReader& reader, const std::filesystem::path& path);

}  // namespace papr
