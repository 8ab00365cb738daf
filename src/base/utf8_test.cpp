// SPDX-License-Identifier: Apache-2.0
#include "utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace papr {
namespace {

TEST(ValidUtf8Prefix, IsTheWholeOfEverySoundText) {
  for (const std::string text :
       {"", "ascii", "eight by", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
        "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(valid_utf8_prefix(text), text.size()) << testing::PrintToString(text);
  }
}

TEST(ValidUtf8Prefix, EndsAtTheFirstByteOfWhatIsNoCharacter) {
  for (const std::string bad :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2 ", "\xE0\x80\x80", "\xE0\x9F\xBF",
        "\xE2\x82", "\xE2\x82 ", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80",
        "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    for (const std::size_t before : {0U, 1U, 7U, 8U, 9U, 30U}) {
      const std::string text = std::string(before, 'a') + bad + "tail of ascii";
      EXPECT_EQ(valid_utf8_prefix(text), before) << testing::PrintToString(bad);
    }
  }
}

}  // namespace
}  // namespace papr
