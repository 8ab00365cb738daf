// SPDX-License-Identifier: Apache-2.0
// Every recorded output of the macOS tools against what expected.jsonl says a reader must get out.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "memory_pressure_output.h"
#include "sysctl_output.h"
#include "vm_stat_output.h"

namespace papr {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kFolder = fs::path(PAPR_TEST_DATA_DIR) / "macos_outputs";

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Json> expectations() {
  std::vector<Json> all;
  std::ifstream file(kFolder / "expected.jsonl");
  for (std::string line; std::getline(file, line);) all.push_back(Json::parse(line));
  return all;
}

// With line ends and blanks as they may come along the way from a Mac.
std::vector<std::string> forms_of(const std::string& text) {
  std::string crlf;
  for (const char c : text) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  std::string no_end = text;
  while (no_end.ends_with('\n')) no_end.pop_back();
  return {text, crlf, no_end, "\n\n" + text + "something new: 12.\n"};
}

std::optional<std::uint64_t> count_in(const Json& expected, const char* key) {
  const auto found = expected.find(key);
  return found == expected.end() ? std::nullopt : std::optional(found->get<std::uint64_t>());
}

void check_vm_stat(const std::string& text, const Json& expected) {
  const auto stat = parse_vm_stat(text);
  ASSERT_EQ(stat.has_value(), expected["valid"].get<bool>());
  if (!stat) return;
  EXPECT_EQ(stat->page_size_bytes, expected["page_size_bytes"]);
  EXPECT_EQ(stat->page_ins, count_in(expected, "pageins"));
  EXPECT_EQ(stat->page_outs, count_in(expected, "pageouts"));
  EXPECT_EQ(stat->swap_ins, count_in(expected, "swapins_pages"));
  EXPECT_EQ(stat->swap_outs, count_in(expected, "swapouts_pages"));
}

void check_memory_pressure(const std::string& text, const Json& expected) {
  const auto percent = parse_memory_pressure(text);
  ASSERT_EQ(percent.has_value(), expected["valid"].get<bool>());
  if (!percent) return;
  EXPECT_EQ(*percent, expected["free_percent"].get<double>());
}

void check_sysctl(const std::string& text, const Json& expected) {
  const auto output = parse_sysctl(text);
  ASSERT_EQ(output.has_value(), expected["valid"].get<bool>());
  if (!output) return;
  const double tolerance = expected["tolerance_bytes"];
  ASSERT_TRUE(output->swap_used_bytes && output->swap_total_bytes);
  EXPECT_NEAR(static_cast<double>(*output->swap_used_bytes), expected["used_bytes"], tolerance);
  EXPECT_NEAR(static_cast<double>(*output->swap_total_bytes), expected["total_bytes"], tolerance);
  const auto level = count_in(expected, "vm_pressure_level");
  EXPECT_EQ(output->kernel_level.has_value(), level.has_value());
  EXPECT_EQ(output->kernel_level.value_or(0), static_cast<int>(level.value_or(0)));
}

void check_output(const std::string& text, const Json& expected) {
  if (expected["kind"] == "vm_stat") check_vm_stat(text, expected);
  if (expected["kind"] == "memory_pressure") check_memory_pressure(text, expected);
  if (expected["kind"] == "sysctl") check_sysctl(text, expected);
}

TEST(RecordedOutputs, AreReadAsExpectedInEveryForm) {
  for (const Json& expected : expectations()) {
    const std::string text = text_of(kFolder / expected["file"]);
    ASSERT_NE(text, "") << expected["file"];
    for (const std::string& form : forms_of(text)) {
      SCOPED_TRACE(expected["file"].get<std::string>() + "\n" + form);
      check_output(form, expected);
    }
  }
}

TEST(RecordedOutputs, NoFileIsLeftOut) {
  std::set<std::string> expected, there;
  for (const Json& one : expectations()) expected.insert(one["file"]);
  for (const char* kind : {"memory_pressure", "vm_stat", "sysctl"}) {
    for (const auto& file : fs::directory_iterator(kFolder / kind)) {
      there.insert(std::string(kind) + "/" + file.path().filename().string());
    }
  }
  EXPECT_EQ(expected, there);
}

// What a number may be after a cut: as in the whole text, or not known.
template <class T>
void expect_same_or_none(const std::optional<T>& cut, const std::optional<T>& whole) {
  if (!cut) return;
  EXPECT_EQ(cut, whole);
}

void check_cut(const std::string& whole_text, std::size_t size, const Json& expected) {
  // A copy of just that size, so that a sanitizer sees a read past its end.
  const std::vector<char> bytes(whole_text.begin(),
                                whole_text.begin() + static_cast<std::ptrdiff_t>(size));
  const std::string_view text(bytes.data(), bytes.size());
  if (expected["kind"] == "vm_stat") {
    const auto whole = parse_vm_stat(whole_text);
    const auto cut = parse_vm_stat(text);
    if (!whole || !cut) return;
    expect_same_or_none(cut->page_ins, whole->page_ins);
    expect_same_or_none(cut->page_outs, whole->page_outs);
    expect_same_or_none(cut->swap_ins, whole->swap_ins);
    expect_same_or_none(cut->swap_outs, whole->swap_outs);
    expect_same_or_none(free_percent_of(*cut), free_percent_of(*whole));
  } else if (expected["kind"] == "memory_pressure") {
    const auto whole = parse_memory_pressure(whole_text);
    const auto cut = parse_memory_pressure(text);
    if (!whole || !cut) return;
    EXPECT_EQ(*cut, *whole);
  } else {
    const auto whole = parse_sysctl(whole_text);
    const auto cut = parse_sysctl(text);
    if (!whole || !cut) return;
    expect_same_or_none(cut->swap_used_bytes, whole->swap_used_bytes);
    expect_same_or_none(cut->kernel_level, whole->kernel_level);
  }
}

TEST(RecordedOutputs, CutAtAnyByteNeverGiveAWrongNumber) {
  for (const Json& expected : expectations()) {
    const std::string text = text_of(kFolder / expected["file"]);
    for (std::size_t size = 0; size < text.size(); ++size) {
      SCOPED_TRACE(expected["file"].get<std::string>() + " cut to " + std::to_string(size));
      check_cut(text, size, expected);
    }
  }
}

TEST(FreePercentOfVmStat, EqualsWhatMemoryPressurePrintedAtTheSameMoment) {
  const std::pair<const char*, double> pairs[] = {
      {"apple-silicon-32gb-low-free-no-swap-2026-05-24.txt", 86},
      {"apple-silicon-32gb-plenty-free-2026-05-29.txt", 88}};
  for (const auto& [file, percent] : pairs) {
    const auto stat = parse_vm_stat(text_of(kFolder / "vm_stat" / file));
    ASSERT_TRUE(stat) << stat.error().message;
    EXPECT_EQ(free_percent_of(*stat), percent) << file;
  }
}

}  // namespace
}  // namespace papr
