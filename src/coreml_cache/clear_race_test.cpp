// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

#include "cache_clear.h"
#include "fake_caches.h"
#include "plan_of_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

/// Swaps `path` for a link to `target` and back, as fast as it can, until told to stop.
class Swapper {
 public:
  Swapper(fs::path path, fs::path target, fs::path aside)
      : thread_([this, path, target, aside] {
          while (!stop_) {
            if (::rename(path.c_str(), aside.c_str()) != 0) {
              std::this_thread::yield();
              continue;
            }
            if (::symlink(target.c_str(), path.c_str()) == 0) ++swaps_;
            ::unlink(path.c_str());
            ::rename(aside.c_str(), path.c_str());
          }
        }) {}
  ~Swapper() {
    stop_ = true;
    thread_.join();
  }
  [[nodiscard]] int swaps() const { return swaps_; }

 private:
  std::atomic<bool> stop_ = false;
  std::atomic<int> swaps_ = 0;
  std::thread thread_;
};

std::size_t files_in(const fs::path& folder) {
  std::size_t files = 0;
  for (const auto& below : fs::recursive_directory_iterator(folder)) {
    if (below.is_regular_file()) ++files;
  }
  return files;
}

/// Clears again and again while `swapped` turns into a link to a precious folder and back.
void clear_while_swapping(const FakeCaches& fake, const fs::path& swapped) {
  const auto precious = FakeCaches::add(fake.folder() / "precious", "p");
  const auto link_to_it = fake.folder() / "precious";
  const Swapper swapper(swapped, link_to_it, fake.folder() / "aside");
  std::size_t cleared = 0;
  // Long enough for many races, and until one was won: else nothing would have been tried.
  for (int round = 0; round < 200 || (cleared == 0 && round < 20'000); ++round) {
    std::error_code busy;
    fs::create_directories(fake.own() / "aa/aa.bundle", busy);
    const auto report = clear(plan_of(fake), fake.caches());
    if (report) cleared += report->cleared.size();
    ASSERT_EQ(files_in(precious), 2U) << "round " << round;
  }
  EXPECT_GT(cleared, 0U);
}

TEST(RacingClear, AnEntryThatTurnsIntoALinkNeverTakesThePreciousFolderWithIt) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  clear_while_swapping(fake, fake.own() / "aa");
}

TEST(RacingClear, NorDoesAFolderInsideAnEntry) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  clear_while_swapping(fake, fake.own() / "aa/aa.bundle");
}

TEST(RacingClear, NorAFolderInTheTrash) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  clear_while_swapping(fake, fake.trash() / "0/aa.bundle");
}

TEST(RacingClear, NorThePlaceItself) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  clear_while_swapping(fake, fake.own());
}

}  // namespace
}  // namespace papr
