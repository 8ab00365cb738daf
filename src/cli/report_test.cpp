// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>

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

TEST(ReportError, ATerminalActsOnNothingInIt) {
  Streams streams;
  (void)report_error(streams.context, {}, {ErrorCode::kNotFound, "open \"\x1b[31m\n\"", "\x07"});
  EXPECT_EQ(streams.err.str().find_first_of("\x1b\x07"), std::string::npos);
}

TEST(JsonOfMetadata, TakesNoTimeThatMattersForManyKeys) {
  std::string text = "{";
  for (int i = 0; i < 300'000; ++i) text += "\"k" + std::to_string(i) + "\":[{}],";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(json_of_metadata(text + "\"z\":1}").size(), 300'001U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(JsonOfMetadata, IsNullWhereThereIsNone) {
  EXPECT_TRUE(json_of_metadata("").is_null());
  EXPECT_EQ(json_of_metadata(R"({"b":[1,{"c":null}],"a":"x"})").dump(),
            R"({"a":"x","b":[1,{"c":null}]})");
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

TEST(RestOfLine, IsCutToATerminalAndWholeElsewhere) {
  Streams streams;
  const std::string text(1000, 'a');
  EXPECT_EQ(rest_of_line(streams.context, text, 7), text);
  streams.context.out_width_columns = 80;
  EXPECT_EQ(rest_of_line(streams.context, text, 77),
            "aa…");  // as wide as the terminal, the … included
  EXPECT_EQ(rest_of_line(streams.context, "ab", 77), "ab");
}

TEST(RestOfLine, IsOneLineAlsoWhereNothingIsCut) {
  Streams streams;
  EXPECT_EQ(rest_of_line(streams.context, "a\n\x1b[31mb", 0), "a [31mb");
}

}  // namespace
}  // namespace papr::cli
