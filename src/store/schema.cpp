// SPDX-License-Identifier: Apache-2.0
#include "schema.h"

#include <string>
#include <utility>

#include "store_file.h"

namespace papr {
namespace {

// `checksum`: see checksum.h. The page size holds five vectors of 384 numbers without overflow.
constexpr const char* kBeforeFirstWrite = "PRAGMA page_size = 8192";
constexpr const char* kTables = R"sql(
  CREATE TABLE model (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    fingerprint TEXT NOT NULL,
    dim         INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE memories (
    key             INTEGER PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    content         TEXT NOT NULL,
    metadata        TEXT NOT NULL,
    user_id         TEXT NOT NULL,
    namespace_id    TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    updated_at_ms   INTEGER NOT NULL,
    checksum        INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX memories_newest ON memories (created_at_ms DESC, id);
  CREATE TABLE vectors (
    key      INTEGER PRIMARY KEY,
    checksum INTEGER NOT NULL,
    vector   BLOB NOT NULL
  ) STRICT;
  PRAGMA application_id = 0x70617072;
  PRAGMA user_version = 1;
)sql";

// Whether the tables are there. False: the file is empty and may become a store.
Result<bool> is_store(const Database& database) {
  const auto application = database.integer("PRAGMA application_id");
  if (!application) return std::unexpected(application.error());
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  const auto objects = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!objects) return std::unexpected(objects.error());

  const std::string name = "open store \"" + database.path().string() + "\": ";
  if (*application == 0 && *version == 0 && *objects == 0) return false;
  if (*application != kStoreApplicationId) {
    return fail(ErrorCode::kCorrupt, name + "a database of another program",
                "choose another --store, or move this file away");
  }
  if (*version != kStoreFormatVersion) {
    return fail(ErrorCode::kUnsupported,
                name + "format " + std::to_string(*version) + ", and this papr knows format " +
                    std::to_string(kStoreFormatVersion),
                "use the newer papr that made it, or choose another --store");
  }
  return true;
}

Result<> use_wal(const Database& database) {
  auto statement = database.prepare("PRAGMA journal_mode = WAL");
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  if (!*row || statement->text(0) != "wal") {
    return fail(ErrorCode::kUnsupported,
                "open store \"" + database.path().string() + "\": no shared memory on this disk",
                "choose a --store on a local disk");
  }
  return {};
}

Result<> make_tables(const Database& database) {
  auto transaction = Transaction::begin(database, Transaction::Kind::kWrite);
  if (!transaction) return std::unexpected(transaction.error());
  const auto made_meanwhile = is_store(database);
  if (!made_meanwhile) return std::unexpected(made_meanwhile.error());
  if (*made_meanwhile) return {};
  const auto made = database.run(kTables);
  if (!made) return made;
  return transaction->commit();
}

}  // namespace

Result<Database> open_database(const std::filesystem::path& path, const StoreOptions& options) {
  const auto file = make_private_file(path);
  if (!file) return std::unexpected(file.error());
  // Absolute, because SQLite reads some names (":memory:") in its own way.
  std::error_code code;
  const auto absolute = std::filesystem::absolute(path, code);
  if (code)
    return fail(ErrorCode::kUnavailable, "find \"" + path.string() + "\": " + code.message());

  auto database = Database::open(absolute, options.busy_wait);
  if (!database) return database;
  const auto careful = database->run("PRAGMA cell_size_check = ON");
  if (!careful) return std::unexpected(careful.error());
  // Nothing is written before we know that the file is ours or empty.
  const auto known = is_store(*database);
  if (!known) return std::unexpected(known.error());
  if (!*known) {
    const auto sized = database->run(kBeforeFirstWrite);
    if (!sized) return std::unexpected(sized.error());
  }
  const auto wal = use_wal(*database);
  if (!wal) return std::unexpected(wal.error());
  // NORMAL: the death of a process loses nothing, a power cut at most the last commits.
  const auto set =
      database->run("PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216");
  if (!set) return std::unexpected(set.error());
  if (options.max_pages) {
    const auto limited =
        database->run(("PRAGMA max_page_count = " + std::to_string(*options.max_pages)).c_str());
    if (!limited) return std::unexpected(limited.error());
  }
  if (!*known) {
    const auto made = make_tables(*database);
    if (!made) return std::unexpected(made.error());
  }
  return database;
}

}  // namespace papr
