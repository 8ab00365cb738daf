// SPDX-License-Identifier: Apache-2.0
#include "compiled_model_store.h"

#include <thread>
#include <utility>

#include "fill_entry.h"
#include "model_entry.h"
#include "open_store.h"
#include "purge_store.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

constexpr auto kPoll = std::chrono::milliseconds(10);

/// What the caller was doing, and where, in front of what went wrong.
std::unexpected<Error> failed(std::string_view verb, const CompiledModelStoreOptions& options,
                              Error error) {
  return while_doing(std::string(verb) + " in \"" + options.folder.string() + '"',
                     std::move(error));
}

/// Nothing when another process or thread has the key and there still is time to wait for it.
Result<std::optional<LockFile>> turn(const SharedStore& store, const ModelKey& key,
                                     const PutOptions& options) {
  auto lock = try_lock(store, key);
  if (!lock || *lock) return lock;
  const bool late = store->clock->steady_now() >= options.deadline;
  if (late || options.cancel.cancelled()) {
    return fail(ErrorCode::kTimeout, "lock \"" + key.name() + "\": it is being compiled elsewhere",
                "wait until that is done, then repeat");
  }
  std::this_thread::sleep_for(kPoll);
  return std::nullopt;
}

/// Makes room for an entry, which must not be there. What no reader could use is removed.
Result<> make_room(const OpenStore& store, const ModelKey& key) {
  const auto old = remove_entry(store, key, IfUsed::kHide);
  if (!old) return std::unexpected(old.error());
  if (old->in_use) {
    return fail(ErrorCode::kUnavailable,
                "replace \"" + key.name() + "\": it was removed and still is in use",
                "use the next generation, or end what uses it");
  }
  if (old->was_there) tell_removed(store, "half of it", old->bytes);
  return {};
}

}  // namespace

HeldModel::HeldModel(SharedStore store, ModelKey key, std::uint64_t bytes, UniqueFd folder,
                     UniqueFd use)
    : store_(std::move(store)),
      key_(std::move(key)),
      path_(store_->path / kEntries / key_.name() / kContent),
      bytes_(bytes),
      folder_(std::move(folder)),
      use_(std::move(use)) {}

HeldModel& HeldModel::operator=(HeldModel other) noexcept {
  std::swap(store_, other.store_);
  std::swap(key_, other.key_);
  std::swap(path_, other.path_);
  std::swap(bytes_, other.bytes_);
  std::swap(folder_, other.folder_);
  std::swap(use_, other.use_);
  return *this;
}

HeldModel::~HeldModel() {
  if (use_.valid()) release_entry(store_, key_, {std::move(folder_), std::move(use_)});
}

Result<HeldModel> CompiledModelStore::find(const ModelKey& key) const {
  const auto store = look_at_store(options_);
  if (!store) return failed("find compiled model", options_, store.error());
  auto found = find_in(*store, key);
  if (!found) return failed("find compiled model", options_, found.error());
  return found;
}

Result<HeldModel> CompiledModelStore::find_in(const SharedStore& store, const ModelKey& key) const {
  auto held = hold_entry(store, key);
  if (!held) return std::unexpected(held.error());
  const auto manifest = check_entry(store, key, held->folder.get());
  if (manifest) {
    store->steps.touch(held->use.get(), store->clock->wall_now());
    return HeldModel(store, key, bytes_of(*manifest), std::move(held->folder),
                     std::move(held->use));
  }
  if (manifest.error().code != ErrorCode::kCorrupt) {
    release_entry(store, key, std::move(*held));
    return std::unexpected(manifest.error());
  }
  // Locked before it is released: so nobody can put a sound one there in between. Who has the lock
  // now will see himself that it is damaged.
  if (store->unfinished.valid()) {
    const auto lock = try_lock(store, key);
    held->use.reset();
    if (lock && *lock) {
      const auto removed = remove_entry(*store, key, IfUsed::kHide);
      if (removed) {
        tell_removed(*store, manifest.error().message, removed->bytes);
      } else {
        tell_not_removed(store->events, removed.error());
      }
    }
  }
  return fail(ErrorCode::kNotFound,
              "check \"" + key.name() + "\": it was damaged: " + manifest.error().message);
}

Result<HeldModel> CompiledModelStore::put(const ModelKey& key, const FillModel& fill,
                                          const PutOptions& options) const {
  const auto store = make_store(options_);
  if (!store) return failed("store compiled model", options_, store.error());
  auto made = make(*store, key, fill, options);
  if (!made) return failed("store compiled model", options_, made.error());
  return made;
}

Result<HeldModel> CompiledModelStore::make(const SharedStore& store, const ModelKey& key,
                                           const FillModel& fill, const PutOptions& options) const {
  while (true) {
    auto found = find_in(store, key);
    if (found || found.error().code != ErrorCode::kNotFound) return found;
    auto lock = turn(store, key, options);
    if (!lock) return std::unexpected(lock.error());
    if (!*lock) continue;
    // Somebody may have published it since we looked.
    found = find_in(store, key);
    if (found || found.error().code != ErrorCode::kNotFound) return found;
    if (auto room = make_room(*store, key); !room) return std::unexpected(room.error());
    auto filled = fill_entry(*store, key, fill, options.expected_bytes);
    if (!filled) return std::unexpected(filled.error());
    if (store->events != nullptr) {
      store->events->on_event({.name = "compiled_model_stored",
                               .fields = {{"bytes", static_cast<std::int64_t>(filled->bytes)}}});
    }
    HeldModel model(store, key, filled->bytes, std::move(filled->held.folder),
                    std::move(filled->held.use));
    lock->reset();
    PurgeReport evictions;  // events tell what could not be evicted; the next put tries again
    evict(store, options_.limit_bytes, evictions);
    return model;
  }
}

Result<> CompiledModelStore::remove(const ModelKey& key) const {
  const auto store = look_at_store(options_);
  if (!store && store.error().code == ErrorCode::kNotFound) return {};
  if (!store) return failed("remove compiled model", options_, store.error());
  auto removed = remove_locked(*store, key, IfUsed::kHide);
  if (!removed) return failed("remove compiled model", options_, removed.error());
  if (!*removed) {
    return failed("remove compiled model", options_,
                  {ErrorCode::kUnavailable, "lock \"" + key.name() + "\": it is being compiled",
                   "wait until that is done, then repeat"});
  }
  tell_removed(**store, "asked for", (*removed)->bytes);
  return {};
}

Result<PurgeReport> CompiledModelStore::purge(PurgeScope scope) const {
  const auto there = look_at_store(options_);
  if (!there && there.error().code == ErrorCode::kNotFound) return PurgeReport{};
  if (!there) return failed("purge compiled models", options_, there.error());
  const auto store = make_store(options_);
  if (!store) return failed("purge compiled models", options_, store.error());
  auto report = purge_store(*store, scope, options_.limit_bytes);
  if (report) return report;
  tell_not_removed(options_.events, report.error());
  return failed("purge compiled models", options_, report.error());
}

fs::path CompiledModelStore::entries_folder() const { return options_.folder / kEntries; }

fs::path CompiledModelStore::entry_folder(const ModelKey& key) const {
  return entries_folder() / key.name();
}

Result<std::vector<StoredModel>> CompiledModelStore::usage() const {
  const auto store = look_at_store(options_);
  if (!store && store.error().code == ErrorCode::kNotFound) return std::vector<StoredModel>{};
  if (!store) return failed("measure compiled models", options_, store.error());
  auto models = list_entries(**store);
  if (!models) return failed("measure compiled models", options_, models.error());
  return models;
}

}  // namespace papr
