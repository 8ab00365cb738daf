// SPDX-License-Identifier: Apache-2.0
#include "cache_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "../base/size_text.h"
#include "../base/utc_text.h"
#include "age_text.h"
#include "report.h"

namespace papr::cli {
namespace {

Json json_of(const CachePlace& place) {
  return {{"path", place.path.string()},
          {"class", name_of(place.cache_class)},
          {"app", text_or_null(place.app)},
          {"os_build", text_or_null(place.os_build)},
          {"bytes", place.bytes},
          {"entries", place.entries},
          {"newest_use", place.newest_use ? Json(utc_text(*place.newest_use)) : Json()},
          {"clearable", place.clearable},
          {"why", place.why}};
}

Json json_of(const ClearReport& report) {
  Json cleared = Json::array();
  for (const auto& one : report.cleared) {
    cleared.push_back({{"path", one.path.string()}, {"bytes", one.bytes}});
  }
  Json kept = Json::array();
  for (const auto& one : report.kept) {
    kept.push_back(
        {{"path", one.path.string()}, {"class", name_of(one.cache_class)}, {"why", one.why}});
  }
  Json errors = Json::array();
  for (const auto& one : report.errors) {
    errors.push_back({{"path", one.path.string()}, {"error", one.error.message}});
  }
  return {{"dry_run", report.dry_run},
          {"freed_bytes", report.freed_bytes},
          {"cleared", std::move(cleared)},
          {"kept", std::move(kept)},
          {"errors", std::move(errors)}};
}

/// A path as it is, but for what a terminal would act on.
std::string shown(const std::filesystem::path& path) {
  return one_line(path.string(), path.string().size());
}

std::string headline(const ExplicitClearOutcome& outcome) {
  const ClearReport& report = outcome.report;
  const auto size = size_text(report.freed_bytes);
  if (report.dry_run && !report.cleared.empty()) {
    return fmt::format("would free {}; nothing was changed", size);
  }
  if (!report.cleared.empty() && report.errors.empty()) {
    return fmt::format("✅ CoreML cache cleared successfully ({} freed)", size);
  }
  if (!report.errors.empty()) {
    return fmt::format("⚠️  CoreML cache not cleared as a whole ({} freed, {} errors)", size,
                       with_thousands(report.errors.size()));
  }
  if (outcome.claim == ClearClaim::kCoolingDown) {
    return "nothing cleared so soon after the last time; --force does it";
  }
  if (outcome.claim == ClearClaim::kInUse) {
    return "nothing cleared while a process of ours has a model loaded; its next start clears";
  }
  return "nothing to clear";
}

}  // namespace

ExitCode report_places(Context& context, const GlobalOptions& global,
                       const std::vector<CachePlace>& places, WallTime now) {
  if (global.json) {
    Json rows = Json::array();
    for (const CachePlace& place : places) rows.push_back(json_of(place));
    print_json(context, {{"places", std::move(rows)}});
    return ExitCode::kOk;
  }
  constexpr auto kRow = "{:<11} {:>9} {:>8}  {:<12}  {:<9}  {}\n";
  if (!places.empty()) {
    context.out << fmt::format(kRow, "CLASS", "SIZE", "ENTRIES", "NEWEST USE", "CLEARABLE", "PATH");
  }
  std::uint64_t bytes = 0;
  for (const CachePlace& place : places) {
    bytes += place.bytes;
    context.out << fmt::format(kRow, name_of(place.cache_class), size_text(place.bytes),
                               with_thousands(place.entries),
                               place.newest_use ? age_text(now - *place.newest_use) : "-",
                               place.clearable ? "yes" : "no", shown(place.path))
                << fmt::format("{:<11} {}\n", "", one_line(place.why, place.why.size()));
  }
  remark(context, global,
         places.empty()
             ? std::string("no caches of compiled models found")
             : fmt::format("{} in {} places", size_text(bytes), with_thousands(places.size())));
  return ExitCode::kOk;
}

ExitCode report_size(Context& context, const GlobalOptions& global,
                     const std::vector<CachePlace>& places) {
  std::uint64_t own = 0;
  std::uint64_t legacy = 0;
  Json rows = Json::array();
  auto code = ExitCode::kOk;
  for (const CachePlace& place : places) {
    if (place.cache_class == CacheClass::kOwn) {
      own += place.bytes;
    } else if (place.cache_class == CacheClass::kLegacy) {
      legacy += place.bytes;
    } else {
      continue;
    }
    rows.push_back({{"path", place.path.string()},
                    {"class", name_of(place.cache_class)},
                    {"bytes", place.bytes}});
    if (place.read_whole) continue;
    code = ExitCode::kDegraded;
    remark(
        context, global,
        fmt::format("not all of {}: {}", shown(place.path), one_line(place.why, place.why.size())));
  }
  if (global.json) {
    print_json(context, {{"bytes", own + legacy},
                         {"own_bytes", own},
                         {"legacy_bytes", legacy},
                         {"places", std::move(rows)}});
    return code;
  }
  context.out << fmt::format("{:>9}  own\n{:>9}  legacy\n{:>9}  together\n", size_text(own),
                             size_text(legacy), size_text(own + legacy));
  return code;
}

ExitCode report_clear(Context& context, const GlobalOptions& global,
                      const ExplicitClearOutcome& outcome) {
  const ClearReport& report = outcome.report;
  const bool degraded = !report.errors.empty() || outcome.claim != ClearClaim::kGranted;
  const auto code = degraded ? ExitCode::kDegraded : ExitCode::kOk;
  if (global.json) {
    print_json(context, json_of(report));
    return code;
  }
  for (const auto& one : report.cleared) {
    context.out << fmt::format("{:>9}  {}\n", size_text(one.bytes), shown(one.path));
  }
  for (const auto& one : report.kept) {
    remark(context, global,
           fmt::format("kept {} ({}): {}", shown(one.path), name_of(one.cache_class),
                       one_line(one.why, one.why.size())));
  }
  for (const auto& one : report.errors) {
    context.err << fmt::format("papr: {}: {}\n", shown(one.path),
                               one_line(one.error.message, one.error.message.size()));
  }
  remark(context, global, headline(outcome));
  return code;
}

}  // namespace papr::cli
