// SPDX-License-Identifier: Apache-2.0
#include "manifest.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "text_fields.h"

namespace papr {
namespace {

const std::string kSum(64, 'c');

Manifest sample() {
  return {"key", {{"a", 0, kSum}, {"b/model.mil", 12, kSum}, {"b/weight \xff\n", 500, kSum}}};
}

TEST(Manifest, IsReadBackAsItWasWritten) {
  EXPECT_EQ(parse_manifest(text_of(sample())), sample());
  EXPECT_EQ(parse_manifest(text_of({"key", {}})), (Manifest{"key", {}}));
  EXPECT_EQ(bytes_of(sample()), 512U);
}

TEST(Manifest, ATextOfAnotherMakeIsNone) {
  const std::string file = kSum + " 1 a\n";
  const std::string head = "papr compiled model 1\nkey k\n";
  EXPECT_TRUE(parse_manifest(with_checksum(head + file)));
  for (const std::string& body :
       {std::string(), std::string("\n"), std::string("papr compiled model 1\n"),
        "papr compiled model 2\nkey k\n" + file, "papr compiled model 1\n" + file, head + "\n",
        head + file + file, head + kSum + " 1 b\n" + file, head + kSum + " -1 a\n",
        head + kSum + " 1\n", head + kSum + " 1 \n", head + kSum + " 1 a b\n",
        head + kSum.substr(1) + " 1 a\n", head + kSum + " 1 %00\n"}) {
    EXPECT_EQ(parse_manifest(with_checksum(body)), std::nullopt) << body;
  }
  EXPECT_EQ(parse_manifest(head + file), std::nullopt);
}

TEST(Difference, NamesTheFirstFileThatIsNotAsItWas) {
  const Manifest kept = sample();
  EXPECT_EQ(difference(kept, kept.files), std::nullopt);
  auto found = kept.files;
  found[1].bytes = 11;
  EXPECT_EQ(difference(kept, found), "\"b/model.mil\" is of another size");
  found = kept.files;
  found[1].sha256[0] = 'd';
  EXPECT_EQ(difference(kept, found), "\"b/model.mil\" has other bytes");
  for (std::size_t i = 0; i < kept.files.size(); ++i) {
    found = kept.files;
    found.erase(found.begin() + static_cast<std::ptrdiff_t>(i));
    ASSERT_TRUE(difference(kept, found)) << i;
    EXPECT_TRUE(difference(kept, found)->ends_with("is missing"));
  }
}

TEST(Difference, WhatIsThereBesidesIsOneUnlessItIsHidden) {
  const Manifest kept = sample();
  for (const char* more : {"0", "aa", "b/n", "z", "b/z"}) {
    auto found = kept.files;
    found.push_back({more, 0, kSum});
    std::ranges::sort(found, {}, &ManifestFile::path);
    EXPECT_TRUE(difference(kept, found)) << more;
  }
  for (const char* more : {".DS_Store", "b/.DS_Store", "b/.fseventsd/0"}) {
    auto found = kept.files;
    found.push_back({more, 6148, kSum});
    std::ranges::sort(found, {}, &ManifestFile::path);
    EXPECT_EQ(difference(kept, found), std::nullopt) << more;
  }
}

}  // namespace
}  // namespace papr
