// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/file.h>

#include <cerrno>
#include <vector>

#include "crash_points_linux_for_test.h"
#include "disk_snapshot_for_test.h"
#include "temporary_folder.h"
#include "unique_fd.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

using Operation = std::function<bool(const fs::path&)>;

UniqueFd open_in(const fs::path& folder, const char* name, int flags) {
  return UniqueFd(::open((folder / name).c_str(), flags | O_CLOEXEC, 0600));
}

/// Each changes the disk in one system call.
const std::vector<Operation> kChanges = {
    [](const fs::path& in) { return ::mkdir((in / "folder").c_str(), 0700) == 0; },
    [](const fs::path& in) { return open_in(in, "a", O_WRONLY | O_CREAT).valid(); },
    [](const fs::path& in) { return ::write(open_in(in, "a", O_WRONLY).get(), "one", 3) == 3; },
    [](const fs::path& in) { return ::pwrite(open_in(in, "a", O_WRONLY).get(), "2", 1, 3) == 1; },
    [](const fs::path& in) { return ::ftruncate(open_in(in, "a", O_WRONLY).get(), 2) == 0; },
    [](const fs::path& in) { return ::fchmod(open_in(in, "a", O_RDONLY).get(), 0640) == 0; },
    [](const fs::path& in) { return ::chmod((in / "folder").c_str(), 0500) == 0; },
    [](const fs::path& in) { return ::link((in / "a").c_str(), (in / "b").c_str()) == 0; },
    [](const fs::path& in) { return ::symlink("a", (in / "link").c_str()) == 0; },
    [](const fs::path& in) { return ::rename((in / "a").c_str(), (in / "c").c_str()) == 0; },
    [](const fs::path& in) { return ::mkfifo((in / "fifo").c_str(), 0600) == 0; },
    [](const fs::path& in) { return open_in(in, "c", O_WRONLY | O_TRUNC).valid(); },
    [](const fs::path& in) { return ::unlink((in / "b").c_str()) == 0; },
    [](const fs::path& in) { return ::rmdir((in / "folder").c_str()) == 0; },
};

/// None of these does.
bool change_nothing(const fs::path& in) {
  const UniqueFd folder(::open(in.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  int pipe[2] = {-1, -1};
  if (::pipe(pipe) != 0) return false;
  const UniqueFd out(pipe[0]);
  const UniqueFd into(pipe[1]);
  struct stat status{};
  return ::write(into.get(), "x", 1) == 1 && ::fsync(folder.get()) == 0 &&
         ::flock(folder.get(), LOCK_EX) == 0 && ::fstat(folder.get(), &status) == 0 &&
         ::unlink((in / "none").c_str()) != 0 && ::mkdir(in.c_str(), 0700) != 0 &&
         ::rename((in / "none").c_str(), (in / "a").c_str()) != 0;
}

DiskSnapshot after(int changes) {
  const TemporaryFolder folder;
  for (int i = 0; i < changes; ++i) {
    EXPECT_TRUE(kChanges[static_cast<std::size_t>(i)](folder.path())) << i;
  }
  return snapshot_of(folder.path());
}

TEST(CrashPoints, AreOneForEachChangeAndTheDiskIsWhatSoManyLeave) {
  std::optional<TemporaryFolder> folder;
  std::vector<int> checked;
  const auto points = walk_crash_points({
      .name = "known changes",
      .prepare = [&] { folder.emplace(); },
      .work =
          [&] {
            for (const Operation& change : kChanges) {
              if (!change_nothing(folder->path()) || !change(folder->path())) return false;
            }
            return change_nothing(folder->path());
          },
      .check =
          [&](int at) {
            const auto expected = after(std::min(at, static_cast<int>(kChanges.size())));
            EXPECT_EQ(snapshot_of(folder->path()), expected) << "after change " << at;
            checked.push_back(at);
          },
  });
  if (!points) GTEST_SKIP() << "this process may not trace its children";
  EXPECT_EQ(*points, static_cast<int>(kChanges.size()));
  EXPECT_EQ(checked.size(), kChanges.size() + 1);
}

TEST(CrashPoints, WorkThatGoesWrongIsNoWorkThatCameToItsEnd) {
  const auto end = run_and_kill([] { return false; }, 1);
  if (end == CrashEnd::kRefused) GTEST_SKIP() << "this process may not trace its children";
  EXPECT_EQ(end, CrashEnd::kFailed);
  EXPECT_EQ(run_and_kill([] { return ::raise(SIGTERM) == 0; }, 1), CrashEnd::kFailed);
}

TEST(CrashPoints, ATimeIsSetInOneChange) {
  const TemporaryFolder folder;
  const auto file = folder.write("file", "");
  const auto touch = [&] {
    const struct timespec times[2] = {{1, 0}, {1, 0}};
    return ::utimensat(AT_FDCWD, file.c_str(), times, 0) == 0;
  };
  const auto end = run_and_kill(touch, 1);
  if (end == CrashEnd::kRefused) GTEST_SKIP() << "this process may not trace its children";
  EXPECT_EQ(end, CrashEnd::kKilled);
  EXPECT_EQ(run_and_kill(touch, 2), CrashEnd::kDone);
}

}  // namespace
}  // namespace papr
