// SPDX-License-Identifier: Apache-2.0
#include "sha256.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

// FIPS 180-4 example values.
constexpr std::string_view kOfNothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view kOfAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, OfNothingIsThePublishedValue) { EXPECT_EQ(Sha256().hex(), kOfNothing); }

TEST(Sha256, DoesNotDependOnHowTheBytesWereCut) {
  Sha256 hash;
  hash.update("a");
  hash.update("");
  hash.update("bc");
  EXPECT_EQ(hash.hex(), kOfAbc);
}

}  // namespace
}  // namespace papr
