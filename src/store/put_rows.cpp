// SPDX-License-Identifier: Apache-2.0
#include "put_rows.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "memory_row.h"

namespace papr {
namespace {

/// The statements of a batch, prepared once.
class RowWriter {
 public:
  [[nodiscard]] static Result<RowWriter> make(const Database& database) {
    std::vector<Statement> statements;
    for (const std::string& sql :
         {select_memories("id = ?"), std::string("SELECT vector FROM vectors WHERE key = ?"),
          std::string("INSERT INTO memories (id, content, metadata, user_id, namespace_id, "
                      "organization_id, created_at_ms, updated_at_ms, checksum, key) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
          std::string("UPDATE memories SET id = ?, content = ?, metadata = ?, user_id = ?, "
                      "namespace_id = ?, organization_id = ?, created_at_ms = ?, "
                      "updated_at_ms = ?, checksum = ? WHERE key = ?"),
          std::string("REPLACE INTO vectors (key, checksum, vector) VALUES (?, ?, ?)")}) {
      auto statement = database.prepare(sql);
      if (!statement) return std::unexpected(statement.error());
      statements.push_back(*std::move(statement));
    }
    // Always the highest, so that the matrix in memory only ever grows at its end.
    const auto highest = database.integer("SELECT coalesce(max(key), 0) FROM memories");
    if (!highest) return std::unexpected(highest.error());
    return RowWriter(database, std::move(statements), *highest);
  }

  /// The row as it is, or nothing.
  Result<std::optional<StoredMemory>> find(std::string_view id) {
    Statement& select = statements_[0];
    const auto row = select.bind(id).step();
    if (!row) return std::unexpected(row.error());
    std::optional<StoredMemory> found;
    if (*row) {
      auto read = read_memory(*database_, select);
      if (!read) return std::unexpected(read.error());
      found = *std::move(read);
    }
    select.reset();
    return found;
  }

  Result<bool> same_vector(std::int64_t key, std::span<const std::byte> vector) {
    Statement& select = statements_[1];
    const auto row = select.bind(key).step();
    if (!row) return std::unexpected(row.error());
    const bool same = *row && std::ranges::equal(select.blob(0), vector);
    select.reset();
    return same;
  }

  /// Returns the key of the new row.
  Result<std::int64_t> insert(const Memory& memory, std::span<const std::byte> vector) {
    const auto done = write(statements_[2], highest_key_ + 1, memory, vector);
    if (!done) return std::unexpected(done.error());
    return ++highest_key_;
  }

  Result<> update(std::int64_t key, const Memory& memory, std::span<const std::byte> vector) {
    return write(statements_[3], key, memory, vector);
  }

 private:
  RowWriter(const Database& database, std::vector<Statement> statements, std::int64_t highest_key)
      : database_(&database), statements_(std::move(statements)), highest_key_(highest_key) {}

  Result<> write(Statement& text, std::int64_t key, const Memory& memory,
                 std::span<const std::byte> vector) {
    bind_memory(text, key, memory);
    const auto done = text.run();
    if (!done) return done;
    return statements_[4].bind(key).bind(vector_checksum(key, vector)).bind(vector).run();
  }

  const Database* database_;
  std::vector<Statement> statements_;  // in the order of `make`
  std::int64_t highest_key_;
};

}  // namespace

Result<RowsPut> put_rows(const Database& database, std::span<const EmbeddedMemory> memories,
                         std::span<const std::vector<float>> vectors, WallTime now) {
  auto writer = RowWriter::make(database);
  if (!writer) return std::unexpected(writer.error());
  RowsPut put;
  for (std::size_t i = 0; i < memories.size(); ++i) {
    Memory memory = memories[i].memory;
    const auto vector = std::as_bytes(std::span(vectors[i]));
    const auto old = writer->find(memory.id);
    if (!old) return std::unexpected(old.error());
    memory.created_at = *old ? (*old)->memory.created_at : now;
    memory.updated_at = now;
    if (!*old) {
      const auto key = writer->insert(memory, vector);
      if (!key) return std::unexpected(key.error());
      ++put.outcome.added;
      put.changed.push_back({*key, i});
      continue;
    }
    const std::int64_t key = (*old)->key;
    const auto same_vector = writer->same_vector(key, vector);
    if (!same_vector) return std::unexpected(same_vector.error());
    if (*same_vector && same_text((*old)->memory, memory)) continue;
    const auto updated = writer->update(key, memory, vector);
    if (!updated) return std::unexpected(updated.error());
    ++put.outcome.updated;
    put.changed.push_back({key, i});
  }
  return put;
}

}  // namespace papr
