// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "../base/errno_error.h"
#include "small_file.h"

namespace papr {

SmallFile::SmallFile(std::filesystem::path path) : path_(std::move(path)) {}

// O_NONBLOCK keeps a FIFO from hanging the open; it means nothing for regular files.
std::expected<void, SmallFile::Failure> SmallFile::open() noexcept {
  UniqueFd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return std::unexpected(Failure{.verb = "open", .number = errno});
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) {
    return std::unexpected(Failure{.verb = "stat", .number = errno});
  }
  if (!S_ISREG(status.st_mode)) {
    return std::unexpected(Failure{.verb = "open", .number = kNotRegular});
  }
  fd_ = std::move(fd);
  return {};
}

std::expected<std::string_view, SmallFile::Failure> SmallFile::read_all(
    std::span<char> buffer) noexcept {
  if (!fd_.valid()) {
    if (const auto opened = open(); !opened) return std::unexpected(opened.error());
  }
  std::size_t size = 0;
  while (size < buffer.size()) {
    const ssize_t got =
        ::pread(fd_.get(), buffer.data() + size, buffer.size() - size, static_cast<off_t>(size));
    if (got == 0) return std::string_view(buffer.data(), size);
    if (got < 0 && errno != EINTR) {
      const Failure failure{.verb = "read", .number = errno};
      close();
      return std::unexpected(failure);
    }
    if (got > 0) size += static_cast<std::size_t>(got);
  }
  close();
  return std::unexpected(Failure{.verb = "read", .number = kTooLong});
}

std::unexpected<Error> SmallFile::error_of(const Failure& failure, std::size_t room) const {
  if (failure.number == kNotRegular) {
    return fail(ErrorCode::kUnavailable, "open \"" + path_.string() + "\": not a regular file");
  }
  if (failure.number == kTooLong) {
    return fail(ErrorCode::kCorrupt, "read \"" + path_.string() + "\": longer than " +
                                         std::to_string(room - 1) + " bytes");
  }
  return fail_errno(failure.verb, path_, failure.number);
}

Result<std::string_view> SmallFile::read(std::span<char> buffer) {
  const auto text = read_all(buffer);
  if (!text) return error_of(text.error(), buffer.size());
  return *text;
}

Result<std::optional<std::string_view>> SmallFile::read_if_there(std::span<char> buffer) {
  const auto text = read_all(buffer);
  if (text) return std::optional(*text);
  const int number = text.error().number;
  if (number == ENOENT || number == ENOTDIR || number == EOPNOTSUPP) {
    return std::optional<std::string_view>();
  }
  return error_of(text.error(), buffer.size());
}

}  // namespace papr
