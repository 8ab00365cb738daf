// SPDX-License-Identifier: Apache-2.0
#include "compiled_models.h"

#include <algorithm>
#include <utility>

namespace papr::cli {
namespace {

constexpr const char* kInUse = "in use; it goes with its last user";
constexpr const char* kBusy = "being compiled or removed by another process";

std::string why_of(const StoredModel& model) {
  if (model.problem) return model.problem->message;
  return model.in_use ? kInUse : "cache clear --compiled removes it";
}

CacheItem item_of(const StoredModel& model) {
  CacheItem item{.name = model.key.name(),
                 .bytes = model.bytes,
                 .clearable = !model.in_use,
                 .why = why_of(model)};
  if (!model.problem) item.newest_use = model.last_use;
  return item;
}

/// Adds models that stay, and why.
void keep(ClearReport& report, const CompiledModelStore& store,
          const std::vector<StoredModel>& models, const char* why) {
  for (const StoredModel& model : models) {
    report.kept.push_back({store.entry_folder(model.key), CacheClass::kCompiled, why});
  }
}

Result<ClearReport> would_clear(const CompiledModelStore& store) {
  const auto models = store.usage();
  if (!models) return std::unexpected(models.error());
  ClearReport report{.dry_run = true};
  for (const StoredModel& model : *models) {
    if (model.problem) {
      report.errors.push_back({store.entry_folder(model.key), *model.problem});
    } else if (model.in_use) {
      keep(report, store, {model}, kInUse);
    } else {
      report.cleared.push_back({store.entry_folder(model.key), model.bytes});
      report.freed_bytes += model.bytes;
    }
  }
  return report;
}

// Told from what was done: between a listing and this any model may come into use.
Result<ClearReport> clear_now(const CompiledModelStore& store) {
  auto purged = store.purge(PurgeScope::kAll);
  if (!purged) return std::unexpected(purged.error());
  ClearReport report{.freed_bytes = purged->freed_bytes};
  for (const StoredModel& model : purged->removed) {
    report.cleared.push_back({store.entry_folder(model.key), model.bytes});
  }
  keep(report, store, purged->in_use, kInUse);
  keep(report, store, purged->busy, kBusy);
  for (PurgeReport::Failed& failed : purged->failed) {
    report.errors.push_back(
        {failed.key ? store.entry_folder(*failed.key) : store.folder(), std::move(failed.error)});
  }
  return report;
}

}  // namespace

std::optional<CachePlace> place_of(const CompiledModelStore& store) {
  const auto models = store.usage();
  CachePlace place{.path = store.entries_folder(), .cache_class = CacheClass::kCompiled};
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
  return dry_run ? would_clear(store) : clear_now(store);
}

}  // namespace papr::cli
