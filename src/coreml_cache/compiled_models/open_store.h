// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "../../base/clock.h"
#include "../../base/unique_fd.h"
#include "compiled_model_store.h"
#include "disk_steps.h"
#include "remembered_hashes.h"

namespace papr {

// The names in a store. docs/formats/compiled-models.md draws them.
inline constexpr auto kEntries = "entries";
inline constexpr auto kUnfinished = "unfinished";
inline constexpr auto kContent = "content";
inline constexpr auto kManifest = "manifest";
inline constexpr auto kRemoved = "removed";  ///< the manifest of an entry that outlives its removal
inline constexpr auto kUse = "use";          ///< locked by each user of an entry, shared
inline constexpr auto kHashes = "hashes";
inline constexpr auto kNewHashes = "hashes.new";
inline constexpr auto kLockEnding = ".lock";

/// The folders of a store, open. Lives as long as a handle to one of its entries.
struct OpenStore {
  std::filesystem::path path;
  UniqueFd root;
  UniqueFd entries;
  UniqueFd unfinished;  ///< invalid where the store was opened to look and has none
  DiskSteps steps;
  const Clock* clock;
  EventSink* events;
};
using SharedStore = std::shared_ptr<const OpenStore>;

/// @error kNotFound     there is no store; nothing is made.
/// @error kUnavailable  one of its folders is a link, a file, or of another user.
[[nodiscard]] Result<SharedStore> look_at_store(const CompiledModelStoreOptions& options);

/// The same, making what is missing.
/// @error kUnavailable, kDiskFull
[[nodiscard]] Result<SharedStore> make_store(const CompiledModelStoreOptions& options);

/// The right to make or delete what a name stands for: a locked file below "unfinished", deleted
/// when the object goes. It goes with the process too, however that ends.
class LockFile {
 public:
  /// Nothing when another process or thread has it.
  [[nodiscard]] static Result<std::optional<LockFile>> try_take(SharedStore store,
                                                                std::string name);
  LockFile(LockFile&&) noexcept = default;
  LockFile& operator=(LockFile&&) = delete;
  ~LockFile();

  [[nodiscard]] int file() const noexcept { return file_.get(); }
  /// The file has got another name, and stays.
  void keep() noexcept { file_.reset(); }

 private:
  LockFile(SharedStore store, std::string name, UniqueFd file);
  SharedStore store_;
  std::string name_;
  UniqueFd file_;
};

/// The lock of a key.
[[nodiscard]] Result<std::optional<LockFile>> try_lock(const SharedStore& store,
                                                       const ModelKey& key);

[[nodiscard]] RememberedHashes read_hashes(const OpenStore& store);

/// Keeps them if anything is new. When that cannot be, files are read once more: no error.
void keep_hashes(const SharedStore& store, const RememberedHashes& hashes);

}  // namespace papr
