// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "papr/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace papr {

/// The code that callers branch on for an extended SQLite result code. `system_errno` is the errno
/// behind it, 0 when there was none: a full disk may come as an I/O error.
/// Source: https://sqlite.org/rescode.html
[[nodiscard]] ErrorCode code_of_sqlite(int extended_code, int system_errno) noexcept;

class Database;

/// One prepared statement. Parameters are numbered in the order in which they are bound, columns
/// from 0. Bound text and bytes are not copied: they must live until the last `step`.
class Statement {
 public:
  Statement& bind(std::int64_t value);
  Statement& bind(double value);
  Statement& bind(std::string_view text);
  Statement& bind(std::span<const std::byte> blob);
  Statement& bind(std::nullptr_t);

  /// Runs to the next row: true, or to the end: false. A failed `bind` fails here.
  [[nodiscard]] Result<bool> step();
  /// Runs to the end, for statements without rows, and makes ready for the next bindings.
  [[nodiscard]] Result<> run();
  /// Makes ready for the next bindings.
  void reset();

  /// Columns of the current row. Views are valid until the next `step` or `reset`.
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::span<const std::byte> blob(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  Statement(const Database& database, sqlite3_stmt* statement);

  const Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
  int bind_code_ = 0;  // the first that was not SQLITE_OK
};

/// One connection. Not for two threads at once. Statements must not outlive it.
class Database {
 public:
  /// Opens an existing file for reading and writing. A call that finds it locked waits up to
  /// `busy_wait`.
  [[nodiscard]] static Result<Database> open(const std::filesystem::path& path,
                                             std::chrono::milliseconds busy_wait);

  [[nodiscard]] Result<Statement> prepare(std::string_view sql) const;
  /// Runs statements that take no parameters; rows are ignored.
  [[nodiscard]] Result<> run(const char* sql) const;
  /// The first column of the first row: for PRAGMA and count(*). kCorrupt where there is no row.
  [[nodiscard]] Result<std::int64_t> integer(std::string_view sql) const;

  [[nodiscard]] bool in_transaction() const noexcept;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  /// @error kUnavailable  the file was moved or deleted since it was opened: what is written now
  ///                      would be lost with it.
  [[nodiscard]] Result<> check_in_place() const;

  /// What `code`, the answer of the last call, means; the message names the file.
  [[nodiscard]] std::unexpected<Error> failure(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept;
  };
  Database(std::filesystem::path path, sqlite3* handle);

  std::filesystem::path path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// The error for a part of the file that SQLite finds sound and we do not.
[[nodiscard]] std::unexpected<Error> damaged(const Database& database, std::string_view part);

/// A transaction that is rolled back unless it was committed.
class Transaction {
 public:
  enum class Kind {
    kRead,   ///< one snapshot from the first statement on
    kWrite,  ///< takes the write lock at once, so that it never fails half-way for a lock
  };
  [[nodiscard]] static Result<Transaction> begin(const Database& database, Kind kind);

  [[nodiscard]] Result<> commit();

  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

 private:
  explicit Transaction(const Database& database) noexcept : database_(&database) {}
  const Database* database_;  // null when there is nothing left to roll back
};

}  // namespace papr
