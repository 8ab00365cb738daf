// SPDX-License-Identifier: Apache-2.0
#include "private_folder.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>

#include "temporary_folder.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> refused(std::string_view verb, const fs::path& path, int number) {
  return fail(ErrorCode::kUnavailable,
              std::string(verb) + " " + path.filename().string() + " " + std::to_string(number));
}

fs::perms others_rights(const fs::path& path) {
  return fs::status(path).permissions() & (fs::perms::group_all | fs::perms::others_all);
}

TEST(MakePrivateFolders, MakesAllThatAreMissingForTheirOwnerAlone) {
  const TemporaryFolder folder;
  const fs::path deep = folder.path() / "a" / "b" / "c";
  for (int round = 0; round < 2; ++round) ASSERT_TRUE(make_private_folders(deep, refused));
  for (const fs::path& made : {deep, deep.parent_path(), deep.parent_path().parent_path()}) {
    EXPECT_EQ(others_rights(made), fs::perms::none) << made;
  }
}

TEST(MakePrivateFolders, LeavesOneThatIsThereAsItIs) {
  const TemporaryFolder folder;
  const fs::path there = folder.path() / "there";
  fs::create_directory(there);
  fs::permissions(there, fs::perms::all);
  ASSERT_TRUE(make_private_folders(there / "new", refused));
  EXPECT_NE(others_rights(there), fs::perms::none);
}

TEST(MakePrivateFolders, SaysWhichOneCannotBeMadeInTheWordsOfTheCaller) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "no folder";
  const auto made = make_private_folders(folder.path() / "file" / "a", refused);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "create folder a " + std::to_string(ENOTDIR));
  EXPECT_TRUE(make_private_folders("", refused));
}

}  // namespace
}  // namespace papr
