// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "coreml_schema.h"

namespace papr {

using FeatureDescriptions = google::protobuf::RepeatedPtrField<coreml::FeatureDescription>;

/// One function of a program, with what the model's description says of it. Points into the model.
struct ProgramFunction {
  std::string name;
  const mil::Function& body;
  const FeatureDescriptions& inputs;
  const FeatureDescriptions& outputs;
};

/// The names of the program's functions, sorted.
[[nodiscard]] std::vector<std::string> function_names(const coreml::Model& model);

/// The name of the default function, which is "main" where the model says nothing.
[[nodiscard]] std::string default_function(const coreml::Model& model);

/// The function `name`; of an empty name the default. Throws BadProgram, naming those that there
/// are, when it is none of them.
[[nodiscard]] ProgramFunction find_function(const coreml::Model& model, const std::string& name);

}  // namespace papr
