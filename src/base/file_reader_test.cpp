// SPDX-License-Identifier: Apache-2.0
#include "file_reader.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "fake_file_reader.h"
#include "temporary_folder.h"

namespace papr {
namespace {

// One test for both: what the fake does, the disk does.
struct Disk {
  Disk() {
    folder.write("a.txt", "hello");
    folder.write("empty", "");
  }
  TemporaryFolder folder;
  std::filesystem::path root = folder.path();
  std::unique_ptr<FileReader> reader = make_disk_file_reader();
};
struct Fake {
  std::filesystem::path root = "/fake";
  std::unique_ptr<FileReader> reader = std::make_unique<FakeFileReader>(
      std::map<std::filesystem::path, std::string>{{"/fake/a.txt", "hello"}, {"/fake/empty", ""}});
};

template <class World>
class FileReaderContract : public ::testing::Test {
 protected:
  World world_;
};
using Worlds = ::testing::Types<Disk, Fake>;
TYPED_TEST_SUITE(FileReaderContract, Worlds);

TYPED_TEST(FileReaderContract, ReadsAndMapsTheSameBytes) {
  const auto read = this->world_.reader->read(this->world_.root / "a.txt", 5);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, "hello");
  const auto mapped = this->world_.reader->map(this->world_.root / "a.txt");
  ASSERT_TRUE(mapped) << mapped.error().message;
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(mapped->bytes.data()), mapped->bytes.size()),
            "hello");
}

TYPED_TEST(FileReaderContract, AFileOverTheLimitIsRefusedAndNeverCut) {
  const auto read = this->world_.reader->read(this->world_.root / "a.txt", 4);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
}

TYPED_TEST(FileReaderContract, AMissingFileIsNotFoundAndNamed) {
  const auto read = this->world_.reader->read(this->world_.root / "b.txt", 9);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kNotFound);
  EXPECT_NE(read.error().message.find("b.txt"), std::string::npos);
  EXPECT_EQ(this->world_.reader->map(this->world_.root / "b.txt").error().code,
            ErrorCode::kNotFound);
}

TYPED_TEST(FileReaderContract, AnEmptyFileIsEmptyAndNoError) {
  EXPECT_EQ(this->world_.reader->read(this->world_.root / "empty", 9), "");
  const auto mapped = this->world_.reader->map(this->world_.root / "empty");
  ASSERT_TRUE(mapped) << mapped.error().message;
  EXPECT_TRUE(mapped->bytes.empty());
}

TEST(DiskFileReader, AMappingOutlivesItsReaderAndItsFile) {
  auto disk = std::make_unique<Disk>();
  const auto mapped = disk->reader->map(disk->root / "a.txt");
  ASSERT_TRUE(mapped) << mapped.error().message;
  disk.reset();
  EXPECT_EQ(mapped->bytes[4], std::byte{'o'});
}

TYPED_TEST(FileReaderContract, WhatWasReleasedIsStillThere) {
  const auto mapped = this->world_.reader->map(this->world_.root / "a.txt");
  ASSERT_TRUE(mapped) << mapped.error().message;
  const std::vector<std::byte> before(mapped->bytes.begin(), mapped->bytes.end());
  for (const auto& part : {mapped->bytes, mapped->bytes.subspan(1, 2), mapped->bytes.first(0)}) {
    release_pages(*mapped, part);
    EXPECT_TRUE(std::ranges::equal(mapped->bytes, before));
  }
}

TEST(DiskFileReader, AFolderOrAFifoIsRefusedAtOnce) {
  const Disk disk;
  ASSERT_EQ(::mkfifo((disk.root / "fifo").c_str(), 0600), 0);
  for (const auto& path : {disk.root, disk.root / "fifo"}) {
    const auto read = disk.reader->read(path, 9);
    ASSERT_FALSE(read) << path;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument) << path;
  }
}

}  // namespace
}  // namespace papr
