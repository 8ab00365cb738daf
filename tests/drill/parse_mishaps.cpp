// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <map>
#include <utility>

#include "../../src/base/duration.h"
#include "mishap_backend.h"

namespace papr {
namespace {

using Load = Mishap::Load;
using Run = Mishap::Run;

std::unexpected<Error> unknown(std::string_view text) {
  return fail(ErrorCode::kInvalidArgument, "read mishap \"" + std::string(text) + "\"",
              "none, hang, die, slow=TIME, fail=TEXT, stuck=FILE, run-fail=TEXT, run-slow=TIME, "
              "run-die, zeros, nan or short, those of predictions with @FIRST-LAST; several with | "
              "between");
}

/// What is behind `name=`; nothing where the text is another.
std::optional<std::string> value_of(std::string_view text, std::string_view name) {
  if (!text.starts_with(name) || !text.substr(name.size()).starts_with('=')) return std::nullopt;
  return std::string(text.substr(name.size() + 1));
}

bool read_number(std::string_view text, int& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

/// Takes "@FIRST-LAST" off the end.
bool take_runs(std::string_view& text, Mishap& mishap) {
  const auto at = text.rfind('@');
  if (at == text.npos) return true;
  const std::string_view runs = text.substr(at + 1);
  text = text.substr(0, at);
  const auto dash = runs.find('-');
  if (dash == runs.npos || !read_number(runs.substr(0, dash), mishap.first_run)) return false;
  const std::string_view last = runs.substr(dash + 1);
  return last.empty() || read_number(last, mishap.last_run);
}

Result<Mishap> parse_one(std::string_view whole) {
  static const std::map<std::string_view, Mishap> kPlain = {
      {"none", {}},
      {"hang", {.load = Load::kHangs}},
      {"die", {.load = Load::kDies}},
      {"run-die", {.run = Run::kDies}},
      {"zeros", {.run = Run::kZeros}},
      {"nan", {.run = Run::kNotFinite}},
      {"short", {.run = Run::kWrongSize}},
  };
  if (auto text = value_of(whole, "fail")) return Mishap{.load = Load::kFails, .text = *text};
  if (auto text = value_of(whole, "run-fail")) return Mishap{.text = *text, .run = Run::kFails};
  if (auto file = value_of(whole, "stuck")) return Mishap{.run = Run::kHangs, .sign = *file};
  Mishap mishap;
  std::string_view text = whole;
  if (!take_runs(text, mishap)) return unknown(whole);
  const bool of_load = text.starts_with("slow=");
  const auto time = of_load ? value_of(text, "slow") : value_of(text, "run-slow");
  if (time) {
    const auto takes = parse_duration(*time);
    if (!takes) return std::unexpected(takes.error());
    (of_load ? mishap.load_takes : mishap.run_takes) = *takes;
    return mishap;
  }
  const auto plain = kPlain.find(text);
  if (plain == kPlain.end()) return unknown(whole);
  mishap.load = plain->second.load;
  mishap.run = plain->second.run;
  return mishap;
}

}  // namespace

Result<std::vector<Mishap>> parse_mishaps(std::string_view text) {
  std::vector<Mishap> mishaps;
  while (true) {
    const auto end = text.find('|');
    auto one = parse_one(text.substr(0, end));
    if (!one) return std::unexpected(one.error());
    mishaps.push_back(std::move(*one));
    if (end == text.npos) return mishaps;
    text.remove_prefix(end + 1);
  }
}

}  // namespace papr
