// SPDX-License-Identifier: Apache-2.0
// A clear that is killed after any of its system calls leaves each entry whole or not at all, and
// nothing else changed; the next one ends it.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <vector>

#include "../base/crash_points_linux_for_test.h"
#include "../base/disk_snapshot_for_test.h"
#include "../base/memory_disk_for_test.h"
#include "clear_for_test.h"
#include "trash.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

class CrashedClear : public ::testing::Test {
 protected:
  static void TearDownTestSuite() {
    std::cout << "  crash points: all clears: " << points_ << '\n';
  }

  /// Makes the disk that a story starts with, and gives the entries that are to go.
  using Prepare = std::function<std::vector<fs::path>(const FakeCaches&)>;

  /// Kills a clear of what `prepare` makes at each point.
  void walk(const std::string& name, const Prepare& prepare) {
    walk({.name = name,
          .prepare = [this, prepare] { make(prepare); },
          .work =
              [this] {
                const auto report = clear_all(*fake_);
                return report && report->errors.empty();
              },
          .check = [this](int at) { check(at); }});
  }

  void walk(CrashStory story) {
    story.go_on = [] { return !HasFailure(); };
    const auto points = walk_crash_points(story);
    if (!points) GTEST_SKIP() << "this process may not trace its children";
    EXPECT_GE(*points, 5);
    points_ += *points;
  }

  void make(const Prepare& prepare) {
    fake_.emplace();
    FakeCaches::add(fake_->bundles("com.example.notes"), "nn");
    FakeCaches::add(fake_->shared(), "ss");
    FakeCaches::add(fake_->folder() / "precious", "p");
    std::vector<std::string> names;
    for (const auto& entry : prepare(*fake_)) names.push_back(below(entry));
    chosen_ = std::move(names);
    before_ = snapshot();
  }

  [[nodiscard]] const FakeCaches& fake() const { return *fake_; }
  /// Reading is using, and what was used lately is not cleared: so entries are made old again.
  [[nodiscard]] DiskSnapshot snapshot() const {
    auto snapshot = snapshot_of(fake_->folder());
    for (const auto& name : chosen_) {
      const auto entry = fake_->folder() / name;
      if (fs::exists(entry)) FakeCaches::age(entry, std::chrono::hours(1));
    }
    return snapshot;
  }
  [[nodiscard]] const DiskSnapshot& before() const { return before_; }
  [[nodiscard]] std::string below(const fs::path& path) const {
    return path.lexically_relative(fake_->folder());
  }

 private:
  /// All but the chosen entries and what a clear makes for itself.
  [[nodiscard]] DiskSnapshot outside(DiskSnapshot snapshot) const {
    for (const auto& name : chosen_) snapshot = without(std::move(snapshot), name);
    snapshot = without(std::move(snapshot), below(fake_->trash()));
    return without(std::move(snapshot), below(fake_->trash().parent_path() / kTrashLock));
  }

  void expect_outside_unchanged(const DiskSnapshot& now) const {
    auto left = outside(before_);
    auto right = outside(now);
    // The folder that trash and lock are in may be a new one.
    left.erase(below(fake_->trash().parent_path()));
    right.erase(below(fake_->trash().parent_path()));
    EXPECT_EQ(left, right) << difference(left, right);
  }

  void check(int at) {
    SCOPED_TRACE("killed after change " + std::to_string(at));
    const auto now = snapshot();
    expect_outside_unchanged(now);
    for (const auto& name : chosen_) {
      const auto part = part_of(now, name);
      EXPECT_TRUE(part.empty() || part == part_of(before_, name)) << name;
    }
    const auto report = clear_all(*fake_);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->errors.empty()) << report->errors[0].error.message;
    const auto after = snapshot();
    expect_outside_unchanged(after);
    for (const auto& name : chosen_) EXPECT_TRUE(part_of(after, name).empty()) << name;
    EXPECT_TRUE(fs::is_empty(fake_->trash()));
  }

  const MemoryDiskForTest memory_disk_;
  std::optional<FakeCaches> fake_;
  std::vector<std::string> chosen_;
  DiskSnapshot before_;
  static int points_;
};
int CrashedClear::points_ = 0;

TEST_F(CrashedClear, OfOwnAndLegacyEntriesLeavesEachWholeOrGone) {
  walk("clear of own and legacy entries", [](const FakeCaches& fake) {
    return std::vector<fs::path>{FakeCaches::add(fake.own(), "aa"),
                                 FakeCaches::add(fake.own(), "bb"),
                                 FakeCaches::add(fake.legacy(), "cc")};
  });
}

TEST_F(CrashedClear, OverLeftoversOfAKilledOneLeavesNoMore) {
  walk("clear over leftovers", [](const FakeCaches& fake) {
    add_leftover(fake);
    fs::remove(add_leftover(fake) / "model.milhash");
    return std::vector<fs::path>{FakeCaches::add(fake.own(), "aa")};
  });
}

