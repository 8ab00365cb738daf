// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "../base/errno_error.h"
#include "../base/unique_fd.h"
#include "open_files.h"
#include "proc_maps.h"
#include "running_programs.h"
#include "walk_tree.h"

namespace papr {
namespace {

/// The open file of a process, or an invalid one where there is none to be had for good reason: the
/// process has ended, or it has more rights than we, as parts of the system do that run under our
/// user. Those do not share our caches.
Result<UniqueFd> open_of(const std::string& path, int flags) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
  const bool fine =
      file.valid() || errno == ENOENT || errno == ESRCH || errno == EACCES || errno == EPERM;
  if (!fine) return fail_errno("open", path, errno);
  return file;
}

// Whoever stands in a folder may open what lies there by its bare name.
void add_working_folder(const std::string& process, std::string_view start,
                        std::vector<std::string>& found) {
  std::array<char, PATH_MAX> path;
  const ssize_t length = ::readlink((process + "/cwd").c_str(), path.data(), path.size());
  if (length <= 0) return;
  const std::string_view text(path.data(), static_cast<std::size_t>(length));
  if (text.starts_with(start)) found.emplace_back(text);
}

Result<> add_open(const std::string& process, std::string_view start,
                  std::vector<std::string>& found) {
  const auto folder = open_of(process + "/fd", O_DIRECTORY);
  if (!folder) return std::unexpected(folder.error());
  if (!folder->valid()) return {};
  const auto names = names_in(folder->get());
  if (!names) return {};  // it ended while we looked
  for (const std::string& name : *names) {
    std::array<char, PATH_MAX> path;
    const ssize_t length = ::readlinkat(folder->get(), name.c_str(), path.data(), path.size());
    if (length <= 0) continue;
    const std::string_view text(path.data(), static_cast<std::size_t>(length));
    if (text.starts_with(start)) found.emplace_back(text);
  }
  return {};
}

Result<> add_mapped(const std::string& process, std::string_view folder,
                    std::vector<std::string>& found) {
  const auto file = open_of(process + "/maps", 0);
  if (!file) return std::unexpected(file.error());
  if (!file->valid()) return {};
  std::string maps;
  std::array<char, 1 << 16> step;
  while (true) {
    const ssize_t got = ::read(file->get(), step.data(), step.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;  // its end, or the process's
    maps.append(step.data(), static_cast<std::size_t>(got));
  }
  for (std::string& path : mapped_below(maps, folder)) found.push_back(std::move(path));
  return {};
}

Result<> add_task(const std::string& task, std::string_view start,
                  std::vector<std::string>& found) {
  add_working_folder(task, start, found);
  if (auto added = add_open(task, start, found); !added) return added;
  return add_mapped(task, start, found);
}

/// Threads share what they have open, so one is enough: the first that has not ended.
std::vector<std::string> tasks_of(std::int64_t pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  const auto folder = open_folder(AT_FDCWD, process + "/task");
  const auto names = folder ? names_in(folder->get()) : std::unexpected(folder.error());
  if (!names || names->size() <= 1) return {process};
  std::vector<std::string> tasks;
  for (const std::string& name : *names) {
    std::array<char, PATH_MAX> path;
    const std::string task = process + "/task/" + name;
    tasks.push_back(task);
    if (::readlink((task + "/exe").c_str(), path.data(), path.size()) > 0) return {task};
  }
  return tasks;
}

}  // namespace

Result<std::vector<std::string>> open_files_below(const std::filesystem::path& folder) {
  const auto programs = running_programs();
  if (!programs) return while_doing("list open files", programs.error());
  std::vector<std::string> found;
  for (const RunningProgram& program : *programs) {
    if (program.pid == ::getpid()) continue;
    for (const std::string& task : tasks_of(program.pid)) {
      if (auto added = add_task(task, (folder / "").string(), found); !added) {
        return while_doing("list open files", added.error());
      }
    }
  }
  return found;
}

}  // namespace papr
