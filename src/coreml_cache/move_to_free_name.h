// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace papr {

/// Moves `name` in the open folder `from` to `new_name` in `to` in one step, unless something has
/// that name already, be it since this moment. 0, or the errno: EEXIST where the name is not free,
/// EINVAL, ENOSYS or ENOTSUP where the file system has no such step.
[[nodiscard]] int move_to_free_name(int from, const std::string& name, int to,
                                    const std::string& new_name);

}  // namespace papr
