// SPDX-License-Identifier: Apache-2.0
#include "release_memory.h"

namespace papr {

void release_freed_memory() noexcept {}

}  // namespace papr
