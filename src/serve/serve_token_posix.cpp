// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <utility>

#include "../base/errno_error.h"
#include "../base/private_folder.h"
#include "../base/unique_fd.h"
#include "serve_token.h"

namespace papr::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShortestToken = 32;
constexpr std::size_t kLongestToken = 256;

std::unexpected<Error> refused(std::string_view verb, const fs::path& path, int number) {
  auto error = fail_errno(verb, path, number);
  error.error().remedy = "name another file with --token-file or in PAPR_SERVE_TOKEN_FILE";
  return error;
}

Result<> check_owner(const fs::path& path, const struct stat& status) {
  const auto denied = [&path](const char* why, std::string remedy) {
    return fail(ErrorCode::kDenied, "use token file \"" + path.string() + "\": " + why,
                std::move(remedy));
  };
  if (!S_ISREG(status.st_mode)) return denied("not a regular file", "remove it and start again");
  if (status.st_uid != ::geteuid()) return denied("it is another user's", "name one of your own");
  if ((status.st_mode & 077) != 0) {
    return denied("others may read or write it", "chmod 600 \"" + path.string() +
                                                     "\", and remove it if it was read: a new one "
                                                     "is made at the next start");
  }
  return {};
}

/// The token in the file; nothing when there is no file.
Result<std::optional<std::string>> read_token(const fs::path& path) {
  // O_NONBLOCK keeps a FIFO from hanging the open; it means nothing for regular files.
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.valid() && errno == ENOENT) return std::nullopt;
  if (!file.valid()) return refused("open token file", path, errno);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return refused("open token file", path, errno);
  if (auto ours = check_owner(path, status); !ours) return std::unexpected(ours.error());
  std::array<char, kLongestToken + 3> text{};
  const ssize_t got = ::read(file.get(), text.data(), text.size());
  if (got < 0) return refused("read token file", path, errno);
  auto token = parse_token({text.data(), static_cast<std::size_t>(got)});
  if (token) return std::move(*token);
  Error error = std::move(token.error());
  error.remedy = "remove \"" + path.string() + "\": a new one is made at the next start";
  return while_doing("read token file \"" + path.string() + "\"", std::move(error));
}

/// Leaves a file that is there already as it is: another server was quicker.
Result<> publish_token(const fs::path& path, const std::string& token) {
  std::string unfinished = path.string() + ".new-XXXXXX";
  const UniqueFd file(::mkstemp(unfinished.data()));  // 0600
  if (!file.valid()) return refused("create token file", path, errno);
  const std::string text = token + "\n";
  const ssize_t written = ::write(file.get(), text.data(), text.size());
  int number = written < 0 ? errno : ENOSPC;
  if (written == static_cast<ssize_t>(text.size()) && ::fsync(file.get()) == 0) {
    number = ::link(unfinished.c_str(), path.c_str()) == 0 || errno == EEXIST ? 0 : errno;
  }
  ::unlink(unfinished.c_str());
  if (number != 0) return refused("create token file", path, number);
  return {};
}

}  // namespace

Result<std::string> parse_token(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  const bool visible = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
  if (!visible || text.size() < kShortestToken || text.size() > kLongestToken) {
    return fail(ErrorCode::kCorrupt, "not one word of 32 to 256 visible ASCII characters");
  }
  return std::string(text);
}

Result<std::string> random_hex(std::size_t bytes) {
  std::array<unsigned char, 256> random{};
  if (bytes > random.size() || ::getentropy(random.data(), bytes) != 0) {
    return fail(ErrorCode::kUnavailable, "get random bytes: the OS gave none");
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) {
    text += kDigits[random[i] >> 4];
    text += kDigits[random[i] & 15];
  }
  return text;
}

Result<std::string> open_token(const fs::path& path) {
  constexpr std::size_t kTokenBytes = 32;
  auto found = read_token(path);
  if (!found) return std::unexpected(found.error());
  if (found->has_value()) return std::move(**found);
  const auto token = random_hex(kTokenBytes);
  if (!token) return while_doing("make token", token.error());
  if (auto made = make_private_folders(path.parent_path(), refused); !made) {
    return std::unexpected(made.error());
  }
  if (auto made = publish_token(path, *token); !made) return std::unexpected(made.error());
  found = read_token(path);
  if (!found) return std::unexpected(found.error());
  if (!found->has_value()) return refused("open token file", path, ENOENT);
  return std::move(**found);
}

}  // namespace papr::serve
