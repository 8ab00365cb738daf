// SPDX-License-Identifier: Apache-2.0
#include "line_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace papr {
namespace {

std::vector<std::string> lines_of(const std::string& text, std::size_t longest_bytes = 100) {
  std::istringstream stream(text);
  LineReader reader(stream, longest_bytes);
  std::vector<std::string> lines;
  for (;;) {
    const auto line = reader.next();
    if (!line || !*line) break;
    EXPECT_EQ((*line)->number, lines.size() + 1);
    lines.push_back((*line)->too_long ? "(too long)" : (*line)->text);
  }
  EXPECT_EQ(reader.bytes_read(), text.size());
  return lines;
}

TEST(LineReader, TakesBothLineEndsAndAMissingLastOne) {
  EXPECT_EQ(lines_of("a\r\n\nb"), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(lines_of("a\n"), (std::vector<std::string>{"a"}));
  EXPECT_EQ(lines_of(""), (std::vector<std::string>{}));
}

TEST(LineReader, ALineOverTheLimitIsReportedAndTheNextIsWhole) {
  EXPECT_EQ(lines_of("12345\n123456\nok\n", 5),
            (std::vector<std::string>{"12345", "(too long)", "ok"}));
}

TEST(LineReader, SkipsAByteOrderMarkAtTheStartOnly) {
  EXPECT_EQ(lines_of("\xEF\xBB\xBF"
                     "a\n\xEF\xBB\xBF"
                     "b"),
            (std::vector<std::string>{"a",
                                      "\xEF\xBB\xBF"
                                      "b"}));
}

TEST(LineReader, KeepsZeroBytes) {
  EXPECT_EQ(lines_of(std::string("a\0b\n", 4)), (std::vector<std::string>{std::string("a\0b", 3)}));
}

TEST(LineReader, AStreamThatCannotBeReadIsAnErrorAndNotAnEnd) {
  std::ifstream folder(std::filesystem::temp_directory_path());
  LineReader reader(folder, 100);
  const auto line = reader.next();
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace papr
