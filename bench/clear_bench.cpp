// SPDX-License-Identifier: Apache-2.0
// What a clear and a survey of a caches folder take, in process, by the code of clear_caches.
// Prints one JSON object, milliseconds. The visible part of a clear is the time in which somebody
// can see half of a cache: from when the first entry leaves its place until the last does.
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "../src/base/clock.h"
#include "../src/coreml_cache/cache_clear.h"
#include "../src/coreml_cache/open_entries.h"
#include "../src/coreml_cache/plan_clear.h"
#include "../src/coreml_cache/survey.h"

namespace {

using SteadyClock = std::chrono::steady_clock;

double milliseconds(SteadyClock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

int failed(const papr::Error& error) {
  std::cerr << "clear_bench: " << error.message << '\n';
  return 1;
}

/// Times the moves of a plan's entries from the hook that is called before each change.
class VisiblePart {
 public:
  explicit VisiblePart(const papr::ClearPlan& plan)
      : first_(path_of(plan.entries.front())), last_(path_of(plan.entries.back())) {}

  void before_change() {
    const auto now = SteadyClock::now();
    if (is_there(first_)) start_ = now;  // the next change may be the first move
    if (is_there(last_)) {
      end_ = now;  // and the last, which is over a few microseconds later
    } else {
      gone_ = true;
    }
  }

  /// Nothing where not all entries left their places.
  [[nodiscard]] std::optional<double> ms() const {
    return gone_ ? std::optional(milliseconds(end_ - start_)) : std::nullopt;
  }

 private:
  static std::string path_of(const papr::ClearPlan::Entry& entry) {
    return (entry.place.path() / entry.name).string();
  }
  static bool is_there(const std::string& path) {
    struct stat status{};
    return ::lstat(path.c_str(), &status) == 0;
  }

  std::string first_;
  std::string last_;
  SteadyClock::time_point start_{};
  SteadyClock::time_point end_;
  bool gone_ = false;  ///< the last one
};

int survey(const papr::CacheOptions& options) {
  const auto start = SteadyClock::now();
  const auto places = papr::survey(options, papr::Breadth::kAll);
  const double survey_ms = milliseconds(SteadyClock::now() - start);
  if (!places) return failed(places.error());
  std::uint64_t bytes = 0;
  for (const papr::MeasuredPlace& place : *places) {
    for (const papr::CacheEntry& entry : place.entries) bytes += entry.bytes;
  }
  std::cout << nlohmann::json{{"survey_ms", survey_ms}, {"bytes", bytes}}.dump() << '\n';
  return 0;
}

int clear(const papr::CacheOptions& options) {
  const auto start = SteadyClock::now();
  const auto places = papr::survey(options, papr::Breadth::kMayClear);
  if (!places) return failed(places.error());
  const auto surveyed = SteadyClock::now();
  const auto plan =
      papr::plan_clear(*places, {}, papr::find_open_entries(*places),
                       papr::ClearScope::kOursAndLegacy, papr::SystemClock().wall_now());
  const auto planned = SteadyClock::now();
  if (plan.entries.empty()) {
    std::cerr << "clear_bench: nothing to clear\n";
    return 1;
  }
  VisiblePart visible(plan);
  const auto report =
      papr::clear(plan, options.caches_dir, {.before_change = [&] { visible.before_change(); }});
  const auto end = SteadyClock::now();
  if (!report) return failed(report.error());
  if (!report->errors.empty()) return failed(report->errors.front().error);
  if (!visible.ms()) {
    std::cerr << "clear_bench: not all entries left their places\n";
    return 1;
  }
  const nlohmann::json result{{"ms", milliseconds(end - start)},
                              {"survey_ms", milliseconds(surveyed - start)},
                              {"plan_ms", milliseconds(planned - surveyed)},
                              {"clear_ms", milliseconds(end - planned)},
                              {"visible_ms", *visible.ms()},
                              {"entries", report->cleared.size()},
                              {"freed_bytes", report->freed_bytes}};
  std::cout << result.dump() << '\n';
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::string_view what = count == 3 ? words[1] : "";
  if (what == "survey") return survey({.caches_dir = words[2]});
  if (what == "clear") return clear({.caches_dir = words[2]});
  std::cerr << "usage: clear_bench survey|clear CACHES_FOLDER\n";
  return 2;
}
