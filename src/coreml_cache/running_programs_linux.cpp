// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "running_programs.h"
#include "walk_tree.h"

namespace papr {
namespace {

std::optional<std::int64_t> pid_in(std::string_view name) {
  std::int64_t pid = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
  const bool whole = error == std::errc() && end == name.data() + name.size();
  return whole ? std::optional(pid) : std::nullopt;
}

// Empty for the kernel's own threads and what has ended. Also where the system hides it, as of
// parts of itself that have more rights; no program that has a cache of Core ML is such a part.
std::filesystem::path executable_of(int process, const char* link) {
  std::array<char, PATH_MAX> path;
  const ssize_t length = ::readlinkat(process, link, path.data(), path.size());
  if (length <= 0) return {};
  std::string_view text(path.data(), static_cast<std::size_t>(length));
  // Added where the file was replaced or deleted since the program began.
  constexpr std::string_view kGone = " (deleted)";
  if (text.ends_with(kGone)) text.remove_suffix(kGone.size());
  return text;
}

/// Of a process whose first thread has ended only the other threads still say it.
std::filesystem::path executable_of(int process) {
  auto path = executable_of(process, "exe");
  if (!path.empty()) return path;
  const auto tasks = open_folder(process, "task");
  if (!tasks) return path;
  for (const std::string& task : names_in(tasks->get()).value_or(std::vector<std::string>())) {
    path = executable_of(tasks->get(), (task + "/exe").c_str());
    if (!path.empty()) return path;
  }
  return path;
}

}  // namespace

Result<std::vector<RunningProgram>> running_programs() {
  const auto proc = open_folder(AT_FDCWD, "/proc");
  if (!proc) return while_doing("list processes", proc.error());
  const auto names = names_in(proc->get());
  if (!names) return while_doing("list processes", names.error());
  std::vector<RunningProgram> programs;
  for (const std::string& name : *names) {
    const auto pid = pid_in(name);
    if (!pid) continue;
    const auto process = open_folder(proc->get(), name);
    struct stat status{};
    if (!process || ::fstat(process->get(), &status) != 0) continue;  // it ended while we looked
    if (status.st_uid != ::geteuid() && ::geteuid() != 0) continue;
    programs.push_back({.pid = *pid, .executable = executable_of(process->get())});
  }
  // An empty folder mounted there is no machine on which nothing runs.
  if (std::ranges::find(programs, ::getpid(), &RunningProgram::pid) == programs.end()) {
    return fail(ErrorCode::kUnavailable, "list processes: /proc does not have this one");
  }
  return programs;
}

}  // namespace papr
