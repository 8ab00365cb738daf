// SPDX-License-Identifier: Apache-2.0
#include "remembered_hashes.h"

#include <gtest/gtest.h>

#include "text_fields.h"

namespace papr {
namespace {

const std::string kSum(64, 'c');
constexpr FileId kFile{1, 2};
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr FileState kState{100, 50 * kSecond, 50 * kSecond};

TEST(RememberedHashes, KnowAFileUntilAnyOfItsMarksChanges) {
  RememberedHashes hashes;
  hashes.add(kFile, kState, kSum, 60 * kSecond);
  EXPECT_EQ(hashes.find(kFile, kState), kSum);
  EXPECT_EQ(hashes.find({1, 3}, kState), std::nullopt);
  EXPECT_EQ(hashes.find({2, 2}, kState), std::nullopt);
  EXPECT_EQ(hashes.find(kFile, {101, kState.modified_ns, kState.changed_ns}), std::nullopt);
  EXPECT_EQ(hashes.find(kFile, {100, kState.modified_ns + 1, kState.changed_ns}), std::nullopt);
  EXPECT_EQ(hashes.find(kFile, {100, kState.modified_ns, kState.changed_ns + 1}), std::nullopt);
}

TEST(RememberedHashes, AFileThatChangedAMomentAgoIsReadAgain) {
  RememberedHashes hashes;
  hashes.add(kFile, kState, kSum, 52 * kSecond - 1);
  EXPECT_EQ(hashes.find(kFile, kState), std::nullopt);
  EXPECT_FALSE(hashes.changed());
  hashes.add(kFile, {100, 0, 51 * kSecond}, kSum, 52 * kSecond);
  hashes.add(kFile, {100, 51 * kSecond, 0}, kSum, 52 * kSecond);
  hashes.add(kFile, {100, 99 * kSecond, 0}, kSum, 52 * kSecond);  // a clock that was wrong
  EXPECT_FALSE(hashes.changed());
  hashes.add(kFile, kState, kSum, 52 * kSecond);
  EXPECT_TRUE(hashes.changed());
}

TEST(RememberedHashes, AreReadBackAsTheyWereWritten) {
  RememberedHashes hashes;
  hashes.add(kFile, kState, kSum, 60 * kSecond);
  hashes.add({7, 8}, {0, 1, 2}, std::string(64, '0'), 60 * kSecond);
  const auto again = RememberedHashes::parse(hashes.text());
  EXPECT_EQ(again.find(kFile, kState), kSum);
  EXPECT_EQ(again.text(), hashes.text());
  EXPECT_FALSE(again.changed());
}

TEST(RememberedHashes, ADamagedTextIsNone) {
  RememberedHashes hashes;
  hashes.add(kFile, kState, kSum, 60 * kSecond);
  const std::string text = hashes.text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_EQ(RememberedHashes::parse(text.substr(0, i)).find(kFile, kState), std::nullopt);
  }
  for (const std::string& body :
       {std::string("papr hashes 2\n"), "papr hashes 1\n" + kSum + " 1 2 3 4\n",
        "papr hashes 1\n" + kSum + " 1 2 3 4 x\n", std::string("papr hashes 1\nx 1 2 3 4 5\n")}) {
    EXPECT_EQ(RememberedHashes::parse(with_checksum(body)).text(), RememberedHashes().text());
  }
}

TEST(RememberedHashes, DoNotGrowForEver) {
  RememberedHashes hashes;
  for (std::uint64_t i = 0; i < RememberedHashes::kMost + 10; ++i) {
    hashes.add({1, i}, kState, kSum, 60 * kSecond);
  }
  const auto again = RememberedHashes::parse(hashes.text());
  EXPECT_EQ(again.find({1, RememberedHashes::kMost + 9}, kState), kSum);
  EXPECT_EQ(again.find({1, 0}, kState), std::nullopt);
}

TEST(RememberedHashes, WhatCannotBeWrittenIsNotRemembered) {
  RememberedHashes hashes;
  hashes.add({1, UINT64_MAX}, kState, kSum, 60 * kSecond);
  hashes.add(kFile, {100, -1, 0}, kSum, 60 * kSecond);
  EXPECT_FALSE(hashes.changed());
}

}  // namespace
}  // namespace papr
