// SPDX-License-Identifier: Apache-2.0
#include "open_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "fake_caches.h"
#include "holder_for_test.h"
#include "open_entries.h"
#include "proc_maps.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> open_below_of(const fs::path& folder) {
  auto files = open_files_below(fs::canonical(folder));
  EXPECT_TRUE(files) << files.error().message;
  if (!files) return {};
  std::ranges::sort(*files);
  return *files;
}

TEST(OpenFiles, AFileThatAnotherProcessHasOpenIsFound) {
  const TemporaryFolder folder;
  const auto file = folder.write("place/a\nb \xff", "text");
  folder.write("place/closed", "text");
  const HolderForTest holder([&] { static_cast<void>(::open(file.c_str(), O_RDONLY)); });
  EXPECT_EQ(open_below_of(folder.path() / "place"), std::vector{fs::canonical(file).string()});
  fs::create_directory(folder.path() / "pla");
  EXPECT_TRUE(open_below_of(folder.path() / "pla").empty());
}

TEST(OpenFiles, AFileThatAnotherProcessHasMappedIsFound) {
  const TemporaryFolder folder;
  const auto file = folder.write("a\nb c", "text");
  const HolderForTest holder([&] {
    const int handle = ::open(file.c_str(), O_RDONLY);
    static_cast<void>(::mmap(nullptr, 4, PROT_READ, MAP_SHARED, handle, 0));
    ::close(handle);
  });
  EXPECT_EQ(open_below_of(folder.path()), std::vector{fs::canonical(file).string()});
}

TEST(OpenFiles, AProcessThatStandsInAFolderUsesIt) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "place/entry");
  const HolderForTest holder(
      [&] { static_cast<void>(!::chdir((folder.path() / "place/entry").c_str())); });
  EXPECT_EQ(open_below_of(folder.path() / "place"),
            std::vector{fs::canonical(folder.path() / "place/entry").string()});
}

TEST(OpenFiles, WhatThisProcessHasOpenDoesNotCount) {
  const TemporaryFolder folder;
  const auto file = folder.write("a", "text");
  const std::ifstream stream(file);
  EXPECT_TRUE(open_below_of(folder.path()).empty());
}

TEST(OpenEntries, AreFoundThroughALinkToTheCachesFolder) {
  const FakeCaches fake;
  const auto held = FakeCaches::add(fake.legacy(), "aa");
  FakeCaches::add(fake.legacy(), "bb");
  const auto link = fake.folder() / "link";
  fs::create_directory_symlink(fake.caches(), link);
  const HolderForTest holder([&] {
    static_cast<void>(::open((held / "aa.bundle/H16C.e5").c_str(), O_RDONLY));
    ::rename((held / "model.milhash").c_str(), (held / "other").c_str());
  });
  const auto places = survey({.caches_dir = link}, Breadth::kAll);
  ASSERT_TRUE(places);
  const auto open = find_open_entries(*places);
  EXPECT_EQ(open.unknown, "");
  EXPECT_EQ(open.paths, std::set<fs::path>{link / "com.apple.CoreML/aa"});
}

TEST(EntriesHolding, TakesWholeNamesOfThePlaceOnly) {
  const MeasuredPlace place{
      .address = {"/link", "p"},
      .entries = {{.name = "a"}, {.name = "ab"}, {.name = "c"}, {.name = "d"}}};
  const std::vector<std::string> files{"/real/p/ab/x", "/real/p/c (deleted)",
                                       "/real/q/a/x",  "/real/p",
                                       "/link/p/a/x",  "/real/p/d/x (deleted)"};
  EXPECT_EQ(entries_holding(place, "/real", files),
            (std::set<fs::path>{"/link/p/ab", "/link/p/c", "/link/p/d"}));
}

TEST(NamesHeld, AreFoundBelowTheRootOfAllToo) {
  const std::vector<std::string> files{"/a/b/c", "/d"};
  EXPECT_EQ(names_held("/", files), (std::set<std::string>{"a", "d"}));
  EXPECT_EQ(names_held("/a", files), std::set<std::string>{"b"});
  EXPECT_EQ(mapped_below("1-2 r 0 0:0 1 /a/b\n", "/"), std::vector<std::string>{"/a/b"});
}

TEST(MappedBelow, ReadsThePathOfEachLine) {
  constexpr auto kMaps =
      "55d0a0000000-55d0a0001000 r--p 00000000 fd:01 1234                       /c/a b\n"
      "7f0000000000-7f0000001000 rw-p 00000000 00:00 0 \n"
      "7f0000000000-7f0000001000 rw-p 00000000 00:00 0                          [heap]\n"
      "7f0000000000-7f0000001000 r--s 00000000 00:2a 99  /c/line\\012feed (deleted)\n"
      "7f0000000000-7f0000001000 r--s 00000000 00:2a 99  /cc/other\n"
      "nonsense\n"
      "\n"
      "7f0000000000-7f0000001000 r--s 00000000 00:2a 99 /c/last";
  EXPECT_EQ(mapped_below(kMaps, "/c"),
            (std::vector<std::string>{"/c/a b", "/c/line\nfeed (deleted)", "/c/last"}));
  EXPECT_TRUE(mapped_below("", "/c").empty());
}

}  // namespace
}  // namespace papr
