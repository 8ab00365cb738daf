// SPDX-License-Identifier: Apache-2.0
#include "content_hash.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "store_for_test.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

class ContentHash : public ::testing::Test {
 protected:
  ContentHash() {
    write("Manifest.json", "{}");
    write("Data/com.apple.CoreML/model.mlmodel", "model");
    write("Data/com.apple.CoreML/weights/weight.bin", std::string(600'000, 'w'));
  }
  void write(const std::string& name, const std::string& bytes) const {
    fs::create_directories((package() / name).parent_path());
    std::ofstream(package() / name, std::ios::binary) << bytes;
  }
  [[nodiscard]] fs::path package() const { return test_.outside() / "model.mlpackage"; }
  [[nodiscard]] std::string hash() const {
    return content_hash(package(), test_.options()).value_or("none");
  }
  void let_settle() { test_.clock().advance(std::chrono::hours(1)); }

  StoreForTest test_;
};

TEST_F(ContentHash, IsFitForAKeyAndTheSameEachTime) {
  const auto first = hash();
  EXPECT_TRUE(ModelKey::make({first, "24E214", 1, 0}));
  EXPECT_EQ(hash(), first);
  let_settle();
  EXPECT_EQ(hash(), first);
  EXPECT_EQ(hash(), first);
}

TEST_F(ContentHash, ChangesWithEveryByteNameAndFile) {
  const auto first = hash();
  let_settle();
  EXPECT_EQ(hash(), first);  // and remembers
  write("Manifest.json", "{ }");
  const auto second = hash();
  EXPECT_NE(second, first);
  write("Manifest.json", "{}");
  EXPECT_EQ(hash(), first);
  fs::rename(package() / "Manifest.json", package() / "manifest.json");
  EXPECT_NE(hash(), first);
  fs::rename(package() / "manifest.json", package() / "Manifest.json");
  write("more", "");
  EXPECT_NE(hash(), first);
  fs::remove(package() / "more");
  EXPECT_EQ(hash(), first);
}

TEST_F(ContentHash, NoByteCanPassFromOneFileToTheNextUnseen) {
  write("a", "xy");
  write("b", "z");
  const auto first = hash();
  write("a", "x");
  write("b", "yz");
  EXPECT_NE(hash(), first);
}

// Times that are set back are what `touch -r` and unpacking do.
TEST_F(ContentHash, AFileThatChangedIsReadEvenIfItsTimeAndLengthDidNot) {
  let_settle();
  const auto first = hash();
  const auto model = package() / "Data/com.apple.CoreML/model.mlmodel";
  const auto time = fs::last_write_time(model);
  write("Data/com.apple.CoreML/model.mlmodel", "MODEL");
  fs::last_write_time(model, time);
  EXPECT_NE(hash(), first);
}

TEST_F(ContentHash, ReadsNothingTwiceThatDidNotChange) {
  let_settle();
  const auto first = hash();
  const auto old = test_.age_hashes();
  EXPECT_EQ(hash(), first);
  EXPECT_EQ(test_.hashes_time(), old);
  write("Manifest.json", "{ }");
  let_settle();
  EXPECT_NE(hash(), first);
  EXPECT_NE(test_.hashes_time(), old);
}

TEST_F(ContentHash, ComesFromLinkedFilesAsDownloadsKeepThem) {
  const auto first = hash();
  const auto weights = package() / "Data/com.apple.CoreML/weights/weight.bin";
  fs::rename(weights, test_.outside() / "blob");
  fs::create_symlink(test_.outside() / "blob", weights);
  EXPECT_EQ(hash(), first);
}

TEST_F(ContentHash, WhatIsNoFileIsAnErrorAndAFifoIsNotWaitedFor) {
  ASSERT_EQ(::mkfifo((package() / "fifo").c_str(), 0600), 0);
  auto hashed = content_hash(package(), test_.options());
  ASSERT_FALSE(hashed);
  EXPECT_EQ(hashed.error().code, ErrorCode::kInvalidArgument);
  fs::remove(package() / "fifo");
  fs::create_directory_symlink("/", package() / "root");
  hashed = content_hash(package(), test_.options());
  ASSERT_FALSE(hashed);
  EXPECT_EQ(hashed.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(content_hash(test_.outside() / "none", test_.options()).error().code,
            ErrorCode::kNotFound);
}

TEST_F(ContentHash, IsTheSameWhereNothingCanBeRemembered) {
  const auto first = hash();
  std::ofstream(test_.outside() / "file") << "f";
  const CompiledModelStoreOptions nowhere{.folder = test_.outside() / "file/store"};
  EXPECT_EQ(content_hash(package(), nowhere), first);
}

}  // namespace
}  // namespace papr
