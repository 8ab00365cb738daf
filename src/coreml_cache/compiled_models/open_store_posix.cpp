// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "../../base/errno_error.h"
#include "../../base/private_folder.h"
#include "../walk_tree.h"
#include "open_store.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLongestHashes = 4 << 20;

std::unexpected<Error> refused(std::string_view verb, const fs::path& path, int number) {
  return fail_errno(verb, path, number);
}

// A slash at its end would have a link followed.
fs::path path_of(const CompiledModelStoreOptions& options) {
  std::error_code error;
  const fs::path path = fs::absolute(options.folder, error).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

std::shared_ptr<OpenStore> store_of(const CompiledModelStoreOptions& options, fs::path path,
                                    UniqueFd root) {
  static const SystemClock kSystemClock;
  return std::make_shared<OpenStore>(
      OpenStore{.path = std::move(path),
                .root = std::move(root),
                .entries = UniqueFd(),
                .unfinished = UniqueFd(),
                .steps = DiskSteps(options.before_change),
                .clock = options.clock != nullptr ? options.clock : &kSystemClock,
                .events = options.events});
}

bool still_named(int folder, const std::string& name, int file) {
  struct stat named{};
  struct stat open{};
  return ::fstatat(folder, name.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         ::fstat(file, &open) == 0 && id_of(named) == id_of(open);
}

}  // namespace

Result<SharedStore> look_at_store(const CompiledModelStoreOptions& options) {
  const fs::path path = path_of(options);
  auto root = open_own_folder(AT_FDCWD, path);
  if (!root) return std::unexpected(root.error());
  auto store = store_of(options, path, std::move(*root));
  auto entries = open_own_folder(store->root.get(), kEntries);
  if (!entries) return std::unexpected(entries.error());
  store->entries = std::move(*entries);
  auto unfinished = open_own_folder(store->root.get(), kUnfinished);
  if (unfinished) store->unfinished = std::move(*unfinished);
  return store;
}

Result<SharedStore> make_store(const CompiledModelStoreOptions& options) {
  const fs::path path = path_of(options);
  auto root = open_own_folder(AT_FDCWD, path);
  if (!root && root.error().code == ErrorCode::kNotFound) {
    if (options.before_change) options.before_change();
    if (auto made = make_private_folders(path, refused); !made) {
      return std::unexpected(made.error());
    }
    root = open_own_folder(AT_FDCWD, path);
  }
  if (!root) return std::unexpected(root.error());
  auto store = store_of(options, path, std::move(*root));
  auto entries = store->steps.make_folder(store->root.get(), kEntries);
  if (!entries) return std::unexpected(entries.error());
  store->entries = std::move(*entries);
  auto unfinished = store->steps.make_folder(store->root.get(), kUnfinished);
  if (!unfinished) return std::unexpected(unfinished.error());
  store->unfinished = std::move(*unfinished);
  return store;
}

LockFile::LockFile(SharedStore store, std::string name, UniqueFd file)
    : store_(std::move(store)), name_(std::move(name)), file_(std::move(file)) {}

LockFile::~LockFile() {
  // While it is locked, so that whoever waits for it finds that it is no longer the file.
  if (file_.valid()) static_cast<void>(store_->steps.unlink(store_->unfinished.get(), name_));
}

Result<std::optional<LockFile>> LockFile::try_take(SharedStore store, std::string name) {
  const int folder = store->unfinished.get();
  while (true) {
    auto file = store->steps.make_lock_file(folder, name);
    if (!file) return std::unexpected(file.error());
    const auto locked = try_flock(file->get(), LOCK_EX, name);
    if (!locked) return std::unexpected(locked.error());
    if (!*locked) return std::nullopt;
    if (!still_named(folder, name, file->get())) continue;  // its last owner deleted it
    return LockFile(std::move(store), std::move(name), std::move(*file));
  }
}

Result<std::optional<LockFile>> try_lock(const SharedStore& store, const ModelKey& key) {
  return LockFile::try_take(store, key.name() + kLockEnding);
}

RememberedHashes read_hashes(const OpenStore& store) {
  const auto text = read_file(store.root.get(), kHashes, kLongestHashes);
  return text ? RememberedHashes::parse(*text) : RememberedHashes();
}

void keep_hashes(const SharedStore& store, const RememberedHashes& hashes) {
  if (!hashes.changed() || !store->unfinished.valid()) return;
  auto file = LockFile::try_take(store, kNewHashes);
  if (!file || !*file) return;
  if (!store->steps.rewrite((*file)->file(), kNewHashes, hashes.text())) return;
  if (store->steps.move(store->unfinished.get(), kNewHashes, store->root.get(), kHashes)) {
    (*file)->keep();
  }
}

}  // namespace papr
