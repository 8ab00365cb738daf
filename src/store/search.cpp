// SPDX-License-Identifier: Apache-2.0
#include "search.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "filter_sql.h"
#include "memory_row.h"
#include "scan.h"

namespace papr {
namespace {

// The rows of the matrix that match, ascending.
Result<std::vector<std::size_t>> matching_rows(const Database& database, const VectorMatrix& matrix,
                                               const MemoryFilter& filter) {
  const FilterSql sql = to_sql(filter);
  auto keys = database.prepare("SELECT key FROM memories WHERE " + sql.where + " ORDER BY key");
  if (!keys) return std::unexpected(keys.error());
  bind_filter(*keys, sql);
  std::vector<std::size_t> rows;
  while (true) {
    const auto more = keys->step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return rows;
    const auto row = matrix.row_of(keys->integer(0));
    if (!row) return damaged(database, "a memory has no vector");
    rows.push_back(*row);
  }
}

// Keeps `limit` of rows of which the last ones tie: those with the lowest ids.
Result<> cut_ties(const Database& database, const VectorMatrix& matrix, std::size_t limit,
                  std::vector<ScoredRow>& rows) {
  if (rows.size() <= limit) return {};
  auto by_key = database.prepare("SELECT id FROM memories WHERE key = ?");
  if (!by_key) return std::unexpected(by_key.error());
  const auto tie = std::ranges::find(rows, rows.back().score, &ScoredRow::score);
  std::vector<std::pair<std::string, ScoredRow>> named;
  for (auto at = tie; at != rows.end(); ++at) {
    const auto found = by_key->bind(matrix.key(at->row)).step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return damaged(database, "a vector has no memory");
    named.emplace_back(by_key->text(0), *at);
    by_key->reset();
  }
  std::ranges::sort(named, {}, [](const auto& pair) { return std::string_view(pair.first); });
  std::ranges::transform(named, tie, [](const auto& pair) { return pair.second; });
  rows.resize(limit);
  return {};
}

Result<std::vector<Hit>> read_hits(const Database& database, const VectorMatrix& matrix,
                                   std::span<const ScoredRow> rows) {
  auto by_key = database.prepare(select_memories("key = ?"));
  if (!by_key) return std::unexpected(by_key.error());
  std::vector<Hit> hits;
  for (const ScoredRow& scored : rows) {
    const auto found = by_key->bind(matrix.key(scored.row)).step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return damaged(database, "a vector has no memory");
    auto stored = read_memory(database, *by_key);
    if (!stored) return std::unexpected(stored.error());
    hits.push_back({std::move(stored->memory), scored.score});
    by_key->reset();
  }
  std::ranges::sort(hits, [](const Hit& one, const Hit& other) {
    return one.score != other.score ? one.score > other.score : one.memory.id < other.memory.id;
  });
  return hits;
}

}  // namespace

Result<std::vector<Hit>> search(const Database& database, const VectorMatrix& matrix,
                                std::span<const float> query, std::size_t limit,
                                const MemoryFilter& filter) {
  std::vector<ScoredRow> closest;
  if (filter.empty()) {
    closest = closest_rows(matrix, query, limit);
  } else {
    const auto rows = matching_rows(database, matrix, filter);
    if (!rows) return std::unexpected(rows.error());
    closest = closest_rows(matrix, query, limit, *rows);
  }
  const auto cut = cut_ties(database, matrix, limit, closest);
  if (!cut) return std::unexpected(cut.error());
  return read_hits(database, matrix, closest);
}

}  // namespace papr
