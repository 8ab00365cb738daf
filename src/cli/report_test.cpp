// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <gtest/gtest.h>

#include <sstream>

namespace papr::cli {
namespace {

struct Streams {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Context context{in, out, err, [](const char*) { return std::nullopt; }};
};

const Error kError{ErrorCode::kNotFound, "open \"a\": no such file", "name another"};

TEST(ReportError, PeopleReadItOnStderrWithItsRemedy) {
  Streams streams;
  EXPECT_EQ(report_error(streams.context, {}, kError), ExitCode::kFailed);
  EXPECT_EQ(streams.out.str(), "");
  EXPECT_EQ(streams.err.str(), "papr: open \"a\": no such file\n      name another\n");
}

TEST(ReportError, ScriptsReadItOnStdoutAsOneObject) {
  Streams streams;
  EXPECT_EQ(report_error(streams.context, {.json = true}, kError, ExitCode::kUsage),
            ExitCode::kUsage);
  EXPECT_EQ(streams.out.str(),
            R"({"error":{"code":"not_found","message":"open \"a\": no such file",)"
            R"("remedy":"name another"}})"
            "\n");
  EXPECT_EQ(streams.err.str(), "");
}

TEST(PrintJson, BytesThatAreNotUtf8DoNotThrow) {
  Streams streams;
  print_json(streams.context, {{"path", "\xff"}});
  EXPECT_EQ(streams.out.str(), "{\"path\":\"\xEF\xBF\xBD\"}\n");
}

TEST(OneLine, EscapeSequencesAndLineBreaksDoNotReachTheTerminal) {
  EXPECT_EQ(one_line("a\x1b[31mb\r\nc\t \td\x7f", 80), "a [31mb c d");
  EXPECT_EQ(one_line("a\xC2\x9B"
                     "b",
                     80),
            "a b");
}

TEST(OneLine, CutsBetweenCodePointsAndSaysSo) {
  EXPECT_EQ(one_line("äöüß", 4), "äöüß");
  EXPECT_EQ(one_line("äöüß", 2), "äö…");
  EXPECT_EQ(one_line("one two", 4), "one…");
  EXPECT_EQ(one_line("", 4), "");
}

TEST(OneLine, WhatIsNotUtf8BecomesAReplacementCharacter) {
  EXPECT_EQ(one_line("a\xFF"
                     "b\xC2",
                     80),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(one_line("\xF0\x9F", 80), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(WithThousands, SetsACommaBeforeEachThree) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(1234567), "1,234,567");
}

TEST(SizeText, HasOneDecimalInTheUnitThatFits) {
  EXPECT_EQ(size_text(0), "0 bytes");
  EXPECT_EQ(size_text(999), "999 bytes");
  EXPECT_EQ(size_text(1000), "1.0 kB");
  EXPECT_EQ(size_text(999'949), "999.9 kB");
  EXPECT_EQ(size_text(999'950), "1.0 MB");
  EXPECT_EQ(size_text(1'200'000'000), "1.2 GB");
  EXPECT_EQ(size_text(286'500'000'000'000), "286.5 TB");
}

}  // namespace
}  // namespace papr::cli
