// SPDX-License-Identifier: Apache-2.0
#include "vector_matrix.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>

#include "memory_row.h"

namespace papr {

Result<VectorMatrix> VectorMatrix::load(const Database& database, std::size_t dim) {
  // Counted by the index on ids, which is far smaller than the vectors.
  const auto count = database.integer("SELECT count(*) FROM memories");
  if (!count) return std::unexpected(count.error());
  auto vectors = database.prepare("SELECT key, checksum, vector FROM vectors ORDER BY key");
  if (!vectors) return std::unexpected(vectors.error());

  VectorMatrix matrix(dim);
  const auto expected = static_cast<std::size_t>(*count);
  while (true) {
    const auto row = vectors->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const std::int64_t key = vectors->integer(0);
    const auto bytes = vectors->blob(2);
    if (bytes.size() != dim * sizeof(float) || vector_checksum(key, bytes) != vectors->integer(1) ||
        (!matrix.keys_.empty() && matrix.keys_.back() >= key)) {
      return damaged(database, "row " + std::to_string(key) + " of vectors");
    }
    if (matrix.keys_.empty()) {
      matrix.keys_.reserve(expected);
      matrix.values_.reserve(expected * dim);
    }
    matrix.keys_.push_back(key);
    // SQLite's bytes may lie at any address.
    const std::size_t end = matrix.values_.size();
    matrix.values_.resize(end + dim);
    std::memcpy(matrix.values_.data() + end, bytes.data(), bytes.size());
  }
  if (matrix.keys_.size() != expected) {
    return damaged(database, std::to_string(expected) + " memories and " +
                                 std::to_string(matrix.keys_.size()) + " vectors");
  }
  return matrix;
}

void VectorMatrix::set(std::int64_t key, std::span<const float> vector) {
  const auto at = std::ranges::lower_bound(keys_, key);
  const auto row = std::distance(keys_.begin(), at);
  const auto value = values_.begin() + row * static_cast<std::ptrdiff_t>(dim_);
  if (at != keys_.end() && *at == key) {
    std::ranges::copy(vector, value);
    return;
  }
  keys_.insert(at, key);
  values_.insert(value, vector.begin(), vector.end());
}

void VectorMatrix::erase(std::int64_t key) {
  const auto row = row_of(key);
  if (!row) return;
  const auto dim = static_cast<std::ptrdiff_t>(dim_);
  const auto at = static_cast<std::ptrdiff_t>(*row);
  keys_.erase(keys_.begin() + at);
  values_.erase(values_.begin() + at * dim, values_.begin() + (at + 1) * dim);
}

std::optional<std::size_t> VectorMatrix::row_of(std::int64_t key) const {
  const auto at = std::ranges::lower_bound(keys_, key);
  if (at == keys_.end() || *at != key) return std::nullopt;
  return static_cast<std::size_t>(std::distance(keys_.begin(), at));
}

}  // namespace papr
