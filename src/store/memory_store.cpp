// SPDX-License-Identifier: Apache-2.0
#include "papr/memory_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "../base/clock.h"
#include "filter_sql.h"
#include "memory_row.h"
#include "put_rows.h"
#include "schema.h"
#include "search.h"
#include "sqlite.h"
#include "store_options.h"
#include "validate.h"
#include "vector_matrix.h"

namespace papr {
namespace {

// Whose vectors the store holds; nothing when it is empty.
Result<std::optional<ModelIdentity>> stored_identity(const Database& database) {
  auto statement = database.prepare("SELECT fingerprint, dim FROM model");
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  ModelIdentity identity{std::string(statement->text(0)),
                         static_cast<std::size_t>(statement->integer(1))};
  if (!check_identity(identity)) return damaged(database, "table model");
  return identity;
}

Result<> check_same_model(const Database& database, const ModelIdentity& stored,
                          const ModelIdentity& given) {
  if (stored == given) return {};
  return fail(ErrorCode::kMismatch,
              fmt::format("use store \"{}\": it holds vectors of model {:.12} ({} numbers), and "
                          "this is model {:.12} ({} numbers)",
                          database.path().string(), stored.fingerprint, stored.dim,
                          given.fingerprint, given.dim),
              "use the --model that the store was made with, or another --store");
}

std::int64_t as_limit(std::size_t limit) {
  return static_cast<std::int64_t>(std::min(limit, static_cast<std::size_t>(INT64_MAX)));
}

// Every vector in memory, and which state of the file it is.
struct LoadedVectors {
  VectorMatrix matrix;
  std::int64_t data_version = 0;  // of this connection; another's commit changes it, ours does not
};

}  // namespace

struct MemoryStore::Impl {
  Impl(Database opened, const StoreOptions& options)
      : database(std::move(opened)),
        clock(options.clock == nullptr ? &system_clock : options.clock) {}

  Result<std::int64_t> data_version() const { return database.integer("PRAGMA data_version"); }

  // Makes `vectors` those of the caller's snapshot.
  Result<> refresh(std::size_t dim) {
    const auto version = data_version();
    if (!version) return std::unexpected(version.error());
    if (vectors && vectors->data_version == *version && vectors->matrix.dim() == dim) return {};
    vectors.reset();  // Before the new ones: never two copies.
    auto matrix = VectorMatrix::load(database, dim);
    if (!matrix) return std::unexpected(matrix.error());
    vectors = LoadedVectors{*std::move(matrix), *version};
    return {};
  }

  // Drops vectors that lack another process's commits, so that our own changes are only ever
  // applied to the state that they were made on.
  Result<Transaction> begin_write() {
    auto transaction = Transaction::begin(database, Transaction::Kind::kWrite);
    if (!transaction) return transaction;
    if (const auto there = database.check_in_place(); !there) {
      return std::unexpected(there.error());
    }
    const auto version = data_version();
    if (!version) return std::unexpected(version.error());
    if (vectors && vectors->data_version != *version) vectors.reset();
    return transaction;
  }

  // Within a transaction, whether the store holds vectors of `model`. False: it holds none at all.
  // @error kMismatch  of another model.
  Result<bool> holds(const ModelIdentity& model) const {
    const auto stored = stored_identity(database);
    if (!stored) return std::unexpected(stored.error());
    if (!*stored) return false;
    const auto same = check_same_model(database, **stored, model);
    if (!same) return std::unexpected(same.error());
    return true;
  }

