// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "../../base/file_reader.h"
#include "package.h"
#include "papr/model.h"
#include "papr/result.h"

namespace ov {
class Model;
}

namespace papr {

/// A program as a graph that OpenVINO can compile. Weights point into the mapped weight files and
/// keep them mapped.
struct TranslatedModel {
  std::shared_ptr<ov::Model> graph;  ///< never null; inputs and outputs as in `info`
  ModelInfo info;
  std::vector<MappedFile> weights;  ///< what `graph` points into
};

/// Translates the function of an ML Program that `function` names; an empty name is its default.
///
/// Arithmetic is left in f32, so that the backend decides in what precision it is done; weights
/// stay as they are in the package.
/// @error kUnsupported  an op, an element type or a shape that is not translated here.
/// @error kCorrupt      the program contradicts itself or its weights.
///        Both messages name op, output and function.
/// @error kUnavailable  the OS refused to read the weights.
/// @error kNotFound     it has no function of that name.
[[nodiscard]] Result<TranslatedModel> translate_program(FileReader& reader, const Package& package,
                                                        const std::string& function = {});

}  // namespace papr
