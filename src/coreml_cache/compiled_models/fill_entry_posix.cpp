// SPDX-License-Identifier: Apache-2.0
#include <sys/file.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "../../base/errno_error.h"
#include "../../base/size_text.h"
#include "fill_entry.h"
#include "model_files.h"

namespace papr {
namespace {

std::uint64_t free_bytes(const OpenStore& store) {
  struct statvfs volume{};
  if (::fstatvfs(store.root.get(), &volume) != 0) return UINT64_MAX;  // writing will tell
  return std::uint64_t{volume.f_bavail} * volume.f_frsize;
}

bool is_of(const Error& error, int number) {
  return error.message.ends_with(std::generic_category().message(number));
}

/// What a full disk says says nothing of how much is needed, and of where.
Error with_remedy(const OpenStore& store, std::uint64_t expected_bytes, Error error) {
  if (error.code != ErrorCode::kDiskFull || is_of(error, EFBIG)) return error;
  const std::string need =
      expected_bytes > 0 ? "about " + size_text(expected_bytes) + " are needed" : "more is needed";
  const std::string where = '"' + store.path.string() + "\", or name another folder, then repeat: ";
  if (is_of(error, EDQUOT)) {
    // What is free on the disk is free for others.
    error.remedy =
        "delete files of yours or have your quota raised for the disk of " + where + need;
  } else {
    error.remedy = "free space on the disk of " + where + need + ", " +
                   size_text(free_bytes(store)) + " are free";
  }
  return error;
}

Result<> check_room(const OpenStore& store, std::uint64_t expected_bytes) {
  if (expected_bytes <= free_bytes(store)) return {};
  return fail(ErrorCode::kDiskFull,
              "store compiled model in \"" + store.path.string() + "\": too little space for it");
}

Result<FilledEntry> seal(const OpenStore& store, const ModelKey& key, UniqueFd folder) {
  const auto content = open_own_folder(folder.get(), kContent);
  if (!content) return std::unexpected(content.error());
  RememberedHashes none;  // they are too new to be remembered
  auto files = files_below(content->get(), none, store.clock->wall_now(), &store.steps);
  if (!files && files.error().code == ErrorCode::kCorrupt) {
    return fail(ErrorCode::kInvalidArgument, files.error().message);
  }
  if (!files) return std::unexpected(files.error());
  if (files->empty()) return fail(ErrorCode::kInvalidArgument, "nothing was compiled");
  const Manifest manifest{key.name(), std::move(*files)};
  if (auto made = store.steps.write_new(folder.get(), kManifest, text_of(manifest)); !made) {
    return std::unexpected(made.error());
  }
  auto use = store.steps.make_lock_file(folder.get(), kUse);
  if (!use) return std::unexpected(use.error());
  // Before anybody can see it, so that there is no moment in which it could be evicted.
  const auto locked = try_flock(use->get(), LOCK_SH, kUse);
  if (!locked) return std::unexpected(locked.error());
  if (!*locked) return fail(ErrorCode::kUnavailable, "lock \"use\": another process holds it");
  store.steps.touch(use->get(), store.clock->wall_now());
  if (auto done = store.steps.sync(folder.get(), key.name()); !done) {
    return std::unexpected(done.error());
  }
  return FilledEntry{{std::move(folder), std::move(*use)}, bytes_of(manifest)};
}

/// Deletes what was made of an entry that was not published, however the filling ended: what a
/// `fill` calls may throw. What stays in spite of that goes with the next purge.
class Unfinished {
 public:
  Unfinished(const OpenStore& store, std::string name) : store_(store), name_(std::move(name)) {}
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    if (!published_) static_cast<void>(store_.steps.remove_all(store_.unfinished.get(), name_));
  }

  void publish() noexcept { published_ = true; }

 private:
  const OpenStore& store_;
  std::string name_;
  bool published_ = false;
};

Result<FilledEntry> try_fill(const OpenStore& store, const ModelKey& key, const FillModel& fill) {
  const std::string name = key.name();
  auto folder = store.steps.make_folder(store.unfinished.get(), name);
  if (!folder) return std::unexpected(folder.error());
  if (auto made = store.steps.make_folder(folder->get(), kContent); !made) {
    return std::unexpected(made.error());
  }
  if (auto filled = fill(store.path / kUnfinished / name / kContent); !filled) {
    return std::unexpected(filled.error());
  }
  auto entry = seal(store, key, std::move(*folder));
  if (!entry) return entry;
  auto moved = store.steps.move(store.unfinished.get(), name, store.entries.get(), name);
  if (!moved) return std::unexpected(moved.error());
  // It is there in any case; after a power cut it may be there or not.
  static_cast<void>(store.steps.sync(store.entries.get(), kEntries));
  return entry;
}

}  // namespace

Result<FilledEntry> fill_entry(const OpenStore& store, const ModelKey& key, const FillModel& fill,
                               std::uint64_t expected_bytes) {
  if (auto room = check_room(store, expected_bytes); !room) {
    return std::unexpected(with_remedy(store, expected_bytes, room.error()));
  }
  Unfinished unfinished(store, key.name());
  auto entry = try_fill(store, key, fill);
  if (!entry) return std::unexpected(with_remedy(store, expected_bytes, entry.error()));
  unfinished.publish();
  return entry;
}

}  // namespace papr
