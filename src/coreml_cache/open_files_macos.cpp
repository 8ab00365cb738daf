// SPDX-License-Identifier: Apache-2.0
#include <libproc.h>
#include <sys/proc_info.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

#include "libproc_list.h"
#include "open_files.h"
#include "running_programs.h"

namespace papr {
namespace {

class Found {
 public:
  explicit Found(const std::filesystem::path& folder) : start_((folder / "").string()) {}

  void add(const vnode_info_path& vnode) {
    const std::string_view path(vnode.vip_path, ::strnlen(vnode.vip_path, sizeof vnode.vip_path));
    if (path.starts_with(start_)) paths_.emplace_back(path);
  }
  [[nodiscard]] std::vector<std::string> take() && { return std::move(paths_); }

 private:
  std::string start_;
  std::vector<std::string> paths_;
};

void add_open(int pid, Found& found) {
  const auto files = libproc_list<proc_fdinfo>([pid](void* buffer, int bytes) {
    return ::proc_pidinfo(pid, PROC_PIDLISTFDS, 0, buffer, bytes);
  });
  for (const proc_fdinfo& file : files) {
    if (file.proc_fdtype != PROX_FDTYPE_VNODE) continue;
    vnode_fdinfowithpath info{};
    const int got =
        ::proc_pidfdinfo(pid, file.proc_fd, PROC_PIDFDVNODEPATHINFO, &info, sizeof info);
    if (got == static_cast<int>(sizeof info)) found.add(info.pvip);
  }
}

// Regions come in the order of their addresses; each call gives the first at or above the one
// asked for.
void add_mapped(int pid, Found& found) {
  std::uint64_t address = 0;
  proc_regionwithpathinfo region{};
  while (::proc_pidinfo(pid, PROC_PIDREGIONPATHINFO, address, &region, sizeof region) ==
         static_cast<int>(sizeof region)) {
    found.add(region.prp_vip);
    const std::uint64_t next = region.prp_prinfo.pri_address + region.prp_prinfo.pri_size;
    if (next <= address) return;
    address = next;
  }
}

}  // namespace

Result<std::vector<std::string>> open_files_below(const std::filesystem::path& folder) {
  const auto programs = running_programs();
  if (!programs) return while_doing("list open files", programs.error());
  Found found(folder);
  for (const RunningProgram& program : *programs) {
    if (program.pid == ::getpid()) continue;
    add_open(static_cast<int>(program.pid), found);
    add_mapped(static_cast<int>(program.pid), found);
  }
  return std::move(found).take();
}

}  // namespace papr
