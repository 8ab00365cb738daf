// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "errno_error.h"
#include "file_reader.h"
#include "private_folder.h"
#include "state_file.h"
#include "unique_fd.h"
#include "write_all.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLongestBytes = 4 << 20;  // far above what we write; a limit on damage
constexpr auto kLockWait = std::chrono::seconds(2);

std::unexpected<Error> refused(std::string_view verb, const fs::path& path, int number) {
  return fail_errno(verb, path, number);
}

// flock belongs to the open file: it goes with the process however that ends, and holds between
// threads too, since each call opens the file anew.
Result<UniqueFd> lock(const fs::path& path) {
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) return fail_errno("open", path, errno);
  const auto give_up = std::chrono::steady_clock::now() + kLockWait;
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return fail_errno("lock", path, errno);
    if (std::chrono::steady_clock::now() >= give_up) {
      return fail(ErrorCode::kUnavailable,
                  "lock \"" + path.string() + "\": another process holds it for over 2 s");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return file;
}

Result<> write_through(int file, std::string_view text, const fs::path& path) {
  if (auto written = write_all(file, text, path); !written) return written;
  // Before the rename: a name that points at unwritten data is what a power cut would leave.
  if (::fsync(file) != 0) return fail_errno("write", path, errno);
  return {};
}

Result<> replace_file(const fs::path& path, std::string_view text) {
  const fs::path unfinished = path.string() + ".unfinished";
  ::unlink(unfinished.c_str());  // of a process that was killed; the lock is ours
  {
    const UniqueFd file(
        ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.valid()) return fail_errno("open", unfinished, errno);
    if (auto written = write_through(file.get(), text, unfinished); !written) {
      ::unlink(unfinished.c_str());
      return written;
    }
  }
  if (::rename(unfinished.c_str(), path.c_str()) != 0)
    return fail_errno("rename", unfinished, errno);
  return {};
}

/// The object in `text`; nothing when it is none.
std::optional<nlohmann::json> object_of(const std::string& text) {
  constexpr int kDeepestLevel = 64;  // ours has 5; what is read is freed and written by recursion
  bool too_deep = false;
  const auto in_depth = [&too_deep](int depth, nlohmann::json::parse_event_t,
                                    const nlohmann::json&) {
    too_deep = too_deep || depth > kDeepestLevel;
    return !too_deep;
  };
  auto parsed = nlohmann::json::parse(text, in_depth, /*allow_exceptions=*/false);
  if (too_deep || !parsed.is_object()) return std::nullopt;
  return parsed;
}

}  // namespace

StateFile::StateFile(fs::path path, EventSink* events) : path_(std::move(path)), events_(events) {}

Result<nlohmann::json> StateFile::read() {
  const auto text = make_disk_file_reader()->read(path_, kLongestBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) return nlohmann::json::object();
  if (!text && text.error().code != ErrorCode::kInvalidArgument) {
    return while_doing("read state", text.error());
  }
  auto state = text ? object_of(*text) : std::nullopt;
  if (state) return std::move(*state);
  if (events_ != nullptr) {
    events_->on_event({.name = "state_reset", .fields = {{"path", path_.string()}}});
  }
  return nlohmann::json::object();
}

Result<> StateFile::update(const std::function<Result<>(nlohmann::json&)>& change) {
  const std::lock_guard guard(mutex_);
  if (auto made = make_private_folders(path_.parent_path(), refused); !made) return made;
  const auto held = lock(path_.string() + ".lock");
  if (!held) return while_doing("change state", held.error());
  auto state = read();
  if (!state) return std::unexpected(state.error());
  if (auto changed = change(*state); !changed) return changed;
  const std::string text =
      state->dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  if (auto replaced = replace_file(path_, text); !replaced) {
    return while_doing("change state", replaced.error());
  }
  return {};
}

}  // namespace papr
