// SPDX-License-Identifier: Apache-2.0
#include "serve_token.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "../base/temporary_folder.h"

namespace papr::serve {
namespace {

namespace fs = std::filesystem;

unsigned mode_of(const fs::path& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

fs::path write_token(const TemporaryFolder& folder, const std::string& text, mode_t mode = 0600) {
  auto path = folder.write("token", text);
  ::chmod(path.c_str(), mode);
  return path;
}

TEST(Token, IsMadeAtFirstForItsOwnerOnlyAndKeptAfterwards) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "a" / "b" / "token";
  const auto made = open_token(path);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->size(), 64u);
  EXPECT_EQ(made->find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(mode_of(path), 0600u);
  EXPECT_EQ(mode_of(path.parent_path()), 0700u);
  EXPECT_EQ(mode_of(path.parent_path().parent_path()), 0700u);
  EXPECT_EQ(open_token(path), *made);
  EXPECT_EQ(std::distance(fs::directory_iterator(path.parent_path()), {}), 1) << "leftovers";
}

TEST(Token, OfServersThatStartAtOnceAllGetTheSame) {
  const TemporaryFolder folder;
  std::vector<std::string> tokens(8);
  std::vector<std::thread> servers;
  for (std::string& token : tokens) {
    servers.emplace_back(
        [&] { token = open_token(folder.path() / "new" / "token").value_or("none"); });
  }
  for (std::thread& server : servers) server.join();
  EXPECT_EQ(std::set(tokens.begin(), tokens.end()).size(), 1u);
  EXPECT_NE(tokens[0], "none");
}

TEST(Token, OfOnesOwnChoiceIsTakenWithOrWithoutALineBreak) {
  const TemporaryFolder folder;
  const std::string token(40, '~');
  for (const char* end : {"", "\n", "\r\n"}) {
    EXPECT_EQ(open_token(write_token(folder, token + end)), token);
  }
}

TEST(Token, AFileThatOthersMayReadIsRefusedWithARemedyAndNotChanged) {
  const TemporaryFolder folder;
  for (const mode_t mode : std::initializer_list<mode_t>{0640, 0604, 0620, 0602, 0666}) {
    const auto path = write_token(folder, std::string(64, 'a'), static_cast<mode_t>(mode));
    const auto token = open_token(path);
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().code, ErrorCode::kDenied);
    EXPECT_TRUE(token.error().remedy.contains("chmod 600")) << token.error().remedy;
    EXPECT_EQ(mode_of(path), mode);
  }
}

TEST(Token, ALinkAndAFolderAreNotFollowed) {
  const TemporaryFolder folder;
  const auto path = write_token(folder, std::string(64, 'a'));
  fs::create_symlink(path, folder.path() / "link");
  EXPECT_FALSE(open_token(folder.path() / "link"));
  EXPECT_FALSE(open_token(folder.path()));
  ASSERT_EQ(::mkfifo((folder.path() / "fifo").c_str(), 0600), 0);
  EXPECT_FALSE(open_token(folder.path() / "fifo"));
}

TEST(Token, DamageIsRefusedAndNotRepeated) {
  const TemporaryFolder folder;
  for (const std::string& text :
       {std::string(), std::string("\n"), std::string(31, 'a'), std::string(257, 'a'),
        std::string(20, 'a') + " " + std::string(20, 'a'), std::string(64, 'a') + "\n\n",
        std::string(64, '\xe9'), std::string(64, '\0'), std::string(10'000, 'a')}) {
    const auto token = open_token(write_token(folder, text));
    ASSERT_FALSE(token) << text.size();
    EXPECT_EQ(token.error().code, ErrorCode::kCorrupt);
    EXPECT_FALSE(token.error().message.contains("aaaa"));
    EXPECT_NE(token.error().remedy, "");
  }
}

TEST(Token, AFolderThatCannotBeMadeIsAnErrorThatNamesIt) {
  const TemporaryFolder folder;
  folder.write("file", "");
  const auto token = open_token(folder.path() / "file" / "token");
  ASSERT_FALSE(token);
  EXPECT_TRUE(token.error().message.contains("file")) << token.error().message;
}

TEST(RandomHex, IsAsLongAsAskedAndNeverTheSame) {
  EXPECT_EQ(random_hex(4)->size(), 8u);
  EXPECT_NE(*random_hex(32), *random_hex(32));
  EXPECT_FALSE(random_hex(257));
}

}  // namespace
}  // namespace papr::serve
