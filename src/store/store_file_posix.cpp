// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "../base/errno_error.h"
#include "../base/unique_fd.h"
#include "store_file.h"

namespace papr {
namespace {

constexpr const char* kRemedy = "choose a --store in a folder that you may write to";

std::unexpected<Error> refused(std::string_view verb, const std::filesystem::path& path,
                               int number) {
  auto error = fail_errno(verb, path, number);
  if (error.error().code != ErrorCode::kDiskFull) error.error().remedy = kRemedy;
  return error;
}

Result<> make_private_folders(const std::filesystem::path& folder) {
  if (folder.empty() || ::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
  if (errno != ENOENT) return refused("create folder", folder, errno);
  const auto parents = make_private_folders(folder.parent_path());
  if (!parents) return parents;
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return refused("create folder", folder, errno);
  }
  return {};
}

}  // namespace

Result<> make_private_file(const std::filesystem::path& path) {
  if (path.empty() || !path.has_filename()) {
    return fail(ErrorCode::kInvalidArgument,
                "open store \"" + path.string() + "\": not a file name",
                "name a file with --store");
  }
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISREG(status.st_mode)) return {};
    return fail(ErrorCode::kInvalidArgument,
                "open store \"" + path.string() + "\": not a regular file",
                "name a file with --store; it is created when missing");
  }
  if (errno != ENOENT) return refused("open store", path, errno);
  const auto folders = make_private_folders(path.parent_path());
  if (!folders) return folders;

  // Made under another name and then linked, never opened under its own: closing a descriptor of a
  // database drops the locks that SQLite holds on it elsewhere in this process.
  std::string made = path.string() + ".new-XXXXXX";
  const UniqueFd fd(::mkstemp(made.data()));  // 0600
  if (!fd.valid()) return refused("create store", path, errno);
  const int linked = ::link(made.c_str(), path.c_str()) == 0 ? 0 : errno;
  ::unlink(made.c_str());
  if (linked != 0 && linked != EEXIST) return refused("create store", path, linked);
  return {};
}

}  // namespace papr
