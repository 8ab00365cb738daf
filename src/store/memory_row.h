// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "papr/memory_store.h"
#include "papr/result.h"
#include "sqlite.h"

namespace papr {

/// The SELECT whose rows `read_memory` reads.
[[nodiscard]] std::string select_memories(std::string_view condition);

/// A memory and its row number, which its vector shares.
struct StoredMemory {
  std::int64_t key = 0;
  Memory memory;
};

/// The memory in the current row.
/// @error kCorrupt  the row is not as it was written.
[[nodiscard]] Result<StoredMemory> read_memory(const Database& database, const Statement& row);

/// Binds the ten columns of `select_memories` but with the key last, for INSERT and UPDATE alike.
/// `memory` must live until the statement has run.
void bind_memory(Statement& statement, std::int64_t key, const Memory& memory);

/// Whether everything but times and id is the same.
[[nodiscard]] bool same_text(const Memory& one, const Memory& other) noexcept;

/// What the column `vectors.checksum` holds.
[[nodiscard]] std::int64_t vector_checksum(std::int64_t key, std::span<const std::byte> vector);

}  // namespace papr
