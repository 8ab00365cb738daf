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

Json time_or_null(const std::optional<WallTime>& time) {
  return time ? Json(utc_text(*time)) : Json();
}

Json json_of(const CacheItem& item) {
  return {{"name", item.name},
          {"bytes", item.bytes},
          {"newest_use", time_or_null(item.newest_use)},
          {"clearable", item.clearable},
          {"why", item.why}};
}

Json json_of(const CachePlace& place, bool entries) {
  Json json = {{"path", place.path.string()},
               {"class", name_of(place.cache_class)},
               {"app", text_or_null(place.app)},
               {"os_build", text_or_null(place.os_build)},
               {"bytes", place.bytes},
               {"entries", place.entries},
               {"newest_use", time_or_null(place.newest_use)},
               {"clearable", place.clearable},
               {"why", place.why},
               {"read_whole", place.read_whole}};
  if (!entries) return json;
  Json& items = json["items"] = Json::array();
  for (const CacheItem& item : place.items) items.push_back(json_of(item));
  return json;
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

/// One line for all that stays in one folder for one reason.
void remark_kept(Context& context, const GlobalOptions& global,
                 const std::vector<ClearPlan::Kept>& kept) {
  const auto of_one_kind = [](const ClearPlan::Kept& left, const ClearPlan::Kept& right) {
    return left.path.parent_path() == right.path.parent_path() && left.why == right.why;
  };
  for (auto first = kept.begin(); first != kept.end();) {
    const auto next = std::find_if_not(
        first, kept.end(), [&](const ClearPlan::Kept& one) { return of_one_kind(*first, one); });
    const auto count = static_cast<std::uint64_t>(next - first);
    const std::string what =
        count == 1 ? shown(first->path)
                   : with_thousands(count) + " entries of " + shown(first->path.parent_path());
    remark(context, global,
           fmt::format("kept {} ({}): {}", what, name_of(first->cache_class),
                       one_line(first->why, first->why.size())));
    first = next;
  }
}

std::string headline(const ExplicitClearOutcome& outcome, std::string_view what) {
  const ClearReport& report = outcome.report;
  const auto size = size_text(report.freed_bytes);
  if (report.dry_run && !report.cleared.empty()) {
    return fmt::format("would free {}; nothing was changed", size);
  }
  if (!report.cleared.empty() && report.errors.empty()) {
    return fmt::format("✅ {} cleared successfully ({} freed)", what, size);
  }
  if (!report.errors.empty()) {
    return fmt::format("⚠️  {} not cleared as a whole ({} freed, {} errors)", what, size,
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
                       const std::vector<CachePlace>& places, const PlacesView& view) {
  const auto unread = std::ranges::count(places, false, &CachePlace::read_whole);
  if (global.json) {
    Json rows = Json::array();
    for (const CachePlace& place : places) rows.push_back(json_of(place, view.entries));
    print_json(context, {{"places", std::move(rows)}, {"unreadable_places", unread}});
    return ExitCode::kOk;
  }
  constexpr auto kRow = "{:<11} {:>9} {:>8}  {:<12}  {:<9}  {}\n";
  const auto age = [&view](const std::optional<WallTime>& used) {
    return used ? age_text(view.now - *used) : std::string("-");
  };
  if (!places.empty()) {
    context.out << fmt::format(kRow, "CLASS", "SIZE", "ENTRIES", "NEWEST USE", "CLEARABLE", "PATH");
  }
  std::uint64_t bytes = 0;
  for (const CachePlace& place : places) {
    bytes += place.bytes;
    context.out << fmt::format(kRow, name_of(place.cache_class), size_text(place.bytes),
                               with_thousands(place.entries), age(place.newest_use),
                               place.clearable ? "yes" : "no", shown(place.path))
                << fmt::format("{:<11} {}\n", "", one_line(place.why, place.why.size()));
    if (!view.entries) continue;
    for (const CacheItem& item : place.items) {
      context.out << fmt::format(
          kRow, "", size_text(item.bytes), "", age(item.newest_use), item.clearable ? "yes" : "no",
          one_line(item.name + ": " + item.why, item.name.size() + item.why.size() + 2));
    }
  }
  remark(context, global,
         places.empty()
             ? std::string("no caches of compiled models found")
             : fmt::format("{} in {} place{}", size_text(bytes), with_thousands(places.size()),
                           places.size() == 1 ? "" : "s"));
  if (unread > 0) {
    remark(context, global,
           fmt::format("{} of them not read whole, so that is the least they hold",
                       with_thousands(static_cast<std::uint64_t>(unread))));
  }
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
                      const ExplicitClearOutcome& outcome, std::string_view what) {
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
  remark_kept(context, global, report.kept);
  for (const auto& one : report.errors) {
    context.err << fmt::format("papr: {}: {}\n", shown(one.path),
                               one_line(one.error.message, one.error.message.size()));
  }
  remark(context, global, headline(outcome, what));
  return code;
}

}  // namespace papr::cli
