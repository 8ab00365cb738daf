// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "../base/errno_error.h"
#include "remove_tree.h"

namespace papr {
namespace {

class Remover final : public TreeVisitor {
 public:
  Remover(FreedBytes& freed, const RemoveOptions& options, Removed& removed)
      : freed_(freed), options_(options), removed_(removed) {}

  void enter(int folder, const struct stat& status) override {
    // Nothing can be taken out of a folder that its owner may not write.
    const bool closed = (status.st_mode & S_IRWXU) != S_IRWXU;
    if (!closed || status.st_uid != ::geteuid()) return;
    tell();
    if (!options_.dry_run) ::fchmod(folder, (status.st_mode & 0777) | S_IRWXU);
  }

  void visit(int parent, const std::string& name, const struct stat& status) override {
    if (status.st_uid != ::geteuid()) {
      return problem("delete \"" + name + "\": it is of another user");
    }
    tell();
    const int flags = S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0;
    if (!options_.dry_run && ::unlinkat(parent, name.c_str(), flags) != 0 && errno != ENOENT) {
      return problem(fail_errno("delete", name, errno).error().message);
    }
    removed_.bytes += freed_.add(status);
  }

  // Only the first: a folder that is not empty is a problem because something in it is.
  void problem(const std::string& message) override {
    if (removed_.problem.empty()) removed_.problem = message;
  }

 private:
  void tell() const {
    if (options_.before_change != nullptr && *options_.before_change) (*options_.before_change)();
  }

  FreedBytes& freed_;
  const RemoveOptions& options_;
  Removed& removed_;
};

}  // namespace

std::uint64_t FreedBytes::add(const struct stat& status) {
  const auto bytes = static_cast<std::uint64_t>(status.st_blocks) * 512;
  const auto first = linked_.find(id_of(status));
  if (first == linked_.end() && (S_ISDIR(status.st_mode) || status.st_nlink <= 1)) return bytes;
  Names& names = linked_[id_of(status)];
  if (names.in_all == 0) names.in_all = static_cast<std::uint64_t>(status.st_nlink);
  return ++names.gone == names.in_all ? bytes : 0;
}

Removed remove_tree(int parent, const std::string& name, FreedBytes& freed,
                    const RemoveOptions& options) {
  Removed removed;
  Remover remover(freed, options, removed);
  walk_tree(parent, name, remover);
  return removed;
}

}  // namespace papr
