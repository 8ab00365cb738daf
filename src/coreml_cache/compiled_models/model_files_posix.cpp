// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <span>

#include "../../base/errno_error.h"
#include "../../base/sha256.h"
#include "../file_status.h"
#include "../walk_tree.h"
#include "model_files.h"

namespace papr {
namespace {

constexpr int kDeepest = 32;  // each level is an open file; a compiled model has three
constexpr std::size_t kPieceBytes = 256 << 10;

FileState state_of(const struct stat& status) {
  return {static_cast<std::uint64_t>(status.st_size), modified_ns(status), changed_ns(status)};
}

Result<std::string> read_and_hash(int file, const std::string& name) {
  Sha256 hash;
  std::vector<std::byte> piece(kPieceBytes);
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(file, piece.data(), piece.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno("read", name, errno);
    if (got == 0) return hash.hex();
    hash.update(std::span(piece).first(static_cast<std::size_t>(got)));
    at += got;
  }
}

class Walk {
 public:
  Walk(RememberedHashes& hashes, WallTime now, const DiskSteps* synced)
      : hashes_(hashes), now_(now), synced_(synced) {}

  Result<> look_into(int folder, const std::string& path, int depth) {
    if (depth > kDeepest) return fail(ErrorCode::kCorrupt, "read \"" + path + "\": too deep");
    const auto names = names_in(folder);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
      if (auto done = look_at(folder, name, path + name, depth); !done) return done;
    }
    return synced_ == nullptr ? Result<>() : synced_->sync(folder, path);
  }

  std::vector<ManifestFile> take() && {
    std::ranges::sort(files_, {}, &ManifestFile::path);
    return std::move(files_);
  }

 private:
  Result<> look_at(int folder, const std::string& name, const std::string& path, int depth) {
    struct stat status{};
    if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      return fail_errno("stat", path, errno);
    }
    if (S_ISDIR(status.st_mode)) {
      const auto inner = open_folder(folder, name);
      if (!inner) return std::unexpected(inner.error());
      return look_into(inner->get(), path + '/', depth + 1);
    }
    if (S_ISREG(status.st_mode)) return add(folder, name, path);
    if (name.starts_with('.')) return {};
    return fail(ErrorCode::kCorrupt, "read \"" + path + "\": neither a file nor a folder");
  }

  Result<> add(int folder, const std::string& name, const std::string& path) {
    const UniqueFd file(
        ::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.valid()) return fail_errno("open", path, errno);
    if (synced_ != nullptr) {
      if (auto done = synced_->sync(file.get(), path); !done) return done;
    }
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) return fail_errno("stat", path, errno);
    auto hash = hash_of(file.get(), path, hashes_, now_);
    if (!hash) return std::unexpected(hash.error());
    files_.push_back({path, static_cast<std::uint64_t>(status.st_size), std::move(*hash)});
    return {};
  }

  RememberedHashes& hashes_;
  WallTime now_;
  const DiskSteps* synced_;
  std::vector<ManifestFile> files_;
};

}  // namespace

Result<std::string> hash_of(int file, const std::string& name, RememberedHashes& hashes,
                            WallTime now) {
  struct stat before{};
  struct stat after{};
  if (::fstat(file, &before) != 0) return fail_errno("stat", name, errno);
  if (auto known = hashes.find(id_of(before), state_of(before))) return std::move(*known);
  auto hash = read_and_hash(file, name);
  if (!hash) return hash;
  if (::fstat(file, &after) != 0) return fail_errno("stat", name, errno);
  if (state_of(before) != state_of(after)) {
    return fail(ErrorCode::kUnavailable, "read \"" + name + "\": it changed at this moment",
                "try again when nobody writes to it");
  }
  hashes.add(id_of(after), state_of(after), *hash,
             std::chrono::nanoseconds(now.time_since_epoch()).count());
  return hash;
}

Result<std::vector<ManifestFile>> files_below(int folder, RememberedHashes& hashes, WallTime now,
                                              const DiskSteps* synced) {
  Walk walk(hashes, now, synced);
  if (auto done = walk.look_into(folder, "", 0); !done) return std::unexpected(done.error());
  return std::move(walk).take();
}

}  // namespace papr