TEST_F(CrashedClear, OfFilesWithNamesOutsideTakesTheNamesInsideOnly) {
  walk("clear of files that have names outside", [](const FakeCaches& fake) {
    const auto entry = FakeCaches::add(fake.own(), "aa");
    const auto other = FakeCaches::add(fake.own(), "bb");
    fs::create_hard_link(entry / "model.milhash", fake.folder() / "precious/twice");
    fs::create_hard_link(entry / "aa.bundle/H16C.e5", other / "thrice");
    fs::create_hard_link(fake.folder() / "precious/p/model.milhash", fake.own() / "loose");
    return std::vector<fs::path>{entry, other, fake.own() / "loose"};
  });
}

TEST_F(CrashedClear, OfClosedFoldersOpensThemInTheTrashOnly) {
  walk("clear of closed folders and links", [](const FakeCaches& fake) {
    const auto entry = FakeCaches::add(fake.own(), "aa");
    fs::create_directory_symlink(fake.folder() / "precious", entry / "link");
    fs::create_directories(entry / "deep/deeper");
    FakeCaches::write(entry / "deep/deeper/file", 10);
    for (const char* name : {"deep/deeper", "deep", "aa.bundle"}) {
      fs::permissions(entry / name, fs::perms::owner_read | fs::perms::owner_exec);
    }
    return std::vector<fs::path>{entry};
  });
}

/// Somebody puts something precious where an entry was to be taken, in the last moment.
class CrashedPutBack : public CrashedClear {
 protected:
  /// `name_is_taken`: and something else comes there before it could be put back.
  void walk_swap(const std::string& name, bool name_is_taken) {
    walk({.name = name,
          .prepare = [this] { make_swap(); },
          .work = [this, name_is_taken] { return clear_while_swapping(name_is_taken); },
          .check = [this](int at) { check_swap(at); }});
  }

 private:
  void make_swap() {
    make([](const FakeCaches& fake) {
      fs::create_directories(fake.trash());
      return std::vector<fs::path>{FakeCaches::add(fake.own(), "aa")};
    });
    precious_ = part(before(), fake().folder() / "precious/p");
    entry_ = part(before(), fake().own() / "aa");
  }

  [[nodiscard]] bool clear_while_swapping(bool name_is_taken) const {
    const auto entry = fake().own() / "aa";
    int change = 0;
    // The first change of a run with a trash is opening the lock, the second the move.
    const auto meddle = [&] {
      ++change;
      if (change == 2) {
        fs::rename(entry, fake().folder() / "away");
        fs::rename(fake().folder() / "precious/p", entry);
      }
      if (change == 3 && name_is_taken) fs::create_directory(entry);
    };
    const auto report = clear_all(fake(), {.before_change = meddle});
    return report && report->errors.size() == 1 && report->cleared.empty();
  }

  /// What lies at and below `path`, with names from there.
  [[nodiscard]] DiskSnapshot part(const DiskSnapshot& snapshot, const fs::path& path) const {
    DiskSnapshot named;
    for (const auto& [name, text] : part_of(snapshot, below(path))) {
      named[fs::path(name).lexically_relative(below(path)).string()] = text;
    }
    return named;
  }

  /// At how many of the places where it may be it lies whole.
  [[nodiscard]] int count(const DiskSnapshot& thing, const std::vector<fs::path>& paths) const {
    const auto now = snapshot_of(fake().folder());
    return static_cast<int>(std::ranges::count_if(
        paths, [&](const fs::path& path) { return part(now, path) == thing; }));
  }

  void check_swap(int at) {
    SCOPED_TRACE("killed after change " + std::to_string(at));
    const auto entry = fake().own() / "aa";
    // Without a plan: what now lies at an entry's path a new plan would see as an entry.
    const auto report = clear({}, fake().caches());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(count(precious_, {fake().folder() / "precious/p", entry,
                                fake().trash().parent_path() / "saved-0"}),
              1);
    EXPECT_EQ(count(entry_, {fake().folder() / "away", entry}), 1);
    EXPECT_TRUE(report->cleared.empty());
    EXPECT_TRUE(fs::is_empty(fake().trash()));
    // Told of where it is now, when the killed one could not.
    for (const auto& one : report->errors) {
      EXPECT_NE(one.error.message.find("saved-0"), std::string::npos) << one.error.message;
    }
    const auto again = clear({}, fake().caches());
    EXPECT_TRUE(again && again->errors.empty());
  }

  DiskSnapshot precious_;
  DiskSnapshot entry_;
};

TEST_F(CrashedPutBack, NeverLosesWhatWasSwappedIn) {
  walk_swap("clear that puts back what was swapped in", false);
}

TEST_F(CrashedPutBack, NorWhenItsNameIsTakenAgain) {
  walk_swap("clear that saves what was swapped in", true);
}

}  // namespace
}  // namespace papr
