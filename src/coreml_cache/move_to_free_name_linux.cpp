// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstdio>

#include "move_to_free_name.h"

namespace papr {

int move_to_free_name(int from, const std::string& name, int to, const std::string& new_name) {
  return ::renameat2(from, name.c_str(), to, new_name.c_str(), RENAME_NOREPLACE) == 0 ? 0 : errno;
}

}  // namespace papr
