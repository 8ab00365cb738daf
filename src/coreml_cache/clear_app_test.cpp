// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cache_clear.h"
#include "fake_caches.h"
#include "holder_for_test.h"
#include "running_programs.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

const std::string kApp = "com.example.notes";

class ClearApp : public ::testing::Test {
 protected:
  Result<ClearReport> clear(const std::string& app_id) {
    return clear_app(fake_.options(), app_id, {}, SystemClock());
  }

  /// A bundle of the app whose executable is a copy of a program that waits.
  fs::path bundle(std::string_view identifier) {
    const auto contents = fake_.folder() / "Notes.app/Contents";
    fs::create_directories(contents / "MacOS");
    fs::copy_file("/bin/sleep", contents / "MacOS/Notes");
    std::ofstream(contents / "Info.plist") << "bplist00 CFBundleIdentifier " << identifier;
    return contents / "MacOS/Notes";
  }

  FakeCaches fake_;
  fs::path entry_ = FakeCaches::add(fake_.bundles(kApp), "nn");
};

/// A child that has become `program` by the time this returns.
class RunningForTest {
 public:
  explicit RunningForTest(const fs::path& program) : pid_(start(program)) {}
  RunningForTest(const RunningForTest&) = delete;
  RunningForTest& operator=(const RunningForTest&) = delete;
  ~RunningForTest() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

 private:
  // The write end closes when the program begins.
  static pid_t start(const fs::path& program) {
    std::array<int, 2> began{};
    if (::pipe(began.data()) != 0) return -1;
    ::fcntl(began[1], F_SETFD, FD_CLOEXEC);
    const pid_t child = ::fork();
    if (child == 0) {
      ::execl(program.c_str(), program.c_str(), "1000", nullptr);
      ::_exit(127);
    }
    ::close(began[1]);
    char byte = 0;
    static_cast<void>(!::read(began[0], &byte, 1));
    ::close(began[0]);
    return child;
  }

  pid_t pid_;
};

TEST_F(ClearApp, TakesThatAppsFolderAndNothingElse) {
  const auto boxed = FakeCaches::add(fake_.container(kApp), "bb");
  const auto ours = FakeCaches::add(fake_.own(), "aa");
  const auto legacy = FakeCaches::add(fake_.legacy(), "cc");
  const auto python = FakeCaches::add(fake_.bundles("python3"), "dd");
  const auto report = clear(kApp);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->cleared.size(), 2U);
  EXPECT_TRUE(report->kept.empty());
  EXPECT_FALSE(fs::exists(entry_));
  EXPECT_FALSE(fs::exists(boxed));
  for (const auto& path : {ours, legacy, python}) EXPECT_TRUE(fs::exists(path)) << path;
}

TEST_F(ClearApp, IsNotForOurselvesWhoseModelsMayBeLoaded) {
  FakeCaches::add(fake_.own(), "aa");
  for (const std::string id : {"ai.papr.ondevice", "AI.Papr.OnDevice"}) {
    const auto report = clear(id);
    ASSERT_FALSE(report) << id;
    EXPECT_EQ(report.error().code, ErrorCode::kInvalidArgument) << report.error().message;
  }
  EXPECT_FALSE(fs::is_empty(fake_.own()));
}

TEST_F(ClearApp, IsRefusedForApplesInAnySpelling) {
  for (const std::string id : {"com.apple.Photos", "Com.Apple.Photos"}) {
    const auto report = clear(id);
    ASSERT_FALSE(report) << id;
    EXPECT_EQ(report.error().code, ErrorCode::kInvalidArgument) << report.error().message;
  }
}

TEST_F(ClearApp, IsRefusedWhileTheAppRunsUnderAnySpelling) {
  const auto program = bundle("COM.example.Notes");
  const RunningForTest running(program);
  const auto report = clear(kApp);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kUnavailable) << report.error().message;
}

TEST_F(ClearApp, IsRefusedWhileTheAppRuns) {
  const auto program = bundle(kApp);
  {
    const RunningForTest running(program);
    const auto report = clear(kApp);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(report.error().message,
              "clear cache of \"com.example.notes\": it is running, as "
              "process " +
                  std::to_string(running.pid()));
    EXPECT_TRUE(fs::exists(entry_));
  }
  EXPECT_TRUE(clear(kApp));
}

TEST_F(ClearApp, IsRefusedWhileAProgramOfThatNameRuns) {
  const auto entry = FakeCaches::add(fake_.bundles("notes-tool"), "tt");
  fs::copy_file("/bin/sleep", fake_.folder() / "notes-tool");
  const RunningForTest running(fake_.folder() / "notes-tool");
  EXPECT_FALSE(clear("notes-tool"));
  EXPECT_TRUE(fs::exists(entry));
}

TEST_F(ClearApp, WhatAnotherProcessHasOpenStays) {
  const auto file = entry_ / "model.milhash";
  const HolderForTest holder([&] { static_cast<void>(::open(file.c_str(), O_RDONLY)); });
  const auto report = clear(kApp);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->kept.size(), 1U);
  EXPECT_EQ(report->kept[0].why, "open in another program");
  EXPECT_TRUE(fs::exists(file));
}

TEST_F(ClearApp, IsRefusedForNamesThatManyProgramsOrAppleUse) {
  const auto python = FakeCaches::add(fake_.bundles("python3"), "dd");
  const auto apple = FakeCaches::add(fake_.bundles("com.apple.Photos"), "ee");
  for (const std::string id :
       {"python3", "org.python.python", "com.apple.Photos", "", "..", "a/b"}) {
    const auto report = clear(id);
    ASSERT_FALSE(report) << id;
    EXPECT_EQ(report.error().code, ErrorCode::kInvalidArgument) << id;
  }
  EXPECT_TRUE(fs::exists(python));
  EXPECT_TRUE(fs::exists(apple));
}

TEST_F(ClearApp, AnAppWithoutCacheIsAnErrorSinceItsNameMayBeMistyped) {
  const auto report = clear("com.example.ntoes");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(fs::exists(entry_));
}

TEST_F(ClearApp, ADryRunOnlySays) {
  const auto report = clear_app(fake_.options(), kApp, {.dry_run = true}, SystemClock());
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->cleared.size(), 1U);
  EXPECT_TRUE(fs::exists(entry_));
}

TEST_F(ClearApp, ABundleRunsAsItsIdentifierAndAsItsExecutable) {
  const auto program = bundle(kApp);
  EXPECT_TRUE(runs_as(program, kApp));
  EXPECT_TRUE(runs_as(program, "Notes"));
  EXPECT_FALSE(runs_as(program, "com.example.other"));
  EXPECT_FALSE(runs_as(program, ""));
  EXPECT_FALSE(runs_as("", kApp));
  EXPECT_FALSE(runs_as(fake_.folder() / "MacOS/Notes", kApp));
}

}  // namespace
}  // namespace papr
