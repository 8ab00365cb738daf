// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "../base/errno_error.h"
#include "../base/private_folder.h"
#include "../base/unique_fd.h"
#include "store_file.h"

namespace papr {
namespace {

constexpr const char* kRemedy = "choose a --store in a folder that you may write to";

std::unexpected<Error> refused(std::string_view verb, const std::filesystem::path& path,
                               int number) {
  auto error = fail_errno(verb, path, number, kRemedy);
  if (number == EACCES || number == EPERM || number == EROFS) error.error().remedy = kRemedy;
  return error;
}

bool is_link(const std::filesystem::path& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

// Making the file that the link names would put a store where nobody looks for it.
std::unexpected<Error> dangling(const std::filesystem::path& link) {
  std::error_code ignored;
  const auto target = std::filesystem::read_symlink(link, ignored).string();
  return fail(
      ErrorCode::kNotFound,
      "open store \"" + link.string() + "\": a link to \"" + target + "\", where no file is",
      "connect the disk that it is on, or remove the link, or choose another --store");
}

}  // namespace

Result<bool> file_exists(const std::filesystem::path& path) {
  if (path.empty() || !path.has_filename()) {
    return fail(ErrorCode::kInvalidArgument,
                "open store \"" + path.string() + "\": not a file name",
                "name a file with --store");
  }
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT && is_link(path)) return dangling(path);
    if (errno == ENOENT) return false;
    return refused("open store", path, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorCode::kInvalidArgument,
                "open store \"" + path.string() + "\": not a regular file",
                "name a file with --store; it is created when missing");
  }
  if (status.st_size == 1) {
    return fail(ErrorCode::kCorrupt, "open store \"" + path.string() + "\": not a store",
                "choose another --store, or move this file away");
  }
  return true;
}

Result<std::filesystem::path> make_private_sibling(const std::filesystem::path& path) {
  const auto folders = make_private_folders(path.parent_path(), refused);
  if (!folders) return std::unexpected(folders.error());
  std::string sibling = path.string() + ".new-XXXXXX";
  const UniqueFd fd(::mkstemp(sibling.data()));  // 0600
  if (!fd.valid()) return refused("create store", path, errno);
  return std::filesystem::path(sibling);
}

Result<> publish(const std::filesystem::path& sibling, const std::filesystem::path& path) {
  // link and not rename, which would replace a store that another process made meanwhile.
  const int number = ::link(sibling.c_str(), path.c_str()) == 0 ? 0 : errno;
  ::unlink(sibling.c_str());
  if (number != 0 && number != EEXIST) return refused("create store", path, number);
  return {};
}

}  // namespace papr
