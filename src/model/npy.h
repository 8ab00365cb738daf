// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "papr/model.h"
#include "papr/result.h"

namespace papr {

/// What a file *.npy holds, row-major.
struct NpyArray {
  ElementType type = ElementType::kFloat32;
  std::vector<std::int64_t> shape;   ///< at most 32 axes, each 0 or longer
  std::span<const std::byte> bytes;  ///< product of `shape` × size_bytes_of(type), of the file
};

/// Parses a whole file as numpy.save writes it; what it gives points into `file`.
///
/// @error kCorrupt      not such a file, or it is cut or too long.
/// @error kUnsupported  another element type, byte order, order of axes or version of the format;
///                      the remedy says what to write in Python.
/// Source: numpy.lib.format, "Format Version 1.0" to 3.0.
[[nodiscard]] Result<NpyArray> parse_npy(std::span<const std::byte> file);

/// What comes before the values in a file of that array: version 1.0, a multiple of 64 bytes.
[[nodiscard]] std::string npy_header(ElementType type, std::span<const std::int64_t> shape);

}  // namespace papr
