// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "clear_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

/// Swaps what `find` finds for a link to `target` and back, as fast as it can, until told to stop.
class Swapper {
 public:
  Swapper(const std::function<fs::path()>& find, const fs::path& target, const fs::path& aside)
      : thread_([this, find, target, aside] {
          while (!stop_) {
            const fs::path path = find();
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

/// Clears again and again while what `find` finds turns into a link to a precious folder and back.
void clear_while_swapping(const FakeCaches& fake, const std::function<fs::path()>& find) {
  const auto precious = FakeCaches::add(fake.folder() / "precious", "p");
  const auto link_to_it = fake.folder() / "precious";
  const Swapper swapper(find, link_to_it, fake.folder() / "aside");
  std::size_t cleared = 0;
  // Long enough for many races, and until one was won: else nothing would have been tried.
  for (int round = 0; round < 200 || (cleared == 0 && round < 20'000); ++round) {
    std::error_code busy;
    fs::create_directories(fake.own() / "aa/aa.bundle", busy);
    const auto report = clear(plan_of(fake), fake.caches());
    if (report) cleared += report->cleared.size();
    ASSERT_EQ(count_files(precious), 2U) << "round " << round;
  }
  EXPECT_GT(cleared, 0U);
}

TEST(RacingClear, AnEntryThatTurnsIntoALinkNeverTakesThePreciousFolderWithIt) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  clear_while_swapping(fake, [&] { return fake.own() / "aa"; });
}

TEST(RacingClear, NorDoesAFolderInsideAnEntry) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  clear_while_swapping(fake, [&] { return fake.own() / "aa/aa.bundle"; });
}

TEST(RacingClear, NorAFolderInTheTrash) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  clear_while_swapping(fake, [&] {
    std::error_code none;
    const fs::directory_iterator first(fake.trash(), none);
    return first == fs::directory_iterator() ? fs::path("none") : first->path() / "aa.bundle";
  });
}

TEST(RacingClear, NorThePlaceItself) {
  const FakeCaches fake;
  FakeCaches::add(fake.own(), "aa");
  clear_while_swapping(fake, [&] { return fake.own(); });
}

}  // namespace
}  // namespace papr
