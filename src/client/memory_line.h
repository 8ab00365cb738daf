// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "papr/memory_store.h"
#include "papr/result.h"

namespace papr {

/// Reads one line of an import: a JSON object with "content" and, if wanted, "id", "metadata" (an
/// object), "user_id", "namespace_id", "organization_id". A key that is not known is refused rather
/// than lost. An absent id stays empty.
///
/// @error kInvalidArgument  not JSON, not UTF-8, a field of another type, a blank content.
[[nodiscard]] Result<Memory> parse_memory_line(std::string_view line);

/// Refuses a memory that could not be found again: a blank content, or bad metadata.
[[nodiscard]] Result<> check_new_memory(const Memory& memory);

/// The id of a memory that came without one: made from what it says and whose it is, so that the
/// same text stored twice is one memory.
[[nodiscard]] std::string id_of_content(const Memory& memory);

}  // namespace papr
