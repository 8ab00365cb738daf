// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "papr/result.h"
#include "sqlite.h"

namespace papr {

/// Every vector of a store in memory, one after the other, in the order of their row keys.
class VectorMatrix {
 public:
  explicit VectorMatrix(std::size_t dim = 0) : dim_(dim) {}

  /// Reads the table `vectors` in the snapshot of the caller's transaction.
  /// @error kCorrupt  a vector has another length than `dim` or is not as it was written, or there
  ///                  are not as many as there are memories.
  [[nodiscard]] static Result<VectorMatrix> load(const Database& database, std::size_t dim);

  /// Puts in or replaces the vector of a row. `vector` has shape [dim].
  void set(std::int64_t key, std::span<const float> vector);
  void erase(std::int64_t key);

  [[nodiscard]] std::size_t dim() const noexcept { return dim_; }
  [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
  [[nodiscard]] std::int64_t key(std::size_t row) const { return keys_[row]; }
  /// Rows [first, first + count), row-major.
  [[nodiscard]] std::span<const float> rows(std::size_t first, std::size_t count) const {
    return std::span(values_).subspan(first * dim_, count * dim_);
  }
  [[nodiscard]] std::optional<std::size_t> row_of(std::int64_t key) const;

 private:
  std::size_t dim_;
  std::vector<std::int64_t> keys_;  // ascending
  std::vector<float> values_;       // shape [keys_.size(), dim_]
};

}  // namespace papr
