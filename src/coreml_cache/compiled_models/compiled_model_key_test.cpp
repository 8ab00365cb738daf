// SPDX-License-Identifier: Apache-2.0
#include "compiled_model_key.h"

#include <gtest/gtest.h>

#include <set>

namespace papr {
namespace {

const std::string kHash(64, 'a');

Result<ModelKey> key_of(std::string hash, std::string build = "24E214") {
  return ModelKey::make({std::move(hash), std::move(build), 1, 0});
}

TEST(ModelKey, ItsNameIsReadBackAsTheSameKey) {
  const std::string hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  for (const char* build : {"24E214", "24E5238a", "2026.0.0", "x"}) {
    for (const std::uint32_t number : {0U, 1U, 4294967295U}) {
      const auto key = ModelKey::make({hash, build, number, number});
      ASSERT_TRUE(key) << build;
      EXPECT_EQ(ModelKey::parse(key->name()), *key);
      EXPECT_LE(key->name().size(), 123U);
    }
  }
  EXPECT_EQ(key_of(hash)->name(), hash + "-24E214-f1-g0");
}

TEST(ModelKey, NoPartCanHoldAPath) {
  for (const auto* bad : {"", "..", ".", "../../etc", "a/b", "a\\b", "/", "a-b", "a b", ".hidden",
                          "end.", "a\nb", "\xc3\xa9", "012345678901234567890123456789012"}) {
    const auto key = key_of(kHash, bad);
    ASSERT_FALSE(key) << bad;
    EXPECT_EQ(key.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_FALSE(key_of(kHash, std::string("a\0b", 3)));
  const std::string short_by_one(63, 'a');
  for (const std::string& bad : {std::string(), short_by_one, kHash + 'a', short_by_one + 'A',
                                 short_by_one + 'g', short_by_one + '/'}) {
    EXPECT_FALSE(key_of(bad)) << bad;
  }
}

TEST(ModelKey, WhatIsReadFromANameWouldBeWrittenTheSame) {
  for (const char* tail :
       {"", "-", "-24E214", "-24E214-f1", "-24E214-f1-g", "-24E214-f01-g0", "-24E214-f1-g+1",
        "-24E214-f1-g-1", "-24E214-f1-g4294967296", "-24E214-f1-g0-", "-24E214-f1-g0 ",
        "-24E214-1-0", "-24E214-g0-f1", "-..-f1-g0", "-24E214-f1-g0.lock", "-24E214-f1-g00"}) {
    EXPECT_EQ(ModelKey::parse(kHash + tail), std::nullopt) << tail;
  }
  EXPECT_NE(ModelKey::parse(kHash + "-24E214-f1-g0"), std::nullopt);
}

TEST(ModelKey, AnotherGenerationIsTheSameModelUnderAnotherName) {
  const ModelKey key = *key_of(kHash);
  const ModelKey next = key.with_generation(1);
  EXPECT_NE(next.name(), key.name());
  EXPECT_TRUE(next.same_but_generation(key));
  EXPECT_FALSE(key_of(kHash, "24E215")->same_but_generation(key));
  EXPECT_FALSE(key_of(std::string(64, 'b'))->same_but_generation(key));
}

}  // namespace
}  // namespace papr
