// SPDX-License-Identifier: Apache-2.0
#include "fingerprint.h"

#include <algorithm>
#include <memory>
#include <set>
#include <system_error>

#include "../base/errno_error.h"
#include "../base/file_reader.h"
#include "../base/sha256.h"
#include "tokenizer.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;

/// Names of the files to hash, relative to `package`, in the order to hash them.
Result<std::set<std::string>> files_of(const fs::path& package) {
  std::set<std::string> names;
  std::error_code why;
  fs::recursive_directory_iterator entry(package, why);
  for (; !why && entry != fs::recursive_directory_iterator(); entry.increment(why)) {
    const fs::path& path = entry->path();
    const std::string name = path.lexically_relative(package).generic_string();
    if (path.filename().string().starts_with('.')) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file(why)) {  // or a link to one, as in Hugging Face's cache
      if (name != "Manifest.json") names.insert(name);
    } else if (!why && (entry->is_symlink(why) || !entry->is_directory(why)) && !why) {
      return fail(ErrorCode::kInvalidArgument,
                  "read \"" + path.string() + "\": neither a file nor a folder");
    }
    if (why) break;
  }
  if (why) return fail_errno("list", package, why);
  return names;
}

Result<> hash_file(FileReader& reader, const std::string& name, const fs::path& path,
                   Sha256& hash) {
  const auto file = reader.map(path);
  if (!file) return std::unexpected(file.error());
  // Name and length first, so that no byte can pass from one file to the next unseen.
  hash.update(name + '\0' + std::to_string(file->bytes.size()) + '\0');
  // The whole file at once would be the most memory that a search ever has.
  for (std::size_t at = 0; at < file->bytes.size(); at += kPieceBytes) {
    const auto piece = file->bytes.subspan(at, std::min(kPieceBytes, file->bytes.size() - at));
    hash.update(piece);
    release_pages(*file, piece);
  }
  return {};
}

}  // namespace

Result<std::string> fingerprint_of(const fs::path& package) {
  const auto names = files_of(package);
  if (!names) return std::unexpected(names.error());
  const auto reader = make_disk_file_reader();
  Sha256 hash;
  for (const std::string& name : *names) {
    if (const auto done = hash_file(*reader, name, package / name, hash); !done) {
      return std::unexpected(done.error());
    }
  }
  // ".." is no name within a package, so this entry cannot be mistaken for one of its files.
  const auto done = hash_file(*reader, "../tokenizer.json", tokenizer_path_of(package), hash);
  if (!done) return std::unexpected(done.error());
  return hash.hex();
}

}  // namespace papr
