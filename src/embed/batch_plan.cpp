// SPDX-License-Identifier: Apache-2.0
#include "batch_plan.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace papr {
namespace {

/// More rows than this gain no speed on a CPU.
constexpr std::int64_t kRowsPerRun = 64;

bool fits(std::size_t rows, std::size_t padded_length, std::size_t tokens_in_use,
          const EmbeddingShape& shape) {
  const auto most_rows =
      static_cast<std::size_t>(std::min(shape.batch.longest.value_or(kRowsPerRun), kRowsPerRun));
  if (rows > std::max(most_rows, static_cast<std::size_t>(shape.batch.shortest))) return false;
  if (rows * padded_length > kTokensPerRun) return false;
  return shape.tokens.fixed() || rows * padded_length * 5 <= tokens_in_use * 6;
}

std::size_t rounded_up(std::size_t tokens, const AxisRange& range) {
  const std::size_t rounded = (tokens + kTokensStep - 1) / kTokensStep * kTokensStep;
  if (!range.longest) return rounded;
  return std::max(tokens, std::min(rounded, static_cast<std::size_t>(*range.longest)));
}

}  // namespace

std::vector<Batch> plan_batches(std::span<const std::size_t> lengths, const EmbeddingShape& shape) {
  std::vector<std::size_t> by_length(lengths.size());
  std::iota(by_length.begin(), by_length.end(), std::size_t{0});
  std::ranges::sort(by_length, {},
                    [&](std::size_t text) { return std::pair(lengths[text], text); });

  const auto shortest_run = static_cast<std::size_t>(shape.tokens.shortest);
  std::vector<Batch> batches;
  std::size_t tokens_in_use = 0;  // of the last batch
  for (const std::size_t text : by_length) {
    const std::size_t padded_length = std::max(lengths[text], shortest_run);
    const bool joins = !batches.empty() && fits(batches.back().texts.size() + 1, padded_length,
                                                tokens_in_use + lengths[text], shape);
    if (!joins) {
      batches.emplace_back();
      tokens_in_use = 0;
    }
    batches.back().texts.push_back(text);
    batches.back().tokens = padded_length;
    tokens_in_use += lengths[text];
  }
  for (Batch& batch : batches) {
    batch.rows = std::max(batch.texts.size(), static_cast<std::size_t>(shape.batch.shortest));
    batch.tokens = rounded_up(batch.tokens, shape.tokens);
  }
  return batches;
}

}  // namespace papr
