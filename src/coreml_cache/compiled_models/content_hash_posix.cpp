// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <set>
#include <system_error>

#include "../../base/errno_error.h"
#include "../../base/sha256.h"
#include "content_hash.h"
#include "model_files.h"
#include "open_store.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> no_file(const fs::path& path) {
  return fail(ErrorCode::kInvalidArgument,
              "read \"" + path.string() + "\": neither a file nor a folder");
}

/// Names of the files relative to `package`, sorted.
Result<std::set<std::string>> files_of(const fs::path& package) {
  std::set<std::string> names;
  std::error_code why;
  fs::recursive_directory_iterator entry(package, why);
  for (; !why && entry != fs::recursive_directory_iterator(); entry.increment(why)) {
    const fs::path& path = entry->path();
    if (path.filename().string().starts_with('.')) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file(why)) {
      names.insert(path.lexically_relative(package).generic_string());
    } else if (!why && (entry->is_symlink(why) || !entry->is_directory(why)) && !why) {
      return no_file(path);
    }
    if (why) break;
  }
  if (why) return fail_errno("list", package, why);
  return names;
}

Result<> add_file(const fs::path& package, const std::string& name, RememberedHashes& hashes,
                  WallTime now, Sha256& all) {
  const fs::path path = package / name;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) return fail_errno("open", path, errno);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail_errno("stat", path, errno);
  if (!S_ISREG(status.st_mode)) return no_file(path);
  const auto hash = hash_of(file.get(), path, hashes, now);
  if (!hash) return std::unexpected(hash.error());
  // The name and length too, so that no byte can pass from one file to the next unseen.
  all.update(name + '\0' + std::to_string(status.st_size) + '\0' + *hash + '\n');
  return {};
}

}  // namespace

Result<std::string> content_hash(const fs::path& package, const CompiledModelStoreOptions& store) {
  const auto names = files_of(package);
  if (!names) return std::unexpected(names.error());
  const auto open = make_store(store);  // without one, as on a disk that is full, all is read
  auto hashes = open ? read_hashes(**open) : RememberedHashes();
  const SystemClock system;
  const WallTime now = (store.clock != nullptr ? *store.clock : system).wall_now();
  Sha256 all;
  for (const std::string& name : *names) {
    if (auto done = add_file(package, name, hashes, now, all); !done) {
      return std::unexpected(done.error());
    }
  }
  if (open) keep_hashes(*open, hashes);
  return all.hex();
}

}  // namespace papr
