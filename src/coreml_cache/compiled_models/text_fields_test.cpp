// SPDX-License-Identifier: Apache-2.0
#include "text_fields.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

TEST(ParseNumber, KnowsOneSpellingOfEachNumber) {
  EXPECT_EQ(parse_number("0"), 0);
  EXPECT_EQ(parse_number("9223372036854775807"), INT64_MAX);
  for (const char* bad :
       {"", "00", "01", "-1", "+1", " 1", "1 ", "0x1", "1.0", "a", "9223372036854775808"}) {
    EXPECT_EQ(parse_number(bad), std::nullopt) << bad;
  }
}

TEST(Escaped, AnyBytesComeBackFromPrintableAsciiWithoutBlanks) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  const std::string text = escaped(all);
  for (const char c : text) EXPECT_TRUE(c > ' ' && c < '\x7f');
  EXPECT_EQ(unescaped(text), all);
  EXPECT_EQ(escaped("a/b.bin"), "a/b.bin");
}

TEST(Unescaped, RefusesWhatIsNotTheSpellingOfEscaped) {
  for (const char* bad : {"%", "%4", "%zz", "%41", "%C3", "a b", "a\n", "%+1"}) {
    EXPECT_EQ(unescaped(bad), std::nullopt) << bad;
  }
}

TEST(WithoutChecksum, NoByteCanBeTakenAwayOrChangedUnseen) {
  const std::string text = with_checksum("one\ntwo\n");
  EXPECT_EQ(without_checksum(text), "one\ntwo\n");
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_EQ(without_checksum(std::string_view(text).substr(0, i)), std::nullopt) << i;
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(without_checksum(changed), std::nullopt) << i;
  }
  EXPECT_EQ(without_checksum(text + "x"), std::nullopt);
}

}  // namespace
}  // namespace papr
