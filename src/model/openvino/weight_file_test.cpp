// SPDX-License-Identifier: Apache-2.0
#include "weight_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "../../base/fake_file_reader.h"

namespace papr {
namespace {

constexpr std::uint64_t kMetadataAt = 64;

template <class Number>
void put(std::string& bytes, std::size_t at, Number number) {
  std::memcpy(bytes.data() + at, &number, sizeof number);
}

// One blob: header, metadata at 64, four halves at 128.
std::string sound_file() {
  std::string bytes(136, '\0');
  put<std::uint32_t>(bytes, 0, 1);
  put<std::uint32_t>(bytes, 4, 2);
  put<std::uint32_t>(bytes, 64, 0xDEADBEEF);
  put<std::uint32_t>(bytes, 68, 1);
  put<std::uint64_t>(bytes, 72, 8);
  put<std::uint64_t>(bytes, 80, 128);
  bytes.replace(128, 8, "weights!");
  return bytes;
}

Result<WeightBlob> read(const std::string& bytes, std::uint64_t offset) {
  FakeFileReader reader({{"/p/w.bin", bytes}});
  WeightFiles files(reader, "/p");
  return files.blob("@model_path/w.bin", offset);
}

TEST(WeightFile, GivesTheBytesThatTheMetadataPointsTo) {
  const auto blob = read(sound_file(), kMetadataAt);
  ASSERT_TRUE(blob) << blob.error().message;
  EXPECT_EQ(blob->type, BlobType::kFloat16);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(blob->bytes.data()), blob->bytes.size()),
            "weights!");
}

TEST(WeightFile, EveryTruncationIsCorrupt) {
  const std::string whole = sound_file();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto blob = read(whole.substr(0, size), kMetadataAt);
    ASSERT_FALSE(blob) << size;
    EXPECT_EQ(blob.error().code, ErrorCode::kCorrupt) << size;
  }
}

TEST(WeightFile, AnyOffsetButThatOfMetadataIsCorrupt) {
  for (const std::uint64_t offset :
       {0ull, 1ull, 63ull, 65ull, 128ull, 192ull, 1ull << 40, ~0ull, ~0ull - 63}) {
    const auto blob = read(sound_file(), offset);
    ASSERT_FALSE(blob) << offset;
    EXPECT_EQ(blob.error().code, ErrorCode::kCorrupt) << offset;
  }
}

TEST(WeightFile, ARangePastTheEndIsCorruptEvenWhereItOverflows) {
  for (const std::uint64_t size : {9ull, ~0ull, ~0ull - 127}) {
    std::string bytes = sound_file();
    put<std::uint64_t>(bytes, 72, size);
    EXPECT_FALSE(read(bytes, kMetadataAt)) << size;
  }
  for (const std::uint64_t offset : {129ull, 192ull, ~0ull - 63}) {
    std::string bytes = sound_file();
    put<std::uint64_t>(bytes, 80, offset);
    EXPECT_FALSE(read(bytes, kMetadataAt)) << offset;
  }
}

TEST(WeightFile, AnUnknownVersionOrElementTypeIsUnsupported) {
  std::string version = sound_file();
  put<std::uint32_t>(version, 4, 3);
  std::string type = sound_file();
  put<std::uint32_t>(type, 68, 5);
  for (const auto& bytes : {version, type}) {
    const auto blob = read(bytes, kMetadataAt);
    ASSERT_FALSE(blob);
    EXPECT_EQ(blob.error().code, ErrorCode::kUnsupported);
  }
}

TEST(WeightFile, ANameOutOfThePackageOrOfNoFileIsCorrupt) {
  FakeFileReader reader({{"/p/w.bin", sound_file()}});
  WeightFiles files(reader, "/p");
  for (const char* name : {"/p/w.bin", "w.bin", "@model_path/../p/w.bin", "@model_path//p/w.bin",
                           "@model_path/", "@model_path/none.bin", ""}) {
    const auto blob = files.blob(name, kMetadataAt);
    ASSERT_FALSE(blob) << name;
    EXPECT_EQ(blob.error().code, ErrorCode::kCorrupt) << name;
  }
}

}  // namespace
}  // namespace papr
