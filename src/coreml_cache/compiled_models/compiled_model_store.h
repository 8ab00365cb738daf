// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "../../base/cancel.h"
#include "../../base/clock.h"
#include "../../base/unique_fd.h"
#include "compiled_model_key.h"
#include "papr/events.h"
#include "papr/result.h"
#include "stored_model.h"

namespace papr {

struct OpenStore;

/// A compiled model that stays where it is while this object lives, whatever any process removes.
/// Move-only. The last one of a model that was removed meanwhile deletes it, which may take
/// seconds. A process that is killed holds nothing any more; a child that it forked still does.
class HeldModel {
 public:
  HeldModel(HeldModel&&) noexcept = default;
  HeldModel& operator=(HeldModel other) noexcept;
  ~HeldModel();

  [[nodiscard]] const ModelKey& key() const noexcept { return key_; }
  /// The folder that was filled: absolute, the same for a key in every process and at every start.
  /// Not to be changed.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  friend class CompiledModelStore;
  HeldModel(std::shared_ptr<const OpenStore> store, ModelKey key, std::uint64_t bytes,
            UniqueFd folder, UniqueFd use);
  std::shared_ptr<const OpenStore> store_;
  ModelKey key_;
  std::filesystem::path path_;
  std::uint64_t bytes_;
  UniqueFd folder_;
  UniqueFd use_;
};

struct CompiledModelStoreOptions {
  std::filesystem::path folder;  ///< its own; made with those above it when something is put
  std::uint64_t limit_bytes = 10'000'000'000;  ///< of all entries; those in use may exceed it
  /// Both may be null and must outlive the store and what it gave. Events:
  /// "compiled_model_stored" {bytes}, "compiled_model_removed" {why, bytes},
  /// "compiled_model_not_removed" {reason}: something stays that was to go, so that the store may
  /// grow beyond its limit.
  const Clock* clock = nullptr;
  EventSink* events = nullptr;
  /// Told before each single change to the disk, so that a test can stop or meddle there.
  std::function<void()> before_change = {};
};

/// Writes the compiled model into an empty folder. May take minutes.
using FillModel = std::function<Result<>(const std::filesystem::path& folder)>;

struct PutOptions {
  std::uint64_t expected_bytes = 0;  ///< how long it will be, about; 0: nobody knows
  /// For waiting while another process compiles the same. Does not stop `fill`.
  SteadyTime deadline = SteadyTime::max();
  CancelToken cancel = {};
};

enum class PurgeScope {
  kLeftovers,  ///< for each start: what dead processes left, older generations, what is too much
  kAll,        ///< every model
};

/// What a purge did. Models are as `usage` gives them.
struct PurgeReport {
  struct Failed {
    std::optional<ModelKey> key;  ///< nothing: what a dead process left, or the folder itself
    Error error;
  };
  std::uint64_t freed_bytes = 0;     ///< what the disk got back, leftovers of dead processes too
  std::vector<StoredModel> removed;  ///< it is gone
  std::vector<StoredModel> in_use;   ///< removed, and stays for its last user, with whom it goes
  std::vector<StoredModel> busy;     ///< being made or removed by another; not touched
  std::vector<Failed> failed;        ///< it stays
};

/// Compiled models, each compiled once for all processes, kept in a folder under its key. Safe to
/// use from several threads and processes. A process that is killed at any moment leaves each model
/// whole or absent; what else it leaves goes with the next purge. Only what the store made is ever
/// deleted: other names in its folder stay. docs/formats/compiled-models.md is the format.
class CompiledModelStore {
 public:
  explicit CompiledModelStore(CompiledModelStoreOptions options) : options_(std::move(options)) {}

  /// Takes the model in use. Files that changed since they were last read are read and compared;
  /// a model of which anything is missing or different is removed, and is not found.
  /// @error kNotFound     there is none: put it.
  /// @error kUnavailable  it cannot be read; the folder is a link or of another user.
  [[nodiscard]] Result<HeldModel> find(const ModelKey& key) const;

  /// Finds it, or has it made by `fill` and publishes it in one step; then evicts what was not used
  /// for the longest time until all fit the limit, but nothing in use. While another process or
  /// thread fills the same key this waits for that.
  /// @error kDiskFull     also from a quota; the remedy says where and how much. Nothing is left.
  /// @error kTimeout      the deadline passed, or the wait was cancelled.
  /// @error kUnavailable  the OS refused; or the key was removed and is still in use: put it under
  ///                      the next generation.
  /// @error kInvalidArgument  `fill` wrote nothing, or something that is no file and no folder.
  /// Or what `fill` gave.
  [[nodiscard]] Result<HeldModel> put(const ModelKey& key, const FillModel& fill,
                                      const PutOptions& options = {}) const;

  /// It is not found any more; what is in use is deleted with its last user. Nothing there is fine.
  /// @error kUnavailable  it stays; another process may be making it.
  [[nodiscard]] Result<> remove(const ModelKey& key) const;

  /// What cannot be removed is in the report.
  /// @error kUnavailable  the folder cannot be read.
  [[nodiscard]] Result<PurgeReport> purge(PurgeScope scope) const;

  /// What is there, by key. Read from the folder: there is no index that could be wrong. Changes
  /// nothing there.
  /// @error kUnavailable
  [[nodiscard]] Result<std::vector<StoredModel>> usage() const;

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return options_.folder; }
  /// The folder with one folder for each model, and that of one.
  [[nodiscard]] std::filesystem::path entries_folder() const;
  [[nodiscard]] std::filesystem::path entry_folder(const ModelKey& key) const;

 private:
  [[nodiscard]] Result<HeldModel> find_in(const std::shared_ptr<const OpenStore>& store,
                                          const ModelKey& key) const;
  [[nodiscard]] Result<HeldModel> make(const std::shared_ptr<const OpenStore>& store,
                                       const ModelKey& key, const FillModel& fill,
                                       const PutOptions& options) const;

  CompiledModelStoreOptions options_;
};

}  // namespace papr
