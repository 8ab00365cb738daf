// SPDX-License-Identifier: Apache-2.0
#include "staged_files.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>

#include "../base/temporary_folder.h"

namespace papr::cli {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(StagedFiles, AppearTogetherAndReplaceWhatIsThere) {
  const TemporaryFolder folder;
  const fs::path deep = folder.path() / "a" / "b";
  auto files = StagedFiles::open(deep);
  ASSERT_TRUE(files) << files.error().message;
  std::ofstream(deep / "one") << "old";
  ASSERT_TRUE(files->write("one", {"ne", "w"}));
  ASSERT_TRUE(files->write("two", {"2"}));
  EXPECT_EQ(text_of(deep / "one"), "old");
  EXPECT_FALSE(fs::exists(deep / "two"));
  ASSERT_TRUE(files->publish());
  EXPECT_EQ(text_of(deep / "one"), "new");
  EXPECT_EQ(text_of(deep / "two"), "2");
  EXPECT_EQ(entries(deep), 2u);
}

TEST(StagedFiles, LeaveNothingWhenTheyAreNotPublished) {
  const TemporaryFolder folder;
  {
    auto files = StagedFiles::open(folder.path());
    ASSERT_TRUE(files);
    ASSERT_TRUE(files->write("one", {"half"}));
  }
  EXPECT_EQ(entries(folder.path()), 0u);
}

TEST(StagedFiles, OfAProcessThatWasKilledGoWithTheNextThatWritesAndThoseOfALivingOneStay) {
  const TemporaryFolder folder;
  auto living = StagedFiles::open(folder.path());
  ASSERT_TRUE(living);
  ASSERT_TRUE(living->write("one", {"mine"}));
  const fs::path left = folder.path() / ".two.npy.unfinished-0123abcd";
  std::ofstream(left) << "left";
  fs::last_write_time(left, fs::file_time_type::clock::now() - std::chrono::minutes(2));
  std::ofstream(folder.path() / ".hidden") << "not ours";
  ASSERT_TRUE(StagedFiles::open(folder.path()));
  EXPECT_EQ(entries(folder.path()), 2u);
  ASSERT_TRUE(living->publish());
  EXPECT_EQ(text_of(folder.path() / "one"), "mine");
  EXPECT_TRUE(fs::exists(folder.path() / ".hidden"));
}

TEST(StagedFiles, AreAsReadableAsAnyFileOfTheUser) {
  const TemporaryFolder folder;
  auto files = StagedFiles::open(folder.path());
  ASSERT_TRUE(files && files->write("one", {"1"}) && files->publish());
  std::ofstream(folder.path() / "plain") << "1";
  EXPECT_EQ(fs::status(folder.path() / "one").permissions(),
            fs::status(folder.path() / "plain").permissions());
}

TEST(StagedFiles, AFolderThatIsAFileIsRefused) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  const auto files = StagedFiles::open(folder.path() / "file");
  ASSERT_FALSE(files);
  EXPECT_FALSE(files.error().remedy.empty());
}

TEST(StagedFiles, NamesOfAnyKindBecomePlainOnes) {
  EXPECT_EQ(plain_file_name("linear_0.out-1"), "linear_0.out-1");
  EXPECT_EQ(plain_file_name("../../etc/passwd"), "_._.._etc_passwd");
  EXPECT_EQ(plain_file_name(".hidden"), "_hidden");
  EXPECT_EQ(plain_file_name(""), "_");
}

}  // namespace
}  // namespace papr::cli
