// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace papr {

/// A compiled model in the temporary folder, by its name.
struct TemporaryModel {
  std::optional<std::int64_t> maker_pid;  ///< where the name says which process made it
};

/// Reads the names that leaked compiled models have: "NAME_UUID.mlmodelc", as Core ML's
/// compileModelAtURL leaves them, and "onnxruntime-UUID-PID-COUNTER", with or without more after a
/// dot, as ONNX Runtime's Core ML provider does (the middle is what NSProcessInfo's
/// globallyUniqueString gives). Nothing else in that folder is taken for a model. Pure.
[[nodiscard]] std::optional<TemporaryModel> parse_temporary_model(std::string_view name);

}  // namespace papr
