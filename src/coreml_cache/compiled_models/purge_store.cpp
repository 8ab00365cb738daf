// SPDX-License-Identifier: Apache-2.0
#include "purge_store.h"

#include <set>
#include <utility>

#include "../walk_tree.h"

namespace papr {
namespace {

class Purge {
 public:
  Purge(const SharedStore& store, PurgeReport& report) : store_(store), report_(report) {}

  /// Whatever has become of it since it was listed.
  void remove(const StoredModel& model, const char* why) {
    count(model, remove_locked(store_, model.key, IfUsed::kHide), why);
  }

  /// Unless it has changed since it was listed.
  void remove_unchanged(const StoredModel& model, IfUsed if_used, const char* why) {
    count(model, remove_locked(store_, model.key, if_used, &model), why);
  }

  /// What processes left that are dead: those that live hold the lock.
  void clean_unfinished() {
    const auto names = names_in(store_->unfinished.get());
    if (!names) return problem(names.error());
    std::set<std::string> seen;
    for (std::string name : *names) {
      if (name.ends_with(kLockEnding)) name.resize(name.size() - std::string(kLockEnding).size());
      const bool ours = name == kNewHashes || ModelKey::parse(name).has_value();
      if (ours && seen.insert(name).second) clean(name);
    }
  }

  void problem(Error error, std::optional<ModelKey> key = std::nullopt) {
    tell_not_removed(store_->events, error);
    report_.failed.push_back({std::move(key), std::move(error)});
  }

 private:
  void count(const StoredModel& model, const Result<std::optional<RemovedEntry>>& removed,
             const char* why) {
    if (!removed) return problem(removed.error(), model.key);
    if (!*removed) return report_.busy.push_back(model);
    report_.freed_bytes += (*removed)->bytes;
    if (!(*removed)->was_there) return;
    if ((*removed)->in_use) return report_.in_use.push_back(model);
    report_.removed.push_back(model);
    tell_removed(*store_, why, (*removed)->bytes);
  }

  void clean(const std::string& name) {
    const auto lock = LockFile::try_take(store_, name == kNewHashes ? name : name + kLockEnding);
    if (!lock) return problem(lock.error());
    if (!*lock || name == kNewHashes) return;
    const auto bytes = store_->steps.remove_all(store_->unfinished.get(), name);
    if (!bytes) return problem(bytes.error());
    report_.freed_bytes += *bytes;
  }

  const SharedStore& store_;
  PurgeReport& report_;
};

}  // namespace

Result<std::optional<RemovedEntry>> remove_locked(const SharedStore& store, const ModelKey& key,
                                                  IfUsed if_used, const StoredModel* seen) {
  const auto lock = try_lock(store, key);
  if (!lock) return std::unexpected(lock.error());
  if (!*lock) return std::nullopt;
  const auto now =
      seen == nullptr ? Result<std::optional<StoredModel>>() : look_at_entry(*store, key);
  if (!now) return std::unexpected(now.error());
  if (*now && ((*now)->whole != seen->whole || (*now)->last_use != seen->last_use)) {
    return RemovedEntry{};
  }
  auto removed = remove_entry(*store, key, if_used);
  if (!removed) return std::unexpected(removed.error());
  return *removed;
}

void evict(const SharedStore& store, std::uint64_t limit_bytes, PurgeReport& report) {
  auto models = list_entries(*store);
  Purge purge(store, report);
  if (!models) return purge.problem(models.error());
  for (const StoredModel& model : *models) {
    if (model.problem) purge.problem(*model.problem, model.key);
  }
  for (const StoredModel& model : evicted(std::move(*models), limit_bytes)) {
    purge.remove_unchanged(model, IfUsed::kKeep, "too much is kept");
  }
}

Result<PurgeReport> purge_store(const SharedStore& store, PurgeScope scope,
                                std::uint64_t limit_bytes) {
  PurgeReport report;
  Purge purge(store, report);
  purge.clean_unfinished();
  const auto models = list_entries(*store);
  if (!models) return std::unexpected(models.error());
  for (const StoredModel& model : *models) {
    if (scope == PurgeScope::kAll) {
      purge.remove(model, "asked for");
    } else if (!model.whole && !model.problem) {
      purge.remove_unchanged(model, IfUsed::kHide, "half of it");
    }
  }
  if (scope == PurgeScope::kAll) return report;
  for (const StoredModel& model : outdated(*models)) {
    purge.remove_unchanged(model, IfUsed::kKeep, "a newer generation is there");
  }
  evict(store, limit_bytes, report);
  return report;
}

}  // namespace papr
