// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <functional>
#include <thread>
#include <utility>

#include "../../base/errno_error.h"
#include "../file_status.h"
#include "../walk_tree.h"
#include "model_entry.h"
#include "model_files.h"

namespace papr {
namespace {

constexpr std::uint64_t kLongestManifest = 8 << 20;
// Whoever else has one of the locks that are waited for here has it for an instant.
constexpr auto kInstant = std::chrono::milliseconds(2);
constexpr int kInstants = 1000;

bool has(int folder, const char* name) {
  struct stat status{};
  return ::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

/// Whether the open folder still is the entry of that name.
bool is_entry(const OpenStore& store, const ModelKey& key, int folder) {
  struct stat named{};
  struct stat open{};
  return ::fstatat(store.entries.get(), key.name().c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         ::fstat(folder, &open) == 0 && id_of(named) == id_of(open);
}

/// Invalid where there is none, or no file.
Result<UniqueFd> open_use(int folder) {
  UniqueFd use(::openat(folder, kUse, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!use.valid() && errno != ENOENT && errno != ELOOP && errno != ENXIO) {
    return fail_errno("open", kUse, errno);
  }
  struct stat status{};
  if (use.valid() && ::fstat(use.get(), &status) == 0 && S_ISREG(status.st_mode)) return use;
  return UniqueFd();
}

/// Asks while nobody else asks about the entry: who asks has its folder locked meanwhile.
Result<bool> in_turn(int folder, const std::function<Result<bool>()>& ask) {
  for (int i = 0; i < kInstants; ++i) {
    const auto turn = try_flock(folder, LOCK_EX, "folder");
    if (!turn) return turn;
    if (*turn) {
      auto answer = ask();
      ::flock(folder, LOCK_UN);
      return answer;
    }
    std::this_thread::sleep_for(kInstant);
  }
  return false;
}

/// Takes the lock of `use` if nobody uses the entry.
Result<bool> try_alone(int folder, int use) {
  return in_turn(folder, [use] { return try_flock(use, LOCK_EX, kUse); });
}

/// The same without keeping the lock. It is given back before the turn is, so that nobody who
/// merely looks is taken for a user.
Result<bool> is_unused(int folder, int use) {
  return in_turn(folder, [use] {
    auto alone = try_flock(use, LOCK_EX, kUse);
    if (alone && *alone) ::flock(use, LOCK_UN);
    return alone;
  });
}

/// A folder of our own user, and no link.
bool is_own_folder(int parent, const std::string& name) {
  struct stat status{};
  return ::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

std::unexpected<Error> no_entry(const ModelKey& key) {
  return fail(ErrorCode::kNotFound, "find \"" + key.name() + "\": it is not kept");
}

}  // namespace

Result<HeldEntry> hold_entry(const SharedStore& store, const ModelKey& key) {
  for (int i = 0; i < kInstants; ++i) {
    auto folder = open_own_folder(store->entries.get(), key.name());
    if (!folder) return std::unexpected(folder.error());
    if (!has(folder->get(), kManifest)) return no_entry(key);
    auto use = open_use(folder->get());
    if (!use) return std::unexpected(use.error());
    if (!use->valid()) return no_entry(key);
    const auto locked = try_flock(use->get(), LOCK_SH, kUse);
    if (!locked) return std::unexpected(locked.error());
    if (*locked) {
      // From here on it stays. It may have gone before, or have been hidden because of us.
      if (!is_entry(*store, key, folder->get())) continue;
      HeldEntry entry{std::move(*folder), std::move(*use)};
      if (has(entry.folder.get(), kManifest)) return entry;
      release_entry(store, key, std::move(entry));
      return no_entry(key);
    }
    std::this_thread::sleep_for(kInstant);
  }
  return fail(ErrorCode::kUnavailable, "lock \"" + key.name() + "\": another process holds it");
}

void release_entry(const SharedStore& store, const ModelKey& key, HeldEntry entry) {
  // Before looking: whoever removes it after that look finds it free, before it leaves it to us.
  ::flock(entry.use.get(), LOCK_UN);
  if (has(entry.folder.get(), kManifest) || !store->unfinished.valid()) return;
  for (int i = 0; i < kInstants && is_entry(*store, key, entry.folder.get()); ++i) {
    const auto lock = try_lock(store, key);
    if (!lock) return;
    if (*lock) {
      if (!is_entry(*store, key, entry.folder.get())) return;
      entry.use.reset();
      const auto removed = remove_entry(*store, key, IfUsed::kKeep);
      if (!removed) tell_not_removed(store->events, removed.error());
      if (removed && removed->was_there && !removed->in_use) {
        tell_removed(*store, "its last user has gone", removed->bytes);
      }
      return;
    }
    std::this_thread::sleep_for(kInstant);
  }
}

Result<Manifest> check_entry(const SharedStore& store, const ModelKey& key, int folder) {
  const auto text = read_file(folder, kManifest, kLongestManifest);
  if (!text) return std::unexpected(text.error());
  auto manifest = parse_manifest(*text);
  if (!manifest || manifest->key != key.name()) {
    return fail(ErrorCode::kCorrupt, "its manifest is damaged");
  }
  const auto content = open_folder(folder, kContent);
  if (!content) return fail(ErrorCode::kCorrupt, content.error().message);
  auto hashes = read_hashes(*store);
  const auto files = files_below(content->get(), hashes, store->clock->wall_now());
  if (!files) return std::unexpected(files.error());
  keep_hashes(store, hashes);
  if (auto why = difference(*manifest, *files)) return fail(ErrorCode::kCorrupt, std::move(*why));
  return std::move(*manifest);
}

Result<RemovedEntry> remove_entry(const OpenStore& store, const ModelKey& key, IfUsed if_used) {
  const std::string name = key.name();
  // Whoever has the key's lock owns this; whoever had it before is dead.
  const auto left = store.steps.remove_all(store.unfinished.get(), name);
  if (!left) return std::unexpected(left.error());
  const auto folder = open_own_folder(store.entries.get(), name);
  if (!folder && folder.error().code == ErrorCode::kNotFound) return RemovedEntry{.bytes = *left};
  if (!folder) return std::unexpected(folder.error());
  if (auto open = store.steps.make_writable(folder->get(), name); !open) {
    return std::unexpected(open.error());
  }
  const auto use = open_use(folder->get());
  if (!use) return std::unexpected(use.error());
  auto alone = use->valid() ? try_alone(folder->get(), use->get()) : true;
  if (alone && !*alone && if_used == IfUsed::kHide && has(folder->get(), kManifest)) {
    auto hidden = store.steps.move(folder->get(), kManifest, folder->get(), kRemoved);
    if (!hidden) return std::unexpected(hidden.error());
    // Its last user may have looked just before, and gone.
    alone = try_alone(folder->get(), use->get());
  }
  if (!alone) return std::unexpected(alone.error());
  if (!*alone) return RemovedEntry{.was_there = true, .in_use = true, .bytes = *left};
  if (auto moved = store.steps.move(store.entries.get(), name, store.unfinished.get(), name);
      !moved) {
    return std::unexpected(moved.error());
  }
  const auto bytes = store.steps.remove_all(store.unfinished.get(), name);
  if (!bytes) return std::unexpected(bytes.error());
  return RemovedEntry{.was_there = true, .bytes = *left + *bytes};
}

Result<std::optional<StoredModel>> look_at_entry(const OpenStore& store, const ModelKey& key) {
  const std::string name = key.name();
  if (!is_own_folder(store.entries.get(), name)) return std::nullopt;
  const auto folder = open_own_folder(store.entries.get(), name);
  if (!folder && folder.error().code == ErrorCode::kNotFound) return std::nullopt;  // it just went
  if (!folder) return std::unexpected(folder.error());
  struct stat status{};
  if (::fstat(folder->get(), &status) != 0) return fail_errno("stat", name, errno);
  const auto use = open_use(folder->get());
  if (!use) return std::unexpected(use.error());
  StoredModel model{.key = key, .last_use = modified_at(status)};
  const bool hidden = !has(folder->get(), kManifest);
  const auto text = read_file(folder->get(), hidden ? kRemoved : kManifest, kLongestManifest);
  const auto manifest = text ? parse_manifest(*text) : std::nullopt;
  model.whole = !hidden && manifest && manifest->key == name && use->valid();
  if (manifest) model.bytes = bytes_of(*manifest);
  if (use->valid()) {
    if (::fstat(use->get(), &status) == 0) model.last_use = modified_at(status);
    const auto unused = is_unused(folder->get(), use->get());
    if (!unused) return std::unexpected(unused.error());
    model.in_use = !*unused;
    if (!is_entry(store, key, folder->get())) return std::nullopt;
  }
  return model;
}

Result<std::vector<StoredModel>> list_entries(const OpenStore& store) {
  const auto names = names_in(store.entries.get());
  if (!names) return std::unexpected(names.error());
  std::vector<StoredModel> models;
  for (const std::string& name : *names) {
    const auto key = ModelKey::parse(name);
    if (!key) continue;
    auto model = look_at_entry(store, *key);
    if (!model) {
      models.push_back({.key = *key,
                        .last_use = {},
                        .in_use = true,
                        .problem = while_doing("look at \"" + name + '"', model.error()).error()});
    } else if (*model) {
      models.push_back(std::move(**model));
    }
  }
  return models;
}

void tell_removed(const OpenStore& store, std::string why, std::uint64_t bytes) {
  if (store.events == nullptr) return;
  store.events->on_event(
      {.name = "compiled_model_removed",
       .fields = {{"why", std::move(why)}, {"bytes", static_cast<std::int64_t>(bytes)}}});
}

void tell_not_removed(EventSink* events, const Error& error) {
  if (events == nullptr) return;
  events->on_event({.name = "compiled_model_not_removed", .fields = {{"reason", error.message}}});
}

}  // namespace papr
