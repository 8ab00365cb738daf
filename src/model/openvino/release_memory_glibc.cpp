// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>

#include "release_memory.h"

namespace papr {

void release_freed_memory() noexcept { ::malloc_trim(0); }

}  // namespace papr
