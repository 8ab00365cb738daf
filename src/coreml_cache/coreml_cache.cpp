// SPDX-License-Identifier: Apache-2.0
#include "papr/coreml_cache.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "cache_class.h"
#include "caches_folder.h"
#include "locate_caches.h"
#include "open_entries.h"

namespace papr {
namespace {

void tell_unreadable(EventSink* events, const std::filesystem::path& path,
                     const std::string& reason) {
  if (events == nullptr) return;
  events->on_event(
      {.name = "cache_unreadable", .fields = {{"path", path.string()}, {"reason", reason}}});
}

}  // namespace

std::optional<std::filesystem::path> get_coreml_cache_dir(const CacheOptions& options) {
  const auto caches = caches_dir_of(options);
  return caches ? std::optional(*caches / kLegacyFolder) : std::nullopt;
}

Result<std::vector<CachePlace>> locate_caches(const CacheOptions& options,
                                              const CacheOwnership& ownership, Breadth breadth,
                                              WallTime now, const SurveyProgress& progress) {
  const auto places = survey(options, breadth, progress);
  if (!places) return std::unexpected(places.error());
  const OpenEntries open = find_open_entries(*places);
  const auto described = [&](std::span<const MeasuredPlace> part, ClearScope scope) {
    return describe(part, plan_clear(part, ownership, open, scope, now));
  };
  // By class, so what is temporary comes last.
  const auto temporary =
      std::ranges::find(*places, CacheClass::kTemporary, &MeasuredPlace::cache_class);
  auto all = described({places->begin(), temporary}, ClearScope::kOursAndLegacy);
  std::ranges::move(described({temporary, places->end()}, ClearScope::kTemporary),
                    std::back_inserter(all));
  return all;
}

Result<std::uint64_t> get_cache_size(const CacheOptions& options, EventSink* events) {
  const auto places = survey(options, Breadth::kMayClear);
  if (!places) return std::unexpected(places.error());
  std::uint64_t bytes = 0;
  std::optional<Error> unread;
  for (const MeasuredPlace& place : *places) {
    if (place.cache_class == CacheClass::kInterpreter) continue;
    const auto path = place.address.path();
    if (!place.problem.empty()) {
      tell_unreadable(events, path, place.problem);
      if (!unread) {
        unread = Error{ErrorCode::kUnavailable,
                       "measure \"" + path.string() + "\": " + place.problem, ""};
      }
    }
    for (const CacheEntry& entry : place.entries) {
      bytes += entry.bytes;
      if (!entry.problem.empty()) tell_unreadable(events, path / entry.name, entry.problem);
    }
  }
  if (unread) return std::unexpected(std::move(*unread));
  return bytes;
}

}  // namespace papr
