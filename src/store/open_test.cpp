// SPDX-License-Identifier: Apache-2.0
// What MemoryStore::open makes and what it refuses.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <string>

#include "../base/joining_thread.h"
#include "../base/temporary_folder.h"
#include "papr/memory_store.h"
#include "schema.h"
#include "sqlite.h"
#include "store_for_test.h"

namespace papr {
namespace {

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777u : 0;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A store whose header was changed by the given SQL.
std::filesystem::path altered_store(const TemporaryFolder& folder, const char* sql) {
  const auto path = folder.path() / "store.db";
  EXPECT_TRUE(MemoryStore::open(path));
  const auto database = Database::open(path, std::chrono::milliseconds(0));
  EXPECT_TRUE(database && database->run(sql));
  return path;
}

class Open : public ::testing::Test {
 protected:
  Error error_of(const std::filesystem::path& path) {
    const auto store = MemoryStore::open(path);
    EXPECT_FALSE(store) << path;
    return store ? Error{} : store.error();
  }
  // Opening what may only be read is allowed where SQLite can do it; writing is refused either way.
  static Error error_of_writing(const std::filesystem::path& path) {
    auto store = MemoryStore::open(path);
    if (!store) return store.error();
    const auto put = store->put(kModel, std::vector{embedded("new")});
    EXPECT_FALSE(put) << path;
    return put ? Error{} : put.error();
  }
  TemporaryFolder folder_;
};

TEST_F(Open, FilesAndFoldersAreForTheOwnerAloneWhateverTheUmask) {
  const auto path = folder_.path() / "a" / "b" / "store.db";
  const mode_t old_mask = ::umask(0);
  {
    auto store = MemoryStore::open(path);
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE(store->put(kModel, std::vector{embedded("a")}));
    EXPECT_EQ(mode_of(path.parent_path().parent_path()), 0700u);
    EXPECT_EQ(mode_of(path.parent_path()), 0700u);
    EXPECT_EQ(mode_of(path), 0600u);
    EXPECT_EQ(mode_of(path.string() + "-wal"), 0600u);
    EXPECT_EQ(mode_of(path.string() + "-shm"), 0600u);
  }
  ::umask(old_mask);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(path.parent_path())) {
    ++files;
  }
  EXPECT_EQ(files, 1u) << "a closed store is one file";
}

TEST_F(Open, TheStoreIsInWalModeWithItsNameAndVersion) {
  const auto path = folder_.path() / "store.db";
  const auto database = open_database(path, {});
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_EQ(database->integer("PRAGMA application_id"), kStoreApplicationId);
  EXPECT_EQ(database->integer("PRAGMA user_version"), kStoreFormatVersion);
  auto mode = database->prepare("PRAGMA journal_mode");
  ASSERT_EQ(mode->step(), true);
  EXPECT_EQ(mode->text(0), "wal");
}

TEST_F(Open, ARelativeNameThatSqliteReadsInItsOwnWayIsAFile) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  {
    auto store = MemoryStore::open(":memory:");
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_TRUE(store->put(kModel, std::vector{embedded("a")}));
  }
  EXPECT_EQ(MemoryStore::open(":memory:")->count(), 1u);
  std::filesystem::current_path(before);
}

TEST_F(Open, AnEmptyFileBecomesAStore) {
  const auto path = folder_.write("store.db", "");
  auto store = MemoryStore::open(path);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_TRUE(store->put(kModel, std::vector{embedded("a")}));
}

