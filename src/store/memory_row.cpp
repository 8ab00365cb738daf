// SPDX-License-Identifier: Apache-2.0
#include "memory_row.h"

#include <array>
#include <bit>
#include <chrono>
#include <string>
#include <string_view>

#include "../base/clock.h"
#include "checksum.h"

namespace papr {
namespace {

// Seeded with the key, so that a row which ends up under another key is found as well.
std::int64_t memory_checksum(std::int64_t key, const Memory& memory) {
  auto sum = static_cast<std::uint64_t>(key);
  for (const std::string_view text :
       {std::string_view(memory.id), std::string_view(memory.content),
        std::string_view(memory.metadata_json), std::string_view(memory.user_id),
        std::string_view(memory.namespace_id), std::string_view(memory.organization_id)}) {
    sum = checksum(sum, std::as_bytes(std::span(text)));
  }
  const std::array<std::int64_t, 2> times{memory.created_at.time_since_epoch().count(),
                                          memory.updated_at.time_since_epoch().count()};
  return std::bit_cast<std::int64_t>(checksum(sum, std::as_bytes(std::span(times))));
}

}  // namespace

std::string select_memories(std::string_view condition) {
  return "SELECT key, id, content, metadata, user_id, namespace_id, organization_id, "
         "created_at_ms, updated_at_ms, checksum FROM memories WHERE " +
         std::string(condition);
}

std::int64_t vector_checksum(std::int64_t key, std::span<const std::byte> vector) {
  return std::bit_cast<std::int64_t>(checksum(static_cast<std::uint64_t>(key), vector));
}

Result<StoredMemory> read_memory(const Database& database, const Statement& row) {
  using std::chrono::milliseconds;
  StoredMemory stored{
      row.integer(0),
      Memory{std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)),
             std::string(row.text(4)), std::string(row.text(5)), std::string(row.text(6)),
             WallTime(milliseconds(row.integer(7))), WallTime(milliseconds(row.integer(8)))}};
  if (memory_checksum(stored.key, stored.memory) != row.integer(9)) {
    return damaged(database, "row " + std::to_string(stored.key) + " of memories");
  }
  return stored;
}

void bind_memory(Statement& statement, std::int64_t key, const Memory& memory) {
  statement.bind(std::string_view(memory.id))
      .bind(std::string_view(memory.content))
      .bind(std::string_view(memory.metadata_json))
      .bind(std::string_view(memory.user_id))
      .bind(std::string_view(memory.namespace_id))
      .bind(std::string_view(memory.organization_id))
      .bind(std::int64_t{memory.created_at.time_since_epoch().count()})
      .bind(std::int64_t{memory.updated_at.time_since_epoch().count()})
      .bind(memory_checksum(key, memory))
      .bind(key);
}

bool same_text(const Memory& one, const Memory& other) noexcept {
  return one.content == other.content && one.metadata_json == other.metadata_json &&
         one.user_id == other.user_id && one.namespace_id == other.namespace_id &&
         one.organization_id == other.organization_id;
}

}  // namespace papr