  std::mutex mutex;  // held by every call for its whole time
  Database database;
  SystemClock system_clock;
  const Clock* clock;
  std::optional<LoadedVectors> vectors;  // read by the first search
};

MemoryStore::MemoryStore(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
MemoryStore::MemoryStore(MemoryStore&&) noexcept = default;
MemoryStore& MemoryStore::operator=(MemoryStore&&) noexcept = default;
MemoryStore::~MemoryStore() = default;

Result<MemoryStore> MemoryStore::open(const std::filesystem::path& path) {
  return open_store(path, StoreOptions{});
}

Result<MemoryStore> open_store(const std::filesystem::path& path, const StoreOptions& options) {
  auto database = open_database(path, options);
  if (!database) return std::unexpected(database.error());
  return MemoryStore(std::make_unique<MemoryStore::Impl>(*std::move(database), options));
}

Result<PutOutcome> MemoryStore::put(const ModelIdentity& model,
                                    std::span<const EmbeddedMemory> memories) {
  const auto identity = check_identity(model);
  if (!identity) return std::unexpected(identity.error());
  std::vector<std::vector<float>> units;
  units.reserve(memories.size());
  for (const auto& [memory, vector] : memories) {
    const auto checked = check_memory(memory);
    if (!checked) return std::unexpected(checked.error());
    auto unit = unit_vector(vector, model.dim);
    if (!unit) return while_doing("store memory \"" + memory.id + "\"", unit.error());
    units.push_back(*std::move(unit));
  }

  const std::scoped_lock lock(impl_->mutex);
  const Database& database = impl_->database;
  auto transaction = impl_->begin_write();
  if (!transaction) return std::unexpected(transaction.error());
  const auto held = impl_->holds(model);
  if (!held) return std::unexpected(held.error());
  if (memories.empty()) return PutOutcome{};
  if (!*held) {
    auto insert = database.prepare("INSERT INTO model (one, fingerprint, dim) VALUES (1, ?, ?)");
    if (!insert) return std::unexpected(insert.error());
    const auto inserted = insert->bind(std::string_view(model.fingerprint))
                              .bind(static_cast<std::int64_t>(model.dim))
                              .run();
    if (!inserted) return std::unexpected(inserted.error());
  }
  const auto put = put_rows(database, memories, units, impl_->clock->wall_now());
  if (!put) return std::unexpected(put.error());
  const auto committed = transaction->commit();
  if (!committed) return std::unexpected(committed.error());

  if (impl_->vectors && impl_->vectors->matrix.dim() != model.dim) impl_->vectors.reset();
  if (impl_->vectors) {
    for (const auto& [key, index] : put->changed) impl_->vectors->matrix.set(key, units[index]);
  }
  return put->outcome;
}

Result<bool> MemoryStore::remove(std::string_view id) {
  const std::scoped_lock lock(impl_->mutex);
  const Database& database = impl_->database;
  auto transaction = impl_->begin_write();
  if (!transaction) return std::unexpected(transaction.error());
  std::int64_t key = 0;
  {
    auto by_id = database.prepare("DELETE FROM memories WHERE id = ? RETURNING key");
    if (!by_id) return std::unexpected(by_id.error());
    const auto found = by_id->bind(id).step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return false;
    key = by_id->integer(0);
  }
  auto vector = database.prepare("DELETE FROM vectors WHERE key = ?");
  if (!vector) return std::unexpected(vector.error());
  const auto removed = vector->bind(key).run();
  if (!removed) return std::unexpected(removed.error());
  // An empty store belongs to no model.
  const auto released = database.run("DELETE FROM model WHERE NOT EXISTS (SELECT 1 FROM memories)");
  if (!released) return std::unexpected(released.error());
  const auto committed = transaction->commit();
  if (!committed) return std::unexpected(committed.error());
  if (impl_->vectors) impl_->vectors->matrix.erase(key);
  return true;
}

Result<std::vector<Memory>> MemoryStore::list(std::size_t limit, const MemoryFilter& filter) const {
  const auto checked = check_filter(filter);
  if (!checked) return std::unexpected(checked.error());
  const std::scoped_lock lock(impl_->mutex);
  const FilterSql sql = to_sql(filter);
  auto newest = impl_->database.prepare(
      select_memories(sql.where + " ORDER BY created_at_ms DESC, id LIMIT ?"));
  if (!newest) return std::unexpected(newest.error());
  bind_filter(*newest, sql);
  newest->bind(as_limit(limit));
  std::vector<Memory> memories;
  while (true) {
    const auto row = newest->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return memories;
    auto stored = read_memory(impl_->database, *newest);
    if (!stored) return std::unexpected(stored.error());
    memories.push_back(std::move(stored->memory));
  }
}

Result<std::vector<Hit>> MemoryStore::nearest(const ModelIdentity& model,
                                              std::span<const float> query, std::size_t limit,
                                              const MemoryFilter& filter) const {
  const auto identity = check_identity(model);
  if (!identity) return std::unexpected(identity.error());
  const auto checked = check_filter(filter);
  if (!checked) return std::unexpected(checked.error());
  const auto unit = unit_vector(query, model.dim);
  if (!unit) return std::unexpected(unit.error());

  const std::scoped_lock lock(impl_->mutex);
  const Database& database = impl_->database;
  // One snapshot for the vectors and the texts: what another process deletes meanwhile is here.
  const auto transaction = Transaction::begin(database, Transaction::Kind::kRead);
  if (!transaction) return std::unexpected(transaction.error());
  const auto held = impl_->holds(model);
  if (!held) return std::unexpected(held.error());
  if (!*held) return std::vector<Hit>{};
  const auto fresh = impl_->refresh(model.dim);
  if (!fresh) return std::unexpected(fresh.error());

  return search(database, impl_->vectors->matrix, *unit, limit, filter);
}

Result<std::vector<bool>> MemoryStore::unchanged(const ModelIdentity& model,
                                                 std::span<const Memory> memories) const {
  const std::scoped_lock lock(impl_->mutex);
  const Database& database = impl_->database;
  const auto transaction = Transaction::begin(database, Transaction::Kind::kRead);
  if (!transaction) return std::unexpected(transaction.error());
  const auto held = impl_->holds(model);
  if (!held) return std::unexpected(held.error());
  std::vector<bool> unchanged(memories.size(), false);
  if (!*held) return unchanged;
  auto by_id = database.prepare(select_memories("id = ?"));
  if (!by_id) return std::unexpected(by_id.error());
  for (std::size_t i = 0; i < memories.size(); ++i) {
    const auto found = by_id->bind(std::string_view(memories[i].id)).step();
    if (!found) return std::unexpected(found.error());
    if (*found) {
      const auto old = read_memory(database, *by_id);
      if (!old) return std::unexpected(old.error());
      unchanged[i] = same_text(old->memory, memories[i]);
    }
    by_id->reset();
  }
  return unchanged;
}

Result<std::size_t> MemoryStore::count(const MemoryFilter& filter) const {
  const auto checked = check_filter(filter);
  if (!checked) return std::unexpected(checked.error());
  const std::scoped_lock lock(impl_->mutex);
  const FilterSql sql = to_sql(filter);
  auto matching = impl_->database.prepare("SELECT count(*) FROM memories WHERE " + sql.where);
  if (!matching) return std::unexpected(matching.error());
  bind_filter(*matching, sql);
  const auto row = matching->step();
  if (!row) return std::unexpected(row.error());
  return static_cast<std::size_t>(matching->integer(0));
}

}  // namespace papr