TEST_F(Open, WhatIsNoFileIsRefused) {
  for (const auto& path : {std::filesystem::path(), folder_.path(), folder_.path() / ""}) {
    EXPECT_EQ(error_of(path).code, ErrorCode::kInvalidArgument) << path;
  }
  ASSERT_EQ(::mkfifo((folder_.path() / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(error_of(folder_.path() / "fifo").code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(error_of(folder_.write("file", "x") / "store.db").code, ErrorCode::kNotFound);
}

TEST_F(Open, ALinkToNothingIsNotFoundAndNamesBothEndsAndMakesNothing) {
  const auto link = folder_.path() / "store.db";
  const auto target = folder_.path() / "disk" / "store.db";
  std::filesystem::create_symlink(target, link);
  const auto error = error_of(link);
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_NE(error.message.find(link.string()), std::string::npos) << error.message;
  EXPECT_NE(error.message.find(target.string()), std::string::npos) << error.message;
  EXPECT_NE(error.remedy.find("--store"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(target));

  std::filesystem::create_directory(target.parent_path());
  ASSERT_TRUE(MemoryStore::open(target));
  EXPECT_TRUE(MemoryStore::open(link)) << "a link to a store is as good as the store";
}

TEST_F(Open, LinksInACircleAreToldAsWhatTheyAre) {
  std::filesystem::create_symlink(folder_.path() / "b", folder_.path() / "a");
  std::filesystem::create_symlink(folder_.path() / "a", folder_.path() / "b");
  EXPECT_NE(error_of(folder_.path() / "a").remedy.find("circle"), std::string::npos);
}

TEST_F(Open, ACurrentFolderThatIsGoneIsToldWithWhatToDo) {
  const auto before = std::filesystem::current_path();
  const auto gone = folder_.path() / "gone";
  std::filesystem::create_directory(gone);
  std::filesystem::current_path(gone);
  std::filesystem::remove(gone);
  const auto error = error_of("store.db");
  std::filesystem::current_path(before);
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_NE(error.message.find("current folder"), std::string::npos) << error.message;
  EXPECT_NE(error.remedy.find("go to a folder"), std::string::npos);
}

TEST_F(Open, TooManyOpenFilesAreToldWithTheLimitToRaise) {
  const auto path = folder_.path() / "store.db";
  ASSERT_TRUE(MemoryStore::open(path));
  struct rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto of_old = error_of(path);
  const auto of_new = error_of(folder_.path() / "new.db");
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  for (const auto& error : {of_old, of_new}) {
    EXPECT_EQ(error.code, ErrorCode::kUnavailable) << error.message;
    EXPECT_NE(error.remedy.find("ulimit -n"), std::string::npos) << error.message << error.remedy;
  }
}

TEST_F(Open, AnotherKindOfFileIsRefusedAndLeftAsItWas) {
  const std::string text(5000, 'x');
  for (const std::string& content : {std::string("x"), text, text.substr(0, 99)}) {
    const auto path = folder_.write("notes.txt", content);
    const auto error = error_of(path);
    EXPECT_EQ(error.code, ErrorCode::kCorrupt) << error.message;
    EXPECT_NE(error.remedy.find("--store"), std::string::npos);
    EXPECT_TRUE(bytes_of(path) == content) << "changed";
  }
}

TEST_F(Open, AnotherProgramsDatabaseIsRefusedAndLeftAsItWas) {
  const auto path = folder_.write("other.db", "");
  {
    const auto other = Database::open(path, std::chrono::milliseconds(0));
    ASSERT_TRUE(other && other->run("CREATE TABLE theirs (a)"));
  }
  const std::string before = bytes_of(path);
  EXPECT_EQ(error_of(path).code, ErrorCode::kCorrupt);
  EXPECT_TRUE(bytes_of(path) == before) << "changed";
  EXPECT_EQ(error_of(altered_store(folder_, "PRAGMA application_id = 7")).code,
            ErrorCode::kCorrupt);
}

TEST_F(Open, ANewerFormatIsRefusedWithWhatToDo) {
  const auto error = error_of(altered_store(folder_, "PRAGMA user_version = 2"));
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_NE(error.message.find("format 2"), std::string::npos) << error.message;
  EXPECT_NE(error.remedy.find("newer papr"), std::string::npos);
}

TEST_F(Open, TablesThatAreNotOursAreCorruptAndNoCrash) {
  for (const auto* const sql : {"DROP TABLE vectors", "DROP TABLE memories", "DROP TABLE model",
                                "ALTER TABLE vectors RENAME COLUMN checksum TO other"}) {
    const TemporaryFolder folder;
    auto store = MemoryStore::open(altered_store(folder, sql));
    ASSERT_TRUE(store) << store.error().message;
    const auto put = store->put(kModel, std::vector{embedded("a")});
    ASSERT_FALSE(put) << sql;
    EXPECT_EQ(put.error().code, ErrorCode::kCorrupt) << put.error().message;
  }
}

TEST_F(Open, AFolderOrFileThatMayNotBeWrittenIsUnavailableWithARemedy) {
  // Root may write everywhere, so root becomes somebody else meanwhile.
  constexpr uid_t kNobody = 65534;
  const bool is_root = ::geteuid() == 0;
  if (is_root) {
    ASSERT_EQ(::chown(folder_.path().c_str(), kNobody, gid_t(-1)), 0);
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const auto path = folder_.path() / "store.db";
  EXPECT_TRUE(MemoryStore::open(path));
  EXPECT_EQ(::chmod(path.c_str(), 0400), 0);
  const auto read_only_file = error_of_writing(path);
  EXPECT_EQ(::chmod(path.c_str(), 0600), 0);
  for (const auto* const suffix : {"-wal", "-shm"}) {
    std::filesystem::remove(path.string() + suffix);
  }
  EXPECT_EQ(::chmod(folder_.path().c_str(), 0500), 0);
  const auto read_only_folder = error_of_writing(path);
  const auto reading = MemoryStore::open(path);
  const auto no_new_folder = error_of(folder_.path() / "new" / "store.db");
  const auto no_new_file = error_of(folder_.path() / "new.db");
  EXPECT_EQ(::chmod(folder_.path().c_str(), 0700), 0);
  if (is_root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  ASSERT_FALSE(reading)
      << "SQLite has learned to read a closed store without writing to its folder";
  EXPECT_NE(reading.error().message.find("its folder"), std::string::npos)
      << reading.error().message;
  EXPECT_NE(reading.error().remedy.find("copy the file"), std::string::npos);
  for (const auto& error : {read_only_file, read_only_folder, no_new_folder, no_new_file}) {
    EXPECT_EQ(error.code, ErrorCode::kUnavailable) << error.message;
    EXPECT_NE(error.remedy.find("--store"), std::string::npos) << error.message;
  }
}

TEST_F(Open, ManyThreadsMayCreateOneStoreAtOnce) {
  for (int round = 0; round < 20; ++round) {
    const auto path = folder_.path() / (std::to_string(round) + ".db");
    std::array<std::string, 4> messages;
    {
      std::array<JoiningThread, 4> threads;
      for (std::size_t i = 0; i < threads.size(); ++i) {
        threads[i] = JoiningThread([&, i] {
          auto store = MemoryStore::open(path);
          if (!store) {
            messages[i] = store.error().message;
            return;
          }
          const auto put = store->put(kModel, std::vector{embedded(std::to_string(i))});
          if (!put) messages[i] = put.error().message;
        });
      }
    }
    for (const auto& message : messages) EXPECT_EQ(message, "");
    EXPECT_EQ(MemoryStore::open(path)->count(), 4u);
  }
}

}  // namespace
}  // namespace papr
