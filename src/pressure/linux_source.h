// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "memory_source.h"

namespace papr {

/// Source `linux`: /proc and the cgroup that this process is in when the first sample is taken. The
/// files stay open. `root` stands for "/", so that tests can have a /proc of their own.
[[nodiscard]] std::unique_ptr<MemorySource> make_linux_source(std::filesystem::path root = "/");

}  // namespace papr
