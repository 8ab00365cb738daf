// SPDX-License-Identifier: Apache-2.0
#include "schema.h"

#include <string>
#include <utility>

#include "store_file.h"

namespace papr {
namespace {

// `checksum`: see checksum.h. The page size holds five vectors of 384 numbers without overflow.
constexpr const char* kBeforeFirstWrite = "PRAGMA page_size = 8192";
// NORMAL: the death of a process loses nothing, a power cut at most the last commits.
constexpr const char* kEachConnection =
    "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216";
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
// The caller holds a transaction, so that the three answers are of one moment.
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

Result<bool> is_store_now(const Database& database) {
  const auto transaction = Transaction::begin(database, Transaction::Kind::kRead);
  if (!transaction) return std::unexpected(transaction.error());
  return is_store(database);
}

// Makes an empty file a store, unless another process does at the same time.
Result<> make_tables(const Database& database) {
  const auto sized = database.run(kBeforeFirstWrite);
  if (!sized) return sized;
  const auto wal = use_wal(database);
  if (!wal) return wal;
  auto transaction = Transaction::begin(database, Transaction::Kind::kWrite);
  if (!transaction) return std::unexpected(transaction.error());
  const auto made_meanwhile = is_store(database);
  if (!made_meanwhile) return std::unexpected(made_meanwhile.error());
  if (*made_meanwhile) return {};
  const auto made = database.run(kTables);
  if (!made) return made;
  return transaction->commit();
}

// Made in full under another name, so that nobody ever sees half of it.
Result<> make_store(const std::filesystem::path& path, const StoreOptions& options) {
  const auto sibling = make_private_sibling(path);
  if (!sibling) return std::unexpected(sibling.error());
  Result<> made;
  {
    const auto database = Database::open(*sibling, options.busy_wait);
    made = database ? make_tables(*database) : std::unexpected(database.error());
  }
  if (made) return publish(*sibling, path);
  for (const auto* const suffix : {"", "-wal", "-shm"}) {
    std::error_code ignored;  // The error to tell is the first one.
    std::filesystem::remove(sibling->string() + suffix, ignored);
  }
  return made;
}

}  // namespace

Result<Database> open_database(const std::filesystem::path& path, const StoreOptions& options) {
  const auto exists = file_exists(path);
  if (!exists) return std::unexpected(exists.error());
  // Absolute, because SQLite reads some names (":memory:") in its own way.
  std::error_code code;
  const auto absolute = std::filesystem::absolute(path, code);
  if (code) {
    return fail(ErrorCode::kUnavailable,
                "find \"" + path.string() + "\" in the current folder: " + code.message(),
                "go to a folder that exists, or give a --store that starts with /");
  }
  if (!*exists) {
    const auto made = make_store(absolute, options);
    if (!made) return std::unexpected(made.error());
  }

  auto database = Database::open(absolute, options.busy_wait);
  if (!database) return database;
  const auto careful = database->run("PRAGMA cell_size_check = ON");
  if (!careful) return std::unexpected(careful.error());
  // Nothing is written before we know that the file is ours or empty.
  const auto known = is_store_now(*database);
  if (!known) return std::unexpected(known.error());
  const auto ready = *known ? use_wal(*database) : make_tables(*database);
  if (!ready) return std::unexpected(ready.error());
  const auto set = database->run(kEachConnection);
  if (!set) return std::unexpected(set.error());
  if (options.max_pages) {
    const auto limited =
        database->run(("PRAGMA max_page_count = " + std::to_string(*options.max_pages)).c_str());
    if (!limited) return std::unexpected(limited.error());
  }
  return database;
}

}  // namespace papr
