// SPDX-License-Identifier: Apache-2.0
#include "scan.h"

#include <papr_rust.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <queue>

namespace papr {
namespace {

// Rows [first, first + count) of the matrix.
struct Run {
  std::size_t first = 0;
  std::size_t count = 0;
};

std::vector<Run> runs_of(std::span<const std::size_t> rows) {
  std::vector<Run> runs;
  for (const std::size_t row : rows) {
    if (!runs.empty() && runs.back().first + runs.back().count == row) {
      ++runs.back().count;
    } else {
      runs.push_back({row, 1});
    }
  }
  return runs;
}

double cosine(std::span<const float> one, std::span<const float> other) {
  double dot = 0;
  double one_squares = 0;
  double other_squares = 0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const double a = one[i];
    const double b = other[i];
    dot += a * b;
    one_squares += a * a;
    other_squares += b * b;
  }
  return std::clamp(dot / std::sqrt(one_squares * other_squares), -1.0, 1.0);
}

// How far a float32 dot product of unit vectors can be from their cosine, whatever the order of the
// sum: dim roundings of 2^-24 each (Higham, Accuracy and Stability, 3.1), and 64 more for norms
// that are off by 1e-6.
float largest_error(std::size_t dim) {
  return static_cast<float>(dim + 64) * std::numeric_limits<float>::epsilon() / 2;
}

// The `limit`-th best of the scores; -infinity when there are fewer.
float worst_of_best(std::span<const float> scores, std::size_t limit) {
  if (scores.size() <= limit) return -std::numeric_limits<float>::infinity();
  std::priority_queue<float, std::vector<float>, std::greater<>> best(
      scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(limit));
  for (const float score : scores.subspan(limit)) {
    if (score <= best.top()) continue;
    best.pop();
    best.push(score);
  }
  return best.top();
}

std::vector<ScoredRow> closest_in(const VectorMatrix& matrix, std::span<const float> query,
                                  std::size_t limit, std::span<const Run> runs) {
  const std::size_t total =
      std::accumulate(runs.begin(), runs.end(), std::size_t{0},
                      [](std::size_t sum, const Run& run) { return sum + run.count; });
  if (total == 0 || limit == 0) return {};

  std::vector<float> scores(total);
  std::size_t done = 0;
  for (const Run& run : runs) {
    papr_dot_rows(query.data(), matrix.rows(run.first, run.count).data(), run.count, matrix.dim(),
                  scores.data() + done);
    done += run.count;
  }

  // A row of the exact best has an exact score of at least (worst of best - error), so its float32
  // score is within twice the error. What passes is scored again in double precision.
  const float bar = worst_of_best(scores, limit) - 2 * largest_error(matrix.dim());
  std::vector<ScoredRow> closest;
  done = 0;
  for (const Run& run : runs) {
    for (std::size_t i = 0; i < run.count; ++i) {
      if (scores[done + i] < bar) continue;
      closest.push_back({run.first + i, cosine(query, matrix.rows(run.first + i, 1))});
    }
    done += run.count;
  }
  std::ranges::sort(closest, std::greater<>(), &ScoredRow::score);
  std::size_t kept = std::min(limit, closest.size());
  while (kept < closest.size() && closest[kept].score == closest[kept - 1].score) ++kept;
  closest.resize(kept);
  return closest;
}

}  // namespace

std::vector<ScoredRow> closest_rows(const VectorMatrix& matrix, std::span<const float> query,
                                    std::size_t limit) {
  const Run all{0, matrix.size()};
  return closest_in(matrix, query, limit, std::span(&all, 1));
}

std::vector<ScoredRow> closest_rows(const VectorMatrix& matrix, std::span<const float> query,
                                    std::size_t limit, std::span<const std::size_t> rows) {
  return closest_in(matrix, query, limit, runs_of(rows));
}

}  // namespace papr
