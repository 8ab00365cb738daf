// SPDX-License-Identifier: Apache-2.0
// Clones on a real volume that has them: a btrfs in a file, mounted for this process alone.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "../base/unique_fd.h"
#include "fake_caches.h"
#include "own_mounts_for_test.h"
#include "survey.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kBytes = 4 << 20;

bool clone(const fs::path& from, const fs::path& to) {
  const UniqueFd source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  const UniqueFd copy(::open(to.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  return ::ioctl(copy.get(), FICLONE, source.get()) == 0;
}

bool write_to_disk(const fs::path& file, std::uint64_t from, std::uint64_t bytes, char letter) {
  const UniqueFd stream(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const std::string text(bytes, letter);
  return ::pwrite(stream.get(), text.data(), bytes, static_cast<off_t>(from)) ==
             static_cast<ssize_t>(bytes) &&
         ::fsync(stream.get()) == 0;
}

std::uint64_t bytes_in(const FakeCaches& fake) {
  const auto places = survey(fake.options(), Breadth::kMayClear);
  std::uint64_t bytes = 0;
  if (!places) return 0;
  for (const auto& place : *places) {
    for (const auto& entry : place.entries) bytes += entry.bytes;
  }
  return bytes;
}

int measure_clones(const FakeCaches& fake) {
  const auto image = fake.folder() / "volume";
  std::ofstream(image).close();
  if (::truncate(image.c_str(), 256 << 20) != 0) return kCannotMount;
  const auto command = "mkfs.btrfs -q " + image.string() + " >/dev/null 2>&1 && mount -o loop " +
                       image.string() + " " + fake.caches().string() + " 2>/dev/null";
  if (std::system(command.c_str()) != 0) return kCannotMount;
  fs::create_directories(fake.own() / "aa");
  fs::create_directories(fake.own() / "bb");
  const auto first = fake.own() / "aa/H16C.e5";
  if (!write_to_disk(first, 0, kBytes, 'e')) return 1;
  if (const auto bytes = bytes_in(fake); bytes < kBytes || bytes >= 2 * kBytes) return 2;
  if (!clone(first, fake.own() / "aa/again") || !clone(first, fake.own() / "bb/H16C.e5")) return 3;
  if (bytes_in(fake) >= 2 * kBytes) return 4;
  // A quarter of one clone gets storage of its own.
  if (!write_to_disk(fake.own() / "bb/H16C.e5", kBytes / 4, kBytes / 4, 'f')) return 5;
  const auto bytes = bytes_in(fake);
  return bytes >= kBytes + kBytes / 4 && bytes < kBytes + kBytes / 2 ? 0 : 6;
}

TEST(Clones, CountOnceAndWhatOneOfThemChangedCountsBeside) {
  const FakeCaches fake;
  const int code = run_with_own_mounts([&] { return measure_clones(fake); });
  if (code == kCannotMount) GTEST_SKIP() << "no btrfs can be made and mounted here";
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace papr
