// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "papr/memory_store.h"
#include "papr/result.h"

namespace papr {

/// No model comes near it; a damaged store could name any number.
inline constexpr std::size_t kLongestVector = 65536;

/// @error kInvalidArgument  no fingerprint, or a length of 0 or over `kLongestVector`.
[[nodiscard]] Result<> check_identity(const ModelIdentity& model);

/// @error kInvalidArgument  id or content is empty, a text is not UTF-8, or metadata is no JSON
///                          object (nested at most 64 deep); the message names the memory.
[[nodiscard]] Result<> check_memory(const Memory& memory);

/// @error kInvalidArgument  more metadata keys than SQL of a sensible size can hold, or a text that
/// is
///                          not UTF-8.
[[nodiscard]] Result<> check_filter(const MemoryFilter& filter);

/// `vector` as it is when its norm is 1 ± 1e-6, else scaled to it. Shape [dim].
/// @error kInvalidArgument  another length, not finite, or a norm outside 1 ± 1e-3.
[[nodiscard]] Result<std::vector<float>> unit_vector(std::span<const float> vector,
                                                     std::size_t dim);

}  // namespace papr
