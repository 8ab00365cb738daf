// SPDX-License-Identifier: Apache-2.0
#include "compiled_models.h"

#include <algorithm>
#include <utility>

namespace papr::cli {
namespace {

constexpr const char* kInUse = "in use; it goes with its last user";

CacheItem item_of(const StoredModel& model) {
  return {.name = model.key.name(),
          .bytes = model.bytes,
          .newest_use = model.last_use,
          .clearable = !model.in_use,
          .why = model.in_use ? kInUse : "cache clear --compiled removes it"};
}

std::filesystem::path path_of(const CompiledModelStore& store, const StoredModel& model) {
  return store.folder() / "entries" / model.key.name();
}

}  // namespace

std::optional<CachePlace> place_of(const CompiledModelStore& store) {
  const auto models = store.usage();
  CachePlace place{.path = store.folder() / "entries", .cache_class = CacheClass::kOwn};
  if (!models) {
    place.read_whole = false;
    place.why = models.error().message;
    return place;
  }
  if (models->empty()) return std::nullopt;
  for (const StoredModel& model : *models) {
    place.items.push_back(item_of(model));
    place.bytes += model.bytes;
    place.newest_use = std::max(place.newest_use, place.items.back().newest_use);
    place.clearable = place.clearable || !model.in_use;
  }
  place.entries = models->size();
  place.why = place.clearable
                  ? "compiled by papr; cache clear --compiled removes what is not in use"
                  : "compiled by papr, and in use";
  return place;
}

Result<ClearReport> clear_all(const CompiledModelStore& store, bool dry_run) {
  const auto models = store.usage();
  if (!models) return std::unexpected(models.error());
  ClearReport report{.dry_run = dry_run};
  for (const StoredModel& model : *models) {
    if (model.in_use) {
      report.kept.push_back({path_of(store, model), CacheClass::kOwn, kInUse});
    } else {
      report.cleared.push_back({path_of(store, model), model.bytes});
      report.freed_bytes += model.bytes;
    }
  }
  if (dry_run) return report;
  const auto purged = store.purge(PurgeScope::kAll);
  if (!purged) return std::unexpected(purged.error());
  report.freed_bytes = purged->freed_bytes;
  for (const Error& error : purged->errors) report.errors.push_back({store.folder(), error});
  return report;
}

}  // namespace papr::cli
