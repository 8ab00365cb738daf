// SPDX-License-Identifier: Apache-2.0
#include <sys/stdio.h>

#include <cerrno>
#include <cstdio>

#include "move_to_free_name.h"

namespace papr {

int move_to_free_name(int from, const std::string& name, int to, const std::string& new_name) {
  return ::renameatx_np(from, name.c_str(), to, new_name.c_str(), RENAME_EXCL) == 0 ? 0 : errno;
}

}  // namespace papr
