// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace papr {

/// Gives heap that was freed back to the system, where the C library can. Compiling a model leaves
/// tens of megabytes of it behind.
void release_freed_memory() noexcept;

}  // namespace papr
