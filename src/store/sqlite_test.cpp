// SPDX-License-Identifier: Apache-2.0
#include "sqlite.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cerrno>
#include <string>

#include "../base/temporary_folder.h"

namespace papr {
namespace {

using std::chrono::milliseconds;

struct Row {
  int sqlite_code;
  int system_errno;
  ErrorCode code;
};

TEST(CodeOfSqlite, EveryKindOfTroubleHasTheCodeThatACallerActsOn) {
  for (const auto& [sqlite_code, system_errno, code] : {
           Row{SQLITE_BUSY, 0, ErrorCode::kUnavailable},
           Row{SQLITE_BUSY_SNAPSHOT, 0, ErrorCode::kUnavailable},
           Row{SQLITE_LOCKED, 0, ErrorCode::kUnavailable},
           Row{SQLITE_FULL, 0, ErrorCode::kDiskFull},
           Row{SQLITE_IOERR_WRITE, ENOSPC, ErrorCode::kDiskFull},
           Row{SQLITE_IOERR_WRITE, EDQUOT, ErrorCode::kDiskFull},
           Row{SQLITE_IOERR_WRITE, EFBIG, ErrorCode::kDiskFull},
           Row{SQLITE_IOERR_WRITE, EIO, ErrorCode::kUnavailable},
           Row{SQLITE_IOERR_READ, 0, ErrorCode::kUnavailable},
           Row{SQLITE_IOERR_CORRUPTFS, EIO, ErrorCode::kCorrupt},
           Row{SQLITE_NOTADB, 0, ErrorCode::kCorrupt},
           Row{SQLITE_CORRUPT, 0, ErrorCode::kCorrupt},
           Row{SQLITE_CORRUPT_INDEX, 0, ErrorCode::kCorrupt},
           Row{SQLITE_ERROR, 0, ErrorCode::kCorrupt},
           Row{SQLITE_CONSTRAINT_UNIQUE, 0, ErrorCode::kCorrupt},
           Row{SQLITE_CANTOPEN, ENOENT, ErrorCode::kUnavailable},
           Row{SQLITE_READONLY, 0, ErrorCode::kUnavailable},
           Row{SQLITE_PERM, EACCES, ErrorCode::kUnavailable},
           Row{SQLITE_NOMEM, 0, ErrorCode::kUnavailable},
           Row{SQLITE_TOOBIG, 0, ErrorCode::kInvalidArgument},
       }) {
    EXPECT_EQ(code_of_sqlite(sqlite_code, system_errno), code) << sqlite_code;
  }
}

class Sqlite : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.write("a.db", "");
  Result<Database> database_ = Database::open(path_, milliseconds(0));
};

TEST_F(Sqlite, BindsAndReadsEveryTypeWithoutLoss) {
  ASSERT_TRUE(database_->run("CREATE TABLE t (a, b, c, d, e)"));
  const std::string text("a\0\xC3\xA9", 4);
  auto insert = database_->prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?)");
  ASSERT_TRUE(insert) << insert.error().message;
  ASSERT_TRUE(insert->bind(std::int64_t{INT64_MIN})
                  .bind(std::string_view(text))
                  .bind(std::as_bytes(std::span(text)))
                  .bind(nullptr)
                  .bind(std::string_view())
                  .run());
  auto select = database_->prepare("SELECT a, b, c, d IS NULL, typeof(e) FROM t");
  ASSERT_TRUE(select) << select.error().message;
  ASSERT_EQ(select->step(), true);
  EXPECT_EQ(select->integer(0), INT64_MIN);
  EXPECT_EQ(select->text(1), text);
  EXPECT_EQ(select->blob(2).size(), 4u);
  EXPECT_EQ(select->integer(3), 1);
  EXPECT_EQ(select->text(4), "text");
  EXPECT_EQ(select->step(), false);
}

TEST_F(Sqlite, ATransactionThatIsNotCommittedNeverWas) {
  ASSERT_TRUE(database_->run("CREATE TABLE t (a)"));
  {
    auto transaction = Transaction::begin(*database_, Transaction::Kind::kWrite);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database_->run("INSERT INTO t VALUES (1)"));
    const Transaction moved = *std::move(transaction);
  }
  EXPECT_FALSE(database_->in_transaction());
  EXPECT_EQ(database_->integer("SELECT count(*) FROM t"), 0);
}

TEST_F(Sqlite, OneBindTooManyFailsTheStep) {
  auto select = database_->prepare("SELECT ?");
  ASSERT_TRUE(select) << select.error().message;
  const auto row = select->bind(std::int64_t{1}).bind(std::int64_t{2}).step();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(Sqlite, AMessageNamesTheFileAndWhatSqliteSaid) {
  const auto error = database_->prepare("SELECT * FROM missing").error();
  EXPECT_NE(error.message.find("a.db\": no such table: missing"), std::string::npos)
      << error.message;
}

}  // namespace
}  // namespace papr
