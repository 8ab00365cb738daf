// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "errno_error.h"
#include "file_reader.h"
#include "unique_fd.h"

namespace papr {
namespace {

struct OpenFile {
  UniqueFd fd;
  std::uint64_t size_bytes = 0;
};

// O_NONBLOCK keeps a FIFO from hanging the open; it means nothing for regular files.
Result<OpenFile> open_regular(const std::filesystem::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return fail_errno("open", path, errno);
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return fail_errno("stat", path, errno);
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::kInvalidArgument, "open \"" + path.string() + "\": not a regular file");
  }
  return OpenFile{std::move(fd), static_cast<std::uint64_t>(status.st_size)};
}

class DiskFileReader final : public FileReader {
 public:
  Result<std::string> read(const std::filesystem::path& path,
                           std::uint64_t longest_bytes) override {
    const auto file = open_regular(path);
    if (!file) return std::unexpected(file.error());
    // Read to the end and not to st_size: a file may grow, and those of /proc say 0.
    std::string text;
    constexpr std::size_t kStepBytes = std::size_t{1} << 20;
    while (text.size() <= longest_bytes) {
      const std::size_t old_size = text.size();
      text.resize(old_size + kStepBytes);
      const ssize_t got = ::read(file->fd.get(), text.data() + old_size, kStepBytes);
      text.resize(old_size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
      if (got == 0) return text;
      if (got < 0 && errno != EINTR) return fail_errno("read", path, errno);
    }
    return fail(ErrorCode::kInvalidArgument, "read \"" + path.string() + "\": longer than " +
                                                 std::to_string(longest_bytes) + " bytes");
  }

  Result<MappedFile> map(const std::filesystem::path& path) override {
    const auto file = open_regular(path);
    if (!file) return std::unexpected(file.error());
    if (file->size_bytes == 0) return MappedFile{};
    const auto size = static_cast<std::size_t>(file->size_bytes);
    void* const start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file->fd.get(), 0);
    if (start == MAP_FAILED) return fail_errno("map", path, errno);
    std::shared_ptr<const void> owner(
        start, [size](const void* mapped) { ::munmap(const_cast<void*>(mapped), size); });
    return MappedFile{{static_cast<const std::byte*>(start), size}, std::move(owner), true};
  }
};

}  // namespace

void release_pages(const MappedFile& file, std::span<const std::byte> part) noexcept {
  if (!file.from_disk || part.empty()) return;
  const auto page_bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  // A mapping starts with a page.
  const auto before = static_cast<std::size_t>(part.data() - file.bytes.data()) % page_bytes;
  // It may be refused; then it takes memory for longer.
  ::madvise(const_cast<std::byte*>(part.data() - before), part.size() + before, MADV_DONTNEED);
}

std::unique_ptr<FileReader> make_disk_file_reader() { return std::make_unique<DiskFileReader>(); }

}  // namespace papr
