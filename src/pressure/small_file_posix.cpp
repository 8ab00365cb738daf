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
Result<> SmallFile::open() {
  UniqueFd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return fail_errno("open", path_, errno);
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return fail_errno("stat", path_, errno);
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::kUnavailable, "open \"" + path_.string() + "\": not a regular file");
  }
  fd_ = std::move(fd);
  return {};
}

Result<std::string_view> SmallFile::read(std::span<char> buffer) {
  if (!fd_.valid()) {
    if (auto opened = open(); !opened) return std::unexpected(opened.error());
  }
  std::size_t size = 0;
  while (size < buffer.size()) {
    const ssize_t got =
        ::pread(fd_.get(), buffer.data() + size, buffer.size() - size, static_cast<off_t>(size));
    if (got == 0) return std::string_view(buffer.data(), size);
    if (got < 0 && errno != EINTR) {
      const int number = errno;
      close();
      return fail_errno("read", path_, number);
    }
    if (got > 0) size += static_cast<std::size_t>(got);
  }
  close();
  return fail(ErrorCode::kCorrupt, "read \"" + path_.string() + "\": longer than " +
                                       std::to_string(buffer.size() - 1) + " bytes");
}

}  // namespace papr
