// SPDX-License-Identifier: Apache-2.0
#include "sqlite.h"

#include <sqlite3.h>

#include <cerrno>
#include <string>
#include <utility>

#include "../base/errno_error.h"

namespace papr {

ErrorCode code_of_sqlite(int extended_code, int system_errno) noexcept {
  if (extended_code == SQLITE_IOERR_CORRUPTFS) return ErrorCode::kCorrupt;
  switch (extended_code & 0xff) {
    case SQLITE_FULL:
      return ErrorCode::kDiskFull;
    case SQLITE_IOERR:
      // SQLite says "full" for ENOSPC in a write only; quotas, limits and -shm files come here.
      return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG
                 ? ErrorCode::kDiskFull
                 : ErrorCode::kUnavailable;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
    case SQLITE_ERROR:   // All SQL is ours: a statement that does not fit the tables means
    case SQLITE_SCHEMA:  // that the tables are not as we made them.
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
      return ErrorCode::kCorrupt;
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
    case SQLITE_MISUSE:
      return ErrorCode::kInvalidArgument;
    default:  // BUSY, LOCKED, READONLY, PERM, CANTOPEN, PROTOCOL, NOMEM and what is to come
      return ErrorCode::kUnavailable;
  }
}

namespace {

constexpr const char* kCorruptRemedy = "restore it from a backup, or move it away and import again";

// What a person can do; the primary code tells more than ErrorCode does.
std::string remedy_for(int extended_code, ErrorCode code, int system_errno) {
  const std::string of_errno = remedy_of_errno(system_errno);
  if (code == ErrorCode::kDiskFull) {
    return of_errno.empty() ? remedy_of_errno(ENOSPC) : of_errno;
  }
  if (system_errno == EMFILE || system_errno == ENFILE || system_errno == ELOOP) return of_errno;
  switch (extended_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return "another process is using the store; wait for it or end it, then repeat";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return "see that you may write the file and its folder, which reading needs too; or copy the "
             "file to a folder of yours and give the copy as --store";
    case SQLITE_NOTADB:
      return "choose another --store, or move this file away";
    default:
      return code == ErrorCode::kCorrupt ? kCorruptRemedy : of_errno;
  }
}

// The errno behind an error of opening or of I/O. SQLite hands it up from statements, but not from
// a COMMIT: there the file that could not be written, database or log, is asked.
int system_errno_of(sqlite3* handle, int extended_code) {
  const int primary = extended_code & 0xff;
  if (primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN) return 0;
  int number = sqlite3_system_errno(handle);
  if (primary == SQLITE_CANTOPEN) return number;
  for (const int which : {SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER}) {
    sqlite3_file* file = nullptr;
    if (number != 0 || sqlite3_file_control(handle, "main", which, &file) != SQLITE_OK) continue;
    if (file == nullptr || file->pMethods == nullptr) continue;
    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number);
  }
  return number;
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

Statement::Statement(const Database& database, sqlite3_stmt* statement)
    : database_(&database), statement_(statement) {}

Statement& Statement::bind(std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_.get(), ++bound_, value);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
  return *this;
}

Statement& Statement::bind(double value) {
  const int code = sqlite3_bind_double(statement_.get(), ++bound_, value);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  // A null pointer would bind NULL, and an empty view may have one.
  const char* const start = text.empty() ? "" : text.data();
  const int code = sqlite3_bind_text64(statement_.get(), ++bound_, start, text.size(),
                                       SQLITE_STATIC, SQLITE_UTF8);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
  return *this;
}

Statement& Statement::bind(std::span<const std::byte> blob) {
  const int code =
      sqlite3_bind_blob64(statement_.get(), ++bound_, blob.data(), blob.size(), SQLITE_STATIC);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
  return *this;
}

Statement& Statement::bind(std::nullptr_t) {
  const int code = sqlite3_bind_null(statement_.get(), ++bound_);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
  return *this;
}

Result<bool> Statement::step() {
  const int code = bind_code_ == SQLITE_OK ? sqlite3_step(statement_.get()) : bind_code_;
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_->failure(code);
}

Result<> Statement::run() {
  const auto row = step();
  if (!row) return std::unexpected(row.error());
  reset();
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  bound_ = 0;
  bind_code_ = SQLITE_OK;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* const start = sqlite3_column_text(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (start == nullptr) return {};
  return {reinterpret_cast<const char*>(start), static_cast<std::size_t>(size)};
}

std::span<const std::byte> Statement::blob(int column) const {
  const void* const start = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (start == nullptr) return {};
  return {static_cast<const std::byte*>(start), static_cast<std::size_t>(size)};
}

void Database::Close::operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }

Database::Database(std::filesystem::path path, sqlite3* handle)
    : path_(std::move(path)), handle_(handle) {}

Result<Database> Database::open(const std::filesystem::path& path,
                                std::chrono::milliseconds busy_wait) {
  sqlite3* handle = nullptr;
  // NOMUTEX: whoever shares a Database between threads has a lock of its own.
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(path, handle);
  if (handle == nullptr) {
    return fail(ErrorCode::kUnavailable, "open store \"" + path.string() + "\": out of memory",
                remedy_of_errno(ENOMEM));
  }
  sqlite3_extended_result_codes(handle, 1);
  if (code != SQLITE_OK) return database.failure(code);
  sqlite3_busy_timeout(handle, static_cast<int>(busy_wait.count()));
  // A file that was made to harm must not run SQL of its own or write to SQLite's own tables.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      &statement, nullptr);
  if (code != SQLITE_OK) return failure(code);
  return Statement(*this, statement);
}

Result<> Database::run(const char* sql) const {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(code);
  return {};
}

Result<std::int64_t> Database::integer(std::string_view sql) const {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return damaged(*this, "no answer to " + std::string(sql));
  return statement->integer(0);
}

bool Database::in_transaction() const noexcept { return !sqlite3_get_autocommit(handle_.get()); }

Result<> Database::check_in_place() const {
  int moved = 0;
  sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (moved == 0) return {};
  return fail(ErrorCode::kUnavailable,
              "write store \"" + path_.string() + "\": the file was moved or deleted meanwhile",
              "put it back or choose another --store, and start again");
}

std::unexpected<Error> Database::failure(int code) const {
  // Asked last: asking the files resets what SQLite says of the error.
  // Without its folder a closed store cannot even be read. SQLite would, were it told that nobody
  // changes the file meanwhile; but its owner may at any time.
  const std::string message = code == SQLITE_READONLY_DIRECTORY
                                  ? "its folder may not be written to, where SQLite keeps its log"
                                  : sqlite3_errmsg(handle_.get());
  const int system_errno = system_errno_of(handle_.get(), code);
  const ErrorCode ours = code_of_sqlite(code, system_errno);
  return fail(ours,
              "use store \"" + path().string() + "\": " + message + " (SQLite " +
                  std::to_string(code) + ")",
              remedy_for(code, ours, system_errno));
}

std::unexpected<Error> damaged(const Database& database, std::string_view part) {
  return fail(ErrorCode::kCorrupt,
              "use store \"" + database.path().string() + "\": damaged: " + std::string(part),
              kCorruptRemedy);
}

Result<Transaction> Transaction::begin(const Database& database, Kind kind) {
  const auto begun = database.run(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
  if (!begun) return std::unexpected(begun.error());
  return Transaction(database);
}

Result<> Transaction::commit() {
  const auto done = database_->run("COMMIT");
  if (!done) return done;  // The destructor rolls back what SQLite has not.
  database_ = nullptr;
  return {};
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  if (database_ == nullptr || !database_->in_transaction()) return;
  // Nothing to say if it fails: the next BEGIN says it, and closing the file rolls back as well.
  static_cast<void>(database_->run("ROLLBACK"));
}

}  // namespace papr
