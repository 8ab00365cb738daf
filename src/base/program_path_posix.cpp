// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdlib>
#include <system_error>

#include "program_path.h"

namespace papr {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSystemFolders = "/usr/bin:/bin:/usr/sbin:/sbin";

enum class Found { kNothing, kNotExecutable, kProgram };

Found look_at(const fs::path& path) {
  std::error_code unreadable;
  const fs::file_status status = fs::status(path, unreadable);
  if (!fs::exists(status)) return Found::kNothing;
  const bool executable = fs::is_regular_file(status) && ::access(path.c_str(), X_OK) == 0;
  return executable ? Found::kProgram : Found::kNotExecutable;
}

std::unexpected<Error> fail_found(Found found) {
  if (found == Found::kNothing) {
    return fail(ErrorCode::kNotFound, std::generic_category().message(ENOENT));
  }
  return fail(ErrorCode::kUnavailable, std::generic_category().message(EACCES));
}

}  // namespace

Result<fs::path> find_program(std::string_view name) {
  if (name.contains('/')) {
    const Found found = look_at(name);
    return found == Found::kProgram ? Result<fs::path>(name) : fail_found(found);
  }
  const char* const set = std::getenv("PATH");
  std::string_view rest = set == nullptr ? kSystemFolders : std::string_view(set);
  Found best = Found::kNothing;
  while (!rest.empty() && !name.empty()) {
    const std::string_view folder = rest.substr(0, rest.find(':'));
    rest.remove_prefix(folder.size() == rest.size() ? rest.size() : folder.size() + 1);
    if (!folder.starts_with('/')) continue;
    fs::path path = fs::path(folder) / name;
    const Found found = look_at(path);
    if (found == Found::kProgram) return path;
    if (found == Found::kNotExecutable) best = found;
  }
  return fail_found(best);
}

}  // namespace papr
