// SPDX-License-Identifier: Apache-2.0
// A file system of 1 MB, mounted where only a child of this test sees it.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "../../base/unique_fd.h"
#include "store_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCannotMount = "cannot mount";
const ModelKey kA = StoreForTest::key('a');
const ModelKey kB = StoreForTest::key('b');

Result<> fill_up(const fs::path& folder) {
  std::ofstream file(folder / "weights", std::ios::binary);
  file << std::string(2'000'000, 'w') << std::flush;
  if (file) return fail(ErrorCode::kInvalidArgument, "two megabytes fitted");
  return fail(ErrorCode::kDiskFull, "compile: No space left on device");
}

/// What is wrong with the error of a full disk.
std::string check(const Result<HeldModel>& put, const fs::path& store) {
  if (put) return "it fitted";
  if (put.error().code != ErrorCode::kDiskFull) return put.error().message;
  const std::string& remedy = put.error().remedy;
  if (remedy.find(store.string()) == remedy.npos) return "the folder is not named: " + remedy;
  return remedy.find(" are free") == remedy.npos ? "it does not say what is free: " + remedy : "";
}

/// A model that leaves no room for its manifest.
Result<> leave_no_room(const fs::path& folder) {
  std::ofstream file(folder / "weights", std::ios::binary);
  while (file << std::string(4096, 'w') << std::flush) continue;
  return {};
}

std::string fill_and_free(const StoreForTest& test) {
  if (!test.put(kA, "a")) return "nothing can be put";
  for (const FillModel& fill : {FillModel(fill_up), FillModel(leave_no_room)}) {
    if (auto wrong = check(test.store().put(kB, fill), test.path()); !wrong.empty()) return wrong;
    if (!fs::is_empty(test.unfinished())) return "something was left";
  }
  const auto too_large = test.store().put(kB, filling("b"), {.expected_bytes = 3'000'000});
  if (auto wrong = check(too_large, test.path()); !wrong.empty()) return wrong;
  if (too_large.error().remedy.find("3.0 MB") == std::string::npos) return too_large.error().remedy;
  if (!test.finds(kA, "a")) return "what was there is lost";
  return test.put(kB, "b") && test.finds(kB, "b") ? "" : "no room after space was freed";
}

std::string in_a_small_file_system(const StoreForTest& test) {
  // Root needs no user namespace, and others may have none.
  if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
    return std::string(kCannotMount) + ": unshare: " + std::generic_category().message(errno);
  }
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("none", test.outside().c_str(), "tmpfs", 0, "size=1m") != 0) {
    return std::string(kCannotMount) + ": mount: " + std::generic_category().message(errno);
  }
  return fill_and_free(test);
}

TEST(FullDisk, IsAnErrorOfItsOwnThatSaysWhereAndHowMuchAndLeavesNothing) {
  const StoreForTest test;
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const UniqueFd read_end(pipe[0]);
  UniqueFd write_end(pipe[1]);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string trouble = in_a_small_file_system(test);
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
