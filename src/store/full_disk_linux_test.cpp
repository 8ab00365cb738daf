// SPDX-License-Identifier: Apache-2.0
// A file system of 1 MB, mounted where only a child of this test sees it.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include "../base/temporary_folder.h"
#include "../base/unique_fd.h"
#include "papr/memory_store.h"
#include "store_writer_for_test.h"

namespace papr {
namespace {

constexpr std::string_view kCannotMount = "cannot mount";

// Fills the disk, frees it, goes on. Returns what went wrong.
std::string fill_and_free(const std::filesystem::path& folder) {
  const auto ballast = folder / "ballast";
  std::ofstream(ballast, std::ios::binary) << std::string(300'000, 'x');
  auto store = MemoryStore::open(folder / "store.db");
  if (!store) return store.error().message;
  std::size_t rows = 0;
  Result<PutOutcome> put;
  while ((put = store->put(kWriterModel, writer_rows(rows, 20)))) rows += 20;
  if (put.error().code != ErrorCode::kDiskFull) return put.error().message;
  if (rows == 0) return "nothing fitted";
  if (store->count() != rows) return "rows are lost";
  const auto last = writer_row(rows - 1);
  const auto hits = store->nearest(kWriterModel, last.vector, 1);
  if (!hits) return hits.error().message;
  if (hits->front().memory.id != last.memory.id) return "another row was found";

  std::filesystem::remove(ballast);
  put = store->put(kWriterModel, writer_rows(rows, 20));
  if (!put) return "after space was freed: " + put.error().message;
  store = MemoryStore::open(folder / "store.db");
  if (!store) return store.error().message;
  return store->count() == rows + 20 ? "" : "rows are lost after opening again";
}

std::string in_a_small_file_system(const std::filesystem::path& folder) {
  // Root needs no user namespace, and others may have none.
  if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
    return std::string(kCannotMount) + ": unshare: " + std::generic_category().message(errno);
  }
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("none", folder.c_str(), "tmpfs", 0, "size=1m") != 0) {
    return std::string(kCannotMount) + ": mount: " + std::generic_category().message(errno);
  }
  return fill_and_free(folder);
}

TEST(FullDisk, AFullFileSystemLosesNothingAndIsOverWhenThereIsSpaceAgain) {
  const TemporaryFolder folder;
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const UniqueFd read_end(pipe[0]);
  UniqueFd write_end(pipe[1]);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string trouble = in_a_small_file_system(folder.path());
    const ssize_t written = ::write(write_end.get(), trouble.data(), trouble.size());
    ::_exit(written == static_cast<ssize_t>(trouble.size()) ? 0 : 1);
  }
  write_end.reset();
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  std::string trouble(1000, '\0');
  const ssize_t got = ::read(read_end.get(), trouble.data(), trouble.size());
  ASSERT_GE(got, 0);
  trouble.resize(static_cast<std::size_t>(got));
  if (trouble.starts_with(kCannotMount)) GTEST_SKIP() << trouble;
  EXPECT_EQ(trouble, "");
}

}  // namespace
}  // namespace papr
