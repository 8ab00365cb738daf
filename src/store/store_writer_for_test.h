// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "store_for_test.h"

namespace papr {

/// What the program store_writer (store_writer_for_test.cpp) writes, so that a test can check it.
inline constexpr std::size_t kWriterDim = 256;
inline const ModelIdentity kWriterModel{"writer", kWriterDim};

inline EmbeddedMemory writer_row(std::size_t row) {
  std::mt19937 random(static_cast<unsigned>(row));
  return {memory_of("row-" + std::to_string(row), "content of row " + std::to_string(row)),
          random_unit(random, kWriterDim)};
}

inline std::vector<EmbeddedMemory> writer_rows(std::size_t first, std::size_t count) {
  std::vector<EmbeddedMemory> rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back(writer_row(first + i));
  return rows;
}

}  // namespace papr
