// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "manifest.h"
#include "open_store.h"
#include "stored_model.h"

namespace papr {

/// An entry that cannot be deleted as long as `use` is open.
struct HeldEntry {
  UniqueFd folder;
  UniqueFd use;
};

/// Takes the entry in use.
/// @error kNotFound     there is none, or half of one.
/// @error kUnavailable  it cannot be opened.
[[nodiscard]] Result<HeldEntry> hold_entry(const SharedStore& store, const ModelKey& key);

/// Puts it out of use, and deletes it when it was removed meanwhile and nobody else uses it.
void release_entry(const SharedStore& store, const ModelKey& key, HeldEntry entry);

/// Reads what has changed since it was last read. Gives the manifest.
/// @error kCorrupt      the message says what is missing or different.
/// @error kUnavailable  it cannot be read.
[[nodiscard]] Result<Manifest> check_entry(const SharedStore& store, const ModelKey& key,
                                           int folder);

enum class IfUsed {
  kKeep,
  kHide,  ///< it is not found any more, and goes with its last user
};
struct RemovedEntry {
  bool was_there = false;
  bool in_use = false;  ///< it still is there
  std::uint64_t bytes = 0;
};

/// Deletes the entry, and what a dead process left of the key. For whoever has the key's lock.
/// @error kUnavailable
[[nodiscard]] Result<RemovedEntry> remove_entry(const OpenStore& store, const ModelKey& key,
                                                IfUsed if_used);

/// One entry; nothing where there is none. Changes nothing on the disk.
/// @error kUnavailable
[[nodiscard]] Result<std::optional<StoredModel>> look_at_entry(const OpenStore& store,
                                                               const ModelKey& key);

/// All entries, by key. Changes nothing on the disk. What cannot be looked at has a problem.
/// @error kUnavailable
[[nodiscard]] Result<std::vector<StoredModel>> list_entries(const OpenStore& store);

// Both tell the sink, if there is one.
void tell_removed(const OpenStore& store, std::string why, std::uint64_t bytes);
void tell_not_removed(EventSink* events, const Error& error);

}  // namespace papr
